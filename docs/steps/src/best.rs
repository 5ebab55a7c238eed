//! The pair that merges next.

use std::cmp::Reverse;

use rustc_hash::FxHashMap;

use crate::word::Pair;

/// Pairs, and how often each occurs.
pub type Counts = FxHashMap<Pair, u64>;

/// The key of the order: the count, then the order of the tokens.
pub type Rating = (u64, Reverse<Pair>);

/// Returns the pair with the highest rating, of those that occur.
pub fn best(counts: &Counts) -> Option<Pair> {
    let pairs = counts.iter().filter(|(_, count)| **count > 0);
    let best = pairs.max_by_key(|(pair, count)| rating(**pair, **count));
    best.map(|(pair, _)| *pair)
}

/// Returns the rating of a pair with this count.
pub fn rating((left, right): Pair, count: u64) -> Rating {
    (count, Reverse((place(left), place(right))))
}

/// Returns the position of a token in the order of bytemerge and of Hugging Face: bytes that GPT-2
/// shows as the characters they are, then the other bytes, then merges.
fn place(token: u32) -> u32 {
    match token {
        0x21..=0x7E | 0xA1..=0xAC | 0xAE..=0xFF => token,
        _ => 0x100 + token,
    }
}
