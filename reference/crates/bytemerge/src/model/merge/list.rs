//! A list of merges: pairs of ids, whose ranks are found by hash.

#![expect(
    clippy::cast_possible_truncation,
    reason = "hashes are truncated on purpose"
)]

use crate::error::Error;
use crate::key::hash;
use crate::memory::try_vec;
use crate::model::byte_pairs::NO_RANK;
use crate::model::vocabulary::Vocabulary;

/// A list of merges. The first one is applied first.
#[derive(Clone, Debug)]
pub struct MergeList {
    merges: Vec<Merge>,
    /// Ranks, which are indices into `merges`, by the hash of the pair; or [`NO_RANK`]. The length
    /// is a power of two.
    table: Vec<u32>,
}

/// Two neighbours and the token that they become.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Merge {
    left: u32,
    right: u32,
    joined: u32,
}

impl MergeList {
    /// Returns the index of the first merge out of order. In order, the id of its token is higher
    /// than those of its parts and of the token of the merge before. If all merges are in order,
    /// training could have made the list.
    pub(crate) fn first_out_of_order(&self) -> Option<usize> {
        let mut before = None;
        self.merges.iter().position(|merge| {
            let is_after = before.replace(merge.joined) < Some(merge.joined);
            !is_after || merge.left.max(merge.right) >= merge.joined
        })
    }

    /// Creates a list of merges, each given by the ids of its two tokens.
    ///
    /// If a pair occurs twice, the last occurrence counts, as in Hugging Face.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownInMerge`] if a token of a merge, or the token that it makes, is not in the
    /// vocabulary; [`Error::OutOfMemory`].
    pub fn new(
        vocabulary: &Vocabulary,
        pairs: impl IntoIterator<Item = (u32, u32)>,
    ) -> Result<Self, Error> {
        let mut merges = Vec::new();
        for (index, (left, right)) in pairs.into_iter().enumerate() {
            let joined = vocabulary
                .bytes(left)
                .zip(vocabulary.bytes(right))
                .and_then(|(left, right)| vocabulary.id(&[left, right].concat()))
                .ok_or(Error::UnknownInMerge { index })?;
            merges.try_reserve(1)?;
            merges.push(Merge {
                left,
                right,
                joined,
            });
        }
        let slots = (2 * merges.len() + 1).next_power_of_two();
        let table = try_vec(NO_RANK, slots)?;
        let mut list = Self { merges, table };
        for (rank, merge) in (0..NO_RANK).zip(&list.merges) {
            let slot = list.slot(merge.left, merge.right);
            list.table[slot] = rank;
        }
        Ok(list)
    }

    /// Iterates over the pairs, in order.
    pub fn pairs(&self) -> impl ExactSizeIterator<Item = (u32, u32)> {
        self.merges.iter().map(|merge| (merge.left, merge.right))
    }

    /// Returns the rank of a pair, or [`NO_RANK`].
    #[inline]
    pub(super) fn rank(&self, left: u32, right: u32) -> u32 {
        self.table[self.slot(left, right)]
    }

    /// Returns the token that the pair of a rank becomes.
    #[inline]
    pub(super) fn joined(&self, rank: u32) -> u32 {
        self.merges[rank as usize].joined
    }

    /// Returns the slot of a pair, or the empty slot where it would be.
    #[inline]
    fn slot(&self, left: u32, right: u32) -> usize {
        let last = self.table.len() - 1;
        let mut slot = hash(u128::from(left) << 64 | u128::from(right)) as usize & last;
        loop {
            let rank = self.table[slot];
            if rank == NO_RANK {
                return slot;
            }
            let merge = self.merges[rank as usize];
            if (merge.left, merge.right) == (left, right) {
                return slot;
            }
            slot = (slot + 1) & last;
        }
    }
}

/// Equal when the merges are equal: the table follows from them.
impl PartialEq for MergeList {
    fn eq(&self, other: &Self) -> bool {
        self.merges == other.merges
    }
}

impl Eq for MergeList {}

impl std::hash::Hash for MergeList {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.merges.hash(state);
    }
}
