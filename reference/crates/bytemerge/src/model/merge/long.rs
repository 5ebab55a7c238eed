//! Merges a long piece: a list of neighbours, as in `SentencePiece` (Kudo and Richardson, 2018), which takes the places of
//! their pairs rank by rank, so that no text takes longer than O(n log n).

use super::buckets::Buckets;
use super::list::NONE;
use super::rules::Rules;
use crate::error::Error;
use crate::progress::ShouldStop;

/// After so many merges a long piece asks whether to stop: about once a millisecond.
const MERGES_BETWEEN_QUESTIONS: u32 = 1 << 13;

/// A token in a long piece, at the place where it starts. At other places there is none.
#[derive(Clone, Copy)]
struct Symbol {
    token: u32,
    /// The rank of the pair that it begins.
    rank: u32,
    /// Where the token before it starts, or [`NONE`].
    previous: u32,
    /// Where the next one starts: the length of the piece after the last.
    next: u32,
}

/// Merges in a list of neighbours, rank by rank. What changed since it was put into a bucket is skipped.
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
    for (place, &byte) in (0..len).zip(piece) {
        account()?;
        let rank = match piece.get(place as usize + 1) {
            Some(&next) => rules.rank_of_bytes(byte, next),
            None => NONE,
        };
        symbols.push(Symbol {
            token: rules.vocabulary().byte(byte),
            rank,
            previous: place.wrapping_sub(1),
            next: place + 1,
        });
        if rank != NONE {
            buckets.push(rank, place)?;
        }
    }
    while let Some((rank, places)) = buckets.pop() {
        for (index, &place) in places.iter().enumerate() {
            account()?;
            let left = symbols[place as usize];
            if left.rank != rank {
                continue;
            }
            let right = symbols[left.next as usize];
            symbols[left.next as usize].rank = NONE;
            if let Some(next) = symbols.get_mut(right.next as usize) {
                next.previous = place;
            }
            symbols[place as usize].token = rules.joined(rank);
            symbols[place as usize].next = right.next;
            let mut is_lowest = true;
            for changed in [place, left.previous] {
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
            // A new pair comes before what is left of this rank.
            if !is_lowest {
                buckets.order_pairs(&mut account)?;
                for &place in &places[index + 1..] {
                    account()?;
                    buckets.push(rank, place)?;
                }
                break;
            }
        }
        buckets.reuse(places);
    }
    let mut place = 0;
    while let Some(symbol) = symbols.get(place) {
        tokens.try_reserve(1)?;
        tokens.push(symbol.token);
        place = symbol.next as usize;
    }
    Ok(())
}
