//! Merges a short piece: arrays and a search for their minimum are all it needs.

#![expect(
    clippy::cast_possible_truncation,
    reason = "packed numbers are cut on purpose"
)]

use super::list::NONE;
use super::rules::Rules;

/// Pieces of up to this many bytes are merged in arrays.
pub(super) const SHORT: usize = 64;

/// Merges in arrays with an entry for each byte, of which those count where a token starts. These places are the bits of one
/// number, so that neighbours are found by counting zeros, and nothing moves. What merges first anyhow is one token from
/// the start.
///
/// What did not help, measured on translations into a hundred languages of which two words in five are new: to remember the ranks of pairs in a
/// table of their own (as fast as to ask the vocabulary, whose filter is smaller), to read what both new pairs need before
/// either is compared, and to look for the minimum with vectors (a tenth slower: a word has a dozen bytes).
pub(super) fn apply(rules: &impl Rules, piece: &[u8], tokens: &mut Vec<u32>) {
    let mut token = [0; SHORT];
    // Of the pair that the token begins.
    let mut rank = [NONE; SHORT];
    let len = piece.len();
    let mut starts: u64 = 0;
    let mut place = 0;
    while place < len {
        starts |= 1 << place;
        let pair = rules.first_pair(piece, place);
        token[place] = pair.unwrap_or_else(|| rules.vocabulary().byte(piece[place]));
        place += 1 + usize::from(pair.is_some());
    }
    // The first start after a place, or the end.
    let next = |starts: u64, place: usize| {
        let after = starts & (u64::MAX - 1) << place;
        (after.trailing_zeros() as usize).min(len)
    };
    let mut place = 0;
    while place < len {
        let right = next(starts, place);
        if right < len {
            let end = next(starts, right);
            rank[place] = if end == place + 2 {
                rules.rank_of_bytes(piece[place], piece[right])
            } else {
                rules.rank(piece, place, end, token[place], token[right])
            };
        }
        place = right;
    }
    loop {
        // The first of the lowest: the place is in the lowest bits.
        let entry = |(place, &rank): (usize, &u32)| u64::from(rank) << 8 | place as u64;
        let best = rank[..len].iter().enumerate().map(entry).min();
        let Some(best) = best.filter(|best| best >> 8 < u64::from(NONE)) else {
            break;
        };
        let (place, lowest) = ((best & 0xFF) as usize, (best >> 8) as u32);
        let right = next(starts, place);
        starts &= !(1 << right);
        rank[right] = NONE;
        token[place] = rules.joined(lowest);
        let end = next(starts, place);
        let rank_of = |left: usize, right: usize, end: usize| {
            let (left_token, right_token) = (token[left], token[right]);
            rules.rank(piece, left, end, left_token, right_token)
        };
        rank[place] = if end < len {
            rank_of(place, end, next(starts, end))
        } else {
            NONE
        };
        let before = starts & ((1 << place) - 1);
        if before != 0 {
            let left = 63 - before.leading_zeros() as usize;
            rank[left] = rank_of(left, place, end);
        }
    }
    if len > 0 {
        tokens.extend(
            (0..len)
                .filter(|&place| starts >> place & 1 == 1)
                .map(|place| token[place]),
        );
    }
}
