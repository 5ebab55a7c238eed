//! Merges a piece of any length in O(n log n): a linked list of tokens and a heap of their pairs,
//! as in `SentencePiece` (Kudo and Richardson, 2018).

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::rules::Rules;
use crate::error::Error;
use crate::model::byte_pairs::NO_RANK;
use crate::progress::{ShouldStop, StopCheck};

/// The number of steps between two calls of `should_stop`: about a millisecond.
const STEPS_BETWEEN_QUESTIONS: usize = 1 << 13;

/// A token in a long piece, at the index where it starts. Entries between starts are unused.
#[derive(Clone, Copy)]
struct Symbol {
    token: u32,
    /// The rank of the pair that starts with it.
    rank: u32,
    /// The start of the token before it, or `u32::MAX`.
    previous: u32,
    /// The start of the next token; for the last token, the length of the piece.
    next: u32,
}

/// Merges a linked list of tokens, by rank and then from the left. Pairs that changed after they
/// were put into the heap are skipped.
pub(super) fn apply(
    rules: &impl Rules,
    piece: &[u8],
    tokens: &mut Vec<u32>,
    should_stop: &ShouldStop,
) -> Result<(), Error> {
    let bytes = piece.len();
    let len = u32::try_from(bytes)
        .ok()
        .filter(|&len| len < u32::MAX)
        .ok_or(Error::PieceTooLong { bytes })?;
    let mut stop_check = StopCheck::new(should_stop, STEPS_BETWEEN_QUESTIONS);
    let (mut symbols, mut pairs) = (Vec::new(), BinaryHeap::new());
    symbols.try_reserve_exact(bytes)?;
    for (start, &byte) in (0..len).zip(piece) {
        stop_check.count(1)?;
        let next = piece.get(start as usize + 1);
        let rank = next.map_or(NO_RANK, |&next| rules.rank_of_bytes(byte, next));
        symbols.push(Symbol {
            token: rules.vocabulary().byte(byte),
            rank,
            previous: start.wrapping_sub(1),
            next: start + 1,
        });
        if rank != NO_RANK {
            pairs.try_reserve(1)?;
            pairs.push(Reverse((rank, start)));
        }
    }
    while let Some(Reverse((rank, start))) = pairs.pop() {
        stop_check.count(1)?;
        let left = symbols[start as usize];
        if left.rank != rank {
            continue;
        }
        let right = symbols[left.next as usize];
        symbols[left.next as usize].rank = NO_RANK;
        if let Some(next) = symbols.get_mut(right.next as usize) {
            next.previous = start;
        }
        symbols[start as usize].token = rules.joined(rank);
        symbols[start as usize].next = right.next;
        for changed in [start, left.previous] {
            let Some(&left) = symbols.get(changed as usize) else {
                continue;
            };
            let rank = symbols.get(left.next as usize).map_or(NO_RANK, |right| {
                let (start, end) = (changed as usize, right.next as usize);
                rules.rank(piece, start, end, left.token, right.token)
            });
            symbols[changed as usize].rank = rank;
            if rank != NO_RANK {
                pairs.try_reserve(1)?;
                pairs.push(Reverse((rank, changed)));
            }
        }
    }
    let mut start = 0;
    while let Some(symbol) = symbols.get(start) {
        tokens.try_reserve(1)?;
        tokens.push(symbol.token);
        start = symbol.next as usize;
    }
    Ok(())
}
