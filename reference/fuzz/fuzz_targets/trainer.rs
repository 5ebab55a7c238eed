//! Checks that training on any pieces learns the merges of the definition, one by one; and, within
//! a length of tokens, the same in two steps as in one.
//!
//! A run takes milliseconds: training looks at all pairs of bytes once, whatever the pieces are.

#![no_main]

use libfuzzer_sys::fuzz_target;

use bytemerge::{Limits, Pattern, PieceCounts, Tokenizer, train};

#[path = "../../crates/bytemerge/tests/slow/mod.rs"]
#[allow(dead_code, reason = "another target needs the rest")]
mod slow;

/// Pieces and their counts.
type Pieces<'a> = Vec<(&'a [u8], u8)>;

fuzz_target!(|input: (Pieces<'_>, u8, u8, u8, u8)| {
    let (words, merges, min_frequency, longest, first) = input;
    let bytes: usize = words.iter().map(|(word, _)| word.len()).sum();
    if bytes > 300 {
        return; // the definition counts all pairs again for each merge
    }
    let words: Vec<(Vec<u8>, u64)> = words
        .into_iter()
        .map(|(word, count)| (word.to_vec(), count.into()))
        .collect();
    let mut counts = PieceCounts::default();
    for (word, count) in &words {
        counts.add(word, *count).unwrap();
    }
    let limits = Limits {
        min_frequency: min_frequency.into(),
        ..Limits::default()
    };
    let merges = usize::from(merges);
    let learnt = train(&counts, merges, limits, &mut |_| Ok(())).unwrap();
    assert_eq!(learnt, slow::learnt(&words, merges, min_frequency.into()));

    // Slow, as each tokenizer has tables for all pairs of bytes. A number that is missing is 0.
    if first % 16 != 15 {
        return;
    }
    let trained = |merges: usize, limits: Limits| {
        let pattern = Pattern::new(None).unwrap();
        Tokenizer::train(&counts, merges, pattern, &[], limits, &mut |_| Ok(())).unwrap()
    };
    let limited = Limits {
        token_length: longest.into(),
        ..limits
    };
    let whole = trained(merges, limited);
    assert!(
        whole
            .vocabulary()
            .iter()
            .all(|(_, token)| token.len() <= usize::from(longest).max(1))
    );
    // Training in two steps learns the same merges.
    let first = usize::from(first / 16).min(merges);
    let start = trained(first, limited);
    let both = start
        .train_further(&counts, merges - first, &[], limited, &mut |_| Ok(()))
        .unwrap();
    assert_eq!(both.merges().unwrap(), whole.merges().unwrap());
});
