//! The queue of pairs, from the highest count down.

#![expect(
    clippy::cast_possible_truncation,
    reason = "the index of a bit in 64 bits fits in 32"
)]

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::error::Error;

/// Two consecutive tokens. Tokens are numbered in the order that decides between equal counts.
#[derive(Clone, Copy)]
pub(super) struct Pair {
    pub(super) left: u32,
    pub(super) right: u32,
    /// The number of its occurrences now.
    pub(super) count: u64,
    /// The start of its list of cells.
    pub(super) start: usize,
    /// The length of its list of cells.
    pub(super) cells: u32,
}

/// A radix heap (Ahuja, Mehlhorn, Orlin and Tarjan, "Faster algorithms for the shortest path
/// problem", 1990), which returns the pair with the highest count.
///
/// Such a heap requires that the maximum never rises. It does not, since a new pair occurs at most
/// as often as the pair whose merge makes it. Counts that fell since are noticed when their turn
/// comes.
pub(super) struct Queue {
    /// The lowest count of a pair that merges, at least 1.
    least: u64,
    /// The count of the last pair.
    level: u64,
    /// The pairs with exactly this count, lowest tokens first.
    ties: BinaryHeap<Reverse<(u32, u32, u32)>>,
    /// At index `b`, the pairs with counts below the level that differ from it in bit `b` and in no
    /// higher bit.
    buckets: [Vec<u32>; u64::BITS as usize],
}

impl Queue {
    pub(super) fn new(least: u64) -> Self {
        Self {
            least,
            level: u64::MAX,
            ties: BinaryHeap::new(),
            buckets: [const { Vec::new() }; u64::BITS as usize],
        }
    }

    /// Adds a pair, unless its count is too low by now.
    pub(super) fn push(&mut self, number: u32, pair: &Pair) -> Result<(), Error> {
        if pair.count < self.least {
            return Ok(());
        }
        let different = self.level ^ pair.count;
        match different.checked_ilog2() {
            None => {
                self.ties.try_reserve(1)?;
                self.ties.push(Reverse((pair.left, pair.right, number)));
            }
            Some(bit) => {
                let bucket = &mut self.buckets[bit as usize];
                bucket.try_reserve(1)?;
                bucket.push(number);
            }
        }
        Ok(())
    }

    /// Removes and returns the pair with the highest count.
    pub(super) fn pop(&mut self, pairs: &[Pair]) -> Result<Option<u32>, Error> {
        loop {
            while let Some(Reverse((_, _, number))) = self.ties.pop() {
                let pair = &pairs[number as usize];
                if pair.count == self.level {
                    return Ok(Some(number));
                }
                self.push(number, pair)?;
            }
            // The lowest bit has the highest counts.
            let Some(bit) = self.buckets.iter().position(|bucket| !bucket.is_empty()) else {
                return Ok(None);
            };
            let bucket = std::mem::take(&mut self.buckets[bit]);
            let stays = |pair: &Pair| {
                let same_bucket = (self.level ^ pair.count).checked_ilog2() == Some(bit as u32);
                same_bucket && pair.count >= self.least
            };
            let counts = bucket.iter().map(|&number| &pairs[number as usize]);
            let most = counts
                .filter(|pair| stays(pair))
                .map(|pair| pair.count)
                .max();
            self.level = most.unwrap_or(self.level);
            // Pairs whose counts fell belong to a later bucket, for the new level as for the old
            // one.
            for number in bucket {
                self.push(number, &pairs[number as usize])?;
            }
        }
    }
}
