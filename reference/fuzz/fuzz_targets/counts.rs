//! Checks that counts equal those of a map, also after conversions, and that arbitrary buffers are
//! either valid counts or refused.

#![no_main]

use std::collections::BTreeMap;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;

use bytemerge::PieceCounts;

#[derive(Arbitrary, Debug)]
enum Input<'a> {
    Counts {
        added: Vec<(&'a [u8], u64)>,
        shares: u8,
        min_count: u64,
        /// The bits of a byte that flip, its buffer and its index.
        damage: (u8, u8, u16),
    },
    Buffers(&'a [u8], &'a [u8], &'a [u8]),
}

fuzz_target!(|input: Input| match input {
    Input::Buffers(pieces, ends, counts) => any_buffers(pieces, ends, counts),
    Input::Counts {
        added,
        shares,
        min_count,
        damage: (bits, buffer, index),
    } => {
        let mut expected: BTreeMap<&[u8], u64> = BTreeMap::new();
        let mut counts = PieceCounts::default();
        for (piece, count) in added
            .iter()
            .filter(|(piece, count)| !piece.is_empty() && *count > 0)
        {
            counts.add(piece, *count).unwrap();
            let sum = expected.entry(piece).or_default();
            *sum = sum.saturating_add(*count);
        }
        assert_eq!(counts.iter().collect::<BTreeMap<_, _>>(), expected);
        assert_eq!(counts.len(), expected.len());
        assert_eq!(counts.try_clone().unwrap(), counts);

        let mut joined = PieceCounts::default();
        for share in counts.split(1 + usize::from(shares % 8)).unwrap() {
            joined.merge(&share).unwrap();
        }
        assert_eq!(joined, counts);
        let frequent = counts.at_least(min_count).unwrap();
        expected.retain(|_, count| *count >= min_count);
        assert_eq!(frequent.iter().collect::<BTreeMap<_, _>>(), expected);

        let mut buffers = counts.to_buffers().unwrap();
        let [pieces, ends, numbers] = &buffers;
        let again = PieceCounts::from_buffers(pieces, ends, numbers).unwrap();
        assert_eq!(again, Some(counts));
        let damaged = &mut buffers[usize::from(buffer % 3)];
        if let Some(byte) = damaged.get_mut(usize::from(index)) {
            *byte ^= bits;
        }
        let [pieces, ends, numbers] = &buffers;
        any_buffers(pieces, ends, numbers);
    }
});

/// Checks that buffers are refused, or are exactly those of the counts that they give.
fn any_buffers(pieces: &[u8], ends: &[u8], counts: &[u8]) {
    if let Some(found) = PieceCounts::from_buffers(pieces, ends, counts).unwrap() {
        let [same_pieces, same_ends, same_counts] = found.to_buffers().unwrap();
        let same = (&same_pieces[..], &same_ends[..], &same_counts[..]);
        assert_eq!(same, (pieces, ends, counts));
    }
}
