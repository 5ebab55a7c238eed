//! A list of merges: pairs of ids, whose ranks are found by hash.

#![expect(
    clippy::cast_possible_truncation,
    reason = "hashes are truncated on purpose"
)]

use crate::error::Error;
use crate::key::hash;
use crate::memory::try_vec;
use crate::model::vocabulary::Vocabulary;

/// The rank of a pair that does not merge, and the index of a missing neighbour.
pub(super) const NONE: u32 = u32::MAX;

/// A list of merges. The first one is applied first.
#[derive(Clone, Debug)]
pub struct MergeList {
    rules: Vec<Rule>,
    /// Ranks, which are indices into `rules`, by the hash of the pair; or [`NONE`]. The length is a
    /// power of two.
    table: Vec<u32>,
}

/// Two neighbours and the token that they become.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Rule {
    left: u32,
    right: u32,
    joined: u32,
}

impl MergeList {
    /// Returns the first merge whose token does not have a higher id than both of its parts, and
    /// than the token of the merge before. Without one, training could have made the list.
    pub(crate) fn first_out_of_order(&self) -> Option<usize> {
        let mut before = None;
        self.rules.iter().position(|rule| {
            let is_after = before.replace(rule.joined) < Some(rule.joined);
            !is_after || rule.left.max(rule.right) >= rule.joined
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
        merges: impl IntoIterator<Item = (u32, u32)>,
    ) -> Result<Self, Error> {
        let mut rules = Vec::new();
        for (index, (left, right)) in merges.into_iter().enumerate() {
            let joined = vocabulary
                .bytes(left)
                .zip(vocabulary.bytes(right))
                .and_then(|(left, right)| vocabulary.id(&[left, right].concat()))
                .ok_or(Error::UnknownInMerge { index })?;
            rules.try_reserve(1)?;
            rules.push(Rule {
                left,
                right,
                joined,
            });
        }
        let slots = (2 * rules.len() + 1).next_power_of_two();
        let table = try_vec(NONE, slots)?;
        let mut list = Self { rules, table };
        for (rank, rule) in (0..NONE).zip(&list.rules) {
            let slot = list.slot(rule.left, rule.right);
            list.table[slot] = rank;
        }
        Ok(list)
    }

    /// Iterates over the pairs, in order.
    pub fn pairs(&self) -> impl ExactSizeIterator<Item = (u32, u32)> {
        self.rules.iter().map(|rule| (rule.left, rule.right))
    }

    /// Returns the rank of a pair, or [`NONE`].
    #[inline]
    pub(super) fn rank(&self, left: u32, right: u32) -> u32 {
        self.table[self.slot(left, right)]
    }

    /// Returns the token that the pair of a rank becomes.
    #[inline]
    pub(super) fn joined(&self, rank: u32) -> u32 {
        self.rules[rank as usize].joined
    }

    /// Returns the slot of a pair, or the empty slot where it would be.
    #[inline]
    fn slot(&self, left: u32, right: u32) -> usize {
        let last = self.table.len() - 1;
        let mut slot = hash(u128::from(left) << 64 | u128::from(right)) as usize & last;
        loop {
            let rank = self.table[slot];
            if rank == NONE {
                return slot;
            }
            let rule = self.rules[rank as usize];
            if (rule.left, rule.right) == (left, right) {
                return slot;
            }
            slot = (slot + 1) & last;
        }
    }
}

/// Equal when the rules are equal: the table follows from them.
impl PartialEq for MergeList {
    fn eq(&self, other: &Self) -> bool {
        self.rules == other.rules
    }
}

impl Eq for MergeList {}

impl std::hash::Hash for MergeList {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.rules.hash(state);
    }
}
