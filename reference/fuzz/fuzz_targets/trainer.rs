//! Checks that training on any pieces learns the merges of the definition, one by one.

#![no_main]

use libfuzzer_sys::fuzz_target;

use bytemerge::{Limits, PieceCounts, train};

#[path = "../../crates/bytemerge/tests/slow/mod.rs"]
#[allow(dead_code, reason = "another target needs the rest")]
mod slow;

fuzz_target!(|input: (Vec<(&[u8], u8)>, u8, u8)| {
    let (words, merges, min_frequency) = input;
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
    let learnt = train(&counts, merges.into(), limits, &mut |_| Ok(())).unwrap();
    assert_eq!(learnt, slow::learnt(&words, merges.into(), min_frequency.into()));
});
