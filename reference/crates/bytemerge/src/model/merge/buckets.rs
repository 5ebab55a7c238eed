//! The pairs of a long piece, by rank.

use std::cmp::Reverse;
use std::collections::hash_map::Entry;
use std::collections::{BinaryHeap, HashMap};

use crate::error::Error;
use crate::hasher::BuildHasher;

/// The starts of pairs, by the rank of the pair.
///
/// A heap of all pairs would be as simple, but five times as slow on a megabyte: it moves each pair
/// twenty times. Here the heap holds only ranks, of which there are few, and the starts of a rank
/// are mostly in order when their turn comes.
///
/// In a model that was not trained by merges, a new pair may have a lower rank than the current
/// one, again and again. From the first time on, all pairs are kept in a heap after all.
#[derive(Default)]
pub(super) struct Buckets {
    starts: HashMap<u32, Vec<u32>, BuildHasher>,
    ranks: BinaryHeap<Reverse<u32>>,
    /// Emptied vectors, whose memory is used again.
    spare: Vec<Vec<u32>>,
    /// Ranks and the starts of their pairs. Among equal ranks the leftmost pair comes first.
    pairs: Option<BinaryHeap<Reverse<(u32, u32)>>>,
}

impl Buckets {
    pub(super) fn push(&mut self, rank: u32, start: u32) -> Result<(), Error> {
        if let Some(pairs) = &mut self.pairs {
            pairs.try_reserve(1)?;
            pairs.push(Reverse((rank, start)));
            return Ok(());
        }
        self.starts.try_reserve(1)?;
        let starts = match self.starts.entry(rank) {
            Entry::Occupied(bucket) => bucket.into_mut(),
            Entry::Vacant(bucket) => {
                self.ranks.try_reserve(1)?;
                self.ranks.push(Reverse(rank));
                bucket.insert(self.spare.pop().unwrap_or_default())
            }
        };
        starts.try_reserve(1)?;
        starts.push(start);
        Ok(())
    }

    /// Removes and returns the lowest rank and its starts, in order; or only the first of them.
    pub(super) fn pop(&mut self) -> Option<(u32, Vec<u32>)> {
        if let Some(pairs) = &mut self.pairs {
            let Reverse((rank, start)) = pairs.pop()?;
            let mut starts = self.spare.pop().unwrap_or_default();
            starts.push(start);
            return Some((rank, starts));
        }
        let Reverse(rank) = self.ranks.pop()?;
        let mut starts = self.starts.remove(&rank)?;
        if !starts.is_sorted() {
            starts.sort_unstable();
        }
        Some((rank, starts))
    }

    /// Moves all pairs into a heap, unless they are there already.
    pub(super) fn order_pairs(
        &mut self,
        account: &mut dyn FnMut() -> Result<(), Error>,
    ) -> Result<(), Error> {
        if self.pairs.is_some() {
            return Ok(());
        }
        self.pairs = Some(BinaryHeap::new());
        self.ranks.clear();
        for (rank, starts) in std::mem::take(&mut self.starts) {
            for start in starts {
                account()?;
                self.push(rank, start)?;
            }
        }
        Ok(())
    }

    /// Keeps the memory of starts that are no longer needed.
    pub(super) fn reuse(&mut self, mut starts: Vec<u32>) {
        starts.clear();
        if self.spare.try_reserve(1).is_ok() {
            self.spare.push(starts);
        }
    }
}
