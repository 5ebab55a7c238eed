//! The pairs of a long piece, by rank.

use std::cmp::Reverse;
use std::collections::hash_map::Entry;
use std::collections::{BinaryHeap, HashMap};

use crate::error::Error;
use crate::hasher::BuildHasher;

/// The places where pairs start, by the rank of the pair.
///
/// A heap of all pairs would be as simple, and five times as slow on a megabyte: it moves each pair twenty times. Here only
/// ranks are in a heap, of which there are few, and the places of a rank are mostly in order when their turn comes.
///
/// On a model that merges did not train, a new pair may come before what is left of the rank at work, again and
/// again. From the first time on, all pairs are in a heap after all.
#[derive(Default)]
pub(super) struct Buckets {
    places: HashMap<u32, Vec<u32>, BuildHasher>,
    ranks: BinaryHeap<Reverse<u32>>,
    /// Vectors that were emptied, for their memory.
    spare: Vec<Vec<u32>>,
    /// A rank, and where its pair starts: of equals the leftmost comes first.
    pairs: Option<BinaryHeap<Reverse<(u32, u32)>>>,
}

impl Buckets {
    pub(super) fn push(&mut self, rank: u32, place: u32) -> Result<(), Error> {
        if let Some(pairs) = &mut self.pairs {
            pairs.try_reserve(1)?;
            pairs.push(Reverse((rank, place)));
            return Ok(());
        }
        self.places.try_reserve(1)?;
        let places = match self.places.entry(rank) {
            Entry::Occupied(bucket) => bucket.into_mut(),
            Entry::Vacant(bucket) => {
                self.ranks.try_reserve(1)?;
                self.ranks.push(Reverse(rank));
                bucket.insert(self.spare.pop().unwrap_or_default())
            }
        };
        places.try_reserve(1)?;
        places.push(place);
        Ok(())
    }

    /// The lowest rank and its places, in order; or the first of them.
    pub(super) fn pop(&mut self) -> Option<(u32, Vec<u32>)> {
        if let Some(pairs) = &mut self.pairs {
            let Reverse((rank, place)) = pairs.pop()?;
            let mut places = self.spare.pop().unwrap_or_default();
            places.push(place);
            return Some((rank, places));
        }
        let Reverse(rank) = self.ranks.pop()?;
        let mut places = self.places.remove(&rank)?;
        if !places.is_sorted() {
            places.sort_unstable();
        }
        Some((rank, places))
    }

    /// Puts all pairs into a heap, if they are not there yet.
    pub(super) fn order_pairs(
        &mut self,
        account: &mut dyn FnMut() -> Result<(), Error>,
    ) -> Result<(), Error> {
        if self.pairs.is_some() {
            return Ok(());
        }
        self.pairs = Some(BinaryHeap::new());
        self.ranks.clear();
        for (rank, places) in std::mem::take(&mut self.places) {
            for place in places {
                account()?;
                self.push(rank, place)?;
            }
        }
        Ok(())
    }

    /// Takes the memory of places that are done with.
    pub(super) fn reuse(&mut self, mut places: Vec<u32>) {
        places.clear();
        if self.spare.try_reserve(1).is_ok() {
            self.spare.push(places);
        }
    }
}
