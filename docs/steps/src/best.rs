//! The pair that merges next.

use std::cmp::Reverse;

use rustc_hash::FxHashMap;

use crate::word::Pair;

/// Pairs, and how often each occurs.
pub type Counts = FxHashMap<Pair, u64>;

/// What decides: the count, then whose tokens come first.
pub type Rating = (u64, Reverse<Pair>);

/// The pair with the highest rating, of those that occur.
pub fn best(counts: &Counts) -> Option<Pair> {
    let pairs = counts.iter().filter(|(_, count)| **count > 0);
    let best = pairs.max_by_key(|(pair, count)| rating(**pair, **count));
    best.map(|(pair, _)| *pair)
}

/// The rating of a pair that occurs so many times.
pub fn rating((left, right): Pair, count: u64) -> Rating {
    (count, Reverse((place(left), place(right))))
}

/// Where a token stands in the order of bytemerge and of Hugging Face: bytes that GPT-2 shows as the characters they
/// are, then the other bytes, then merges.
fn place(token: u32) -> u32 {
    match token {
        0x21..=0x7E | 0xA1..=0xAC | 0xAE..=0xFF => token,
        _ => 0x100 + token,
    }
}
