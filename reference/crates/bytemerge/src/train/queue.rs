//! The pairs in the order in which they merge.

#![expect(
    clippy::cast_possible_truncation,
    reason = "a bit of a number of 64 bits is a number of 32 bits"
)]

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::error::Error;

/// Two tokens, one after the other. Tokens are numbered in the order that decides between equals.
#[derive(Clone, Copy)]
pub(super) struct Pair {
    pub(super) left: u32,
    pub(super) right: u32,
    /// How often it occurs now.
    pub(super) count: u64,
    /// Its list of places: so many, from there on.
    pub(super) start: usize,
    pub(super) places: u32,
}

/// Gives the pair with the highest count: a radix heap (Ahuja, Mehlhorn, Orlin and Tarjan, "Faster
/// algorithms for the shortest path problem", 1990).
///
/// Such a heap wants the maximum never to rise. It does not, since a new pair occurs at most as often
/// as the pair whose merge makes it. Counts that fell meanwhile are looked up when their turn comes.
pub(super) struct Queue {
    /// The least count of a pair that is worth to merge, at least 1.
    least: u64,
    /// The count of the last pair.
    level: u64,
    /// The pairs of this very count, smallest tokens first.
    ties: BinaryHeap<Reverse<(u32, u32, u32)>>,
    /// At `b`, pairs with counts below the level that differ from it in bit `b` and in no higher one.
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

    /// Takes a pair, unless it is too rare by now.
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

    pub(super) fn pop(&mut self, pairs: &[Pair]) -> Result<Option<u32>, Error> {
        loop {
            while let Some(Reverse((_, _, number))) = self.ties.pop() {
                let pair = &pairs[number as usize];
                if pair.count == self.level {
                    return Ok(Some(number));
                }
                self.push(number, pair)?;
            }
            // The lowest bit is the highest count.
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
            // What fell out of the bucket belongs to a later one: there it is below the new level as it was below the old.
            for number in bucket {
                self.push(number, &pairs[number as usize])?;
            }
        }
    }
}
