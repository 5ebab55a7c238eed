//! Merges a short piece in arrays, with a search for the lowest rank after each merge.

#![expect(
    clippy::cast_possible_truncation,
    reason = "packed numbers are truncated on purpose"
)]

use super::rules::Rules;
use crate::model::byte_pairs::NO_RANK;

/// Pieces up to this number of bytes are merged in arrays.
pub(super) const SHORT: usize = 64;

/// Merges a piece in arrays with an entry for each byte. Only the entries where a token starts
/// count.
///
/// The starts are the bits of one number, so neighbours are found by counting zeros, and no entry
/// moves. Pairs that merge before any other are one token from the start.
///
/// Tried without gain, measured on translations into a hundred languages, where two words in five
/// are new: a separate table for the ranks of pairs (as fast as asking the vocabulary, whose filter
/// is smaller), a cache of recently requested pairs (at most 4 % faster), loading the memory for
/// all first pairs, or for both new pairs, before comparing any, and searching for the minimum with
/// vector instructions (a tenth slower: a word has a dozen bytes).
pub(super) fn apply(rules: &impl Rules, piece: &[u8], tokens: &mut Vec<u32>) {
    let mut token = [0; SHORT];
    // The rank of the pair that starts with the token.
    let mut rank = [NO_RANK; SHORT];
    let len = piece.len();
    let mut starts: u64 = 0;
    let mut start = 0;
    while start < len {
        starts |= 1 << start;
        let (first, bytes) = rules.first_token(piece, start);
        token[start] = first;
        start += bytes;
    }
    // The first start after `start`, or the end.
    let next = |starts: u64, start: usize| {
        let after = starts & (u64::MAX - 1) << start;
        (after.trailing_zeros() as usize).min(len)
    };
    let mut start = 0;
    while start < len {
        let right = next(starts, start);
        if right < len {
            let end = next(starts, right);
            rank[start] = if end == start + 2 {
                rules.rank_of_bytes(piece[start], piece[right])
            } else {
                rules.rank(piece, start, end, token[start], token[right])
            };
        }
        start = right;
    }
    loop {
        // The leftmost of the lowest ranks: the offset is in the lowest bits.
        let entry = |(start, &rank): (usize, &u32)| u64::from(rank) << 8 | start as u64;
        let best = rank[..len].iter().enumerate().map(entry).min();
        let Some(best) = best.filter(|best| best >> 8 < u64::from(NO_RANK)) else {
            break;
        };
        let (start, lowest) = ((best & 0xFF) as usize, (best >> 8) as u32);
        let right = next(starts, start);
        starts &= !(1 << right);
        rank[right] = NO_RANK;
        token[start] = rules.joined(lowest);
        let end = next(starts, start);
        let rank_of = |left: usize, right: usize, end: usize| {
            let (left_token, right_token) = (token[left], token[right]);
            rules.rank(piece, left, end, left_token, right_token)
        };
        rank[start] = if end < len {
            rank_of(start, end, next(starts, end))
        } else {
            NO_RANK
        };
        let before = starts & ((1 << start) - 1);
        if before != 0 {
            let left = 63 - before.leading_zeros() as usize;
            rank[left] = rank_of(left, start, end);
        }
    }
    if len > 0 {
        tokens.extend(
            (0..len)
                .filter(|&start| starts >> start & 1 == 1)
                .map(|start| token[start]),
        );
    }
}
