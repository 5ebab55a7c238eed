//! Merges a long piece: a linked list of tokens, as in `SentencePiece` (Kudo and Richardson, 2018),
//! whose pairs merge rank by rank, so that no text takes longer than O(n log n).

use super::buckets::Buckets;
use super::list::NONE;
use super::rules::Rules;
use crate::error::Error;
use crate::progress::ShouldStop;

/// The number of merges after which a long piece asks whether to stop: about a millisecond.
const MERGES_BETWEEN_QUESTIONS: u32 = 1 << 13;

/// A token in a long piece, at the index where it starts. Entries between starts are unused.
#[derive(Clone, Copy)]
struct Symbol {
    token: u32,
    /// The rank of the pair that starts with it.
    rank: u32,
    /// The start of the token before it, or [`NONE`].
    previous: u32,
    /// The start of the next token; for the last token, the length of the piece.
    next: u32,
}

/// Merges a linked list of tokens, rank by rank. Pairs that changed after they were put into a
/// bucket are skipped.
pub(super) fn apply(
    rules: &impl Rules,
    piece: &[u8],
    tokens: &mut Vec<u32>,
    should_stop: &ShouldStop,
) -> Result<(), Error> {
    let bytes = piece.len();
    let len = u32::try_from(bytes)
        .ok()
        .filter(|&len| len < NONE)
        .ok_or(Error::PieceTooLong { bytes })?;
    let mut steps = 0_u32;
    let mut account = || {
        steps = steps.wrapping_add(1);
        if steps % MERGES_BETWEEN_QUESTIONS == 0 && should_stop() {
            return Err(Error::Interrupted);
        }
        Ok(())
    };
    let mut symbols = Vec::new();
    symbols.try_reserve_exact(bytes)?;
    let mut buckets = Buckets::default();
    for (start, &byte) in (0..len).zip(piece) {
        account()?;
        let rank = match piece.get(start as usize + 1) {
            Some(&next) => rules.rank_of_bytes(byte, next),
            None => NONE,
        };
        symbols.push(Symbol {
            token: rules.vocabulary().byte(byte),
            rank,
            previous: start.wrapping_sub(1),
            next: start + 1,
        });
        if rank != NONE {
            buckets.push(rank, start)?;
        }
    }
    while let Some((rank, starts)) = buckets.pop() {
        for (index, &start) in starts.iter().enumerate() {
            account()?;
            let left = symbols[start as usize];
            if left.rank != rank {
                continue;
            }
            let right = symbols[left.next as usize];
            symbols[left.next as usize].rank = NONE;
            if let Some(next) = symbols.get_mut(right.next as usize) {
                next.previous = start;
            }
            symbols[start as usize].token = rules.joined(rank);
            symbols[start as usize].next = right.next;
            let mut is_lowest = true;
            for changed in [start, left.previous] {
                if changed == NONE {
                    continue;
                }
                let left = symbols[changed as usize];
                let new = match symbols.get(left.next as usize) {
                    Some(right) => {
                        let (start, end) = (changed as usize, right.next as usize);
                        rules.rank(piece, start, end, left.token, right.token)
                    }
                    None => NONE,
                };
                symbols[changed as usize].rank = new;
                if new != NONE {
                    buckets.push(new, changed)?;
                    is_lowest &= rank < new;
                }
            }
            // A new pair has a lower rank than the remaining pairs of this one.
            if !is_lowest {
                buckets.order_pairs(&mut account)?;
                for &start in &starts[index + 1..] {
                    account()?;
                    buckets.push(rank, start)?;
                }
                break;
            }
        }
        buckets.reuse(starts);
    }
    let mut start = 0;
    while let Some(symbol) = symbols.get(start) {
        tokens.try_reserve(1)?;
        tokens.push(symbol.token);
        start = symbol.next as usize;
    }
    Ok(())
}
