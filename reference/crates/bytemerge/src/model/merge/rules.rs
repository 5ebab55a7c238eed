//! The two definitions of the best pair: by ranks and by a list.

use super::list::MergeList;
use crate::model::byte_pairs::NO_RANK;
use crate::model::vocabulary::Vocabulary;

/// Everything in which the two definitions differ.
pub(super) trait Rules {
    /// Returns the vocabulary whose tokens merge.
    fn vocabulary(&self) -> &Vocabulary;

    /// Returns the rank of the pair of tokens that together are `piece[start..end]`, or
    /// [`NO_RANK`].
    fn rank(&self, piece: &[u8], start: usize, end: usize, left: u32, right: u32) -> u32;

    /// Returns the rank of the pair of two bytes, or [`NO_RANK`].
    fn rank_of_bytes(&self, first: u8, second: u8) -> u32;

    /// Returns the token at `offset` from which merging starts, and the number of its bytes: more
    /// than one if they merge before any other merge can touch them.
    fn first_token(&self, piece: &[u8], offset: usize) -> (u32, usize) {
        (self.vocabulary().byte(piece[offset]), 1)
    }

    /// Returns the token that the pair of a rank becomes.
    fn joined(&self, rank: u32) -> u32;
}

/// Merging by ranks.
pub(super) struct ByRank<'v> {
    pub(super) vocabulary: &'v Vocabulary,
    /// The lowest rank that does not merge.
    pub(super) limit: u32,
}

impl Rules for ByRank<'_> {
    #[inline]
    fn vocabulary(&self) -> &Vocabulary {
        self.vocabulary
    }

    #[inline]
    fn rank(&self, piece: &[u8], start: usize, end: usize, _: u32, _: u32) -> u32 {
        let found = self.vocabulary.id_at(piece, start, end);
        found.filter(|&rank| rank < self.limit).unwrap_or(NO_RANK)
    }

    #[inline]
    fn rank_of_bytes(&self, first: u8, second: u8) -> u32 {
        let rank = self.vocabulary.pair(first, second);
        if rank < self.limit { rank } else { NO_RANK }
    }

    #[expect(
        clippy::inline_always,
        reason = "with two callers a call remains, and short pieces merge a tenth slower"
    )]
    #[inline(always)]
    fn first_token(&self, piece: &[u8], offset: usize) -> (u32, usize) {
        match self.vocabulary.first_token(piece, offset) {
            Some((rank, len)) if rank < self.limit => (rank, len),
            _ => (self.vocabulary.byte(piece[offset]), 1),
        }
    }

    #[inline]
    fn joined(&self, rank: u32) -> u32 {
        rank
    }
}

/// Merging by a list.
pub(super) struct ByList<'v> {
    pub(super) vocabulary: &'v Vocabulary,
    pub(super) list: &'v MergeList,
}

impl Rules for ByList<'_> {
    #[inline]
    fn vocabulary(&self) -> &Vocabulary {
        self.vocabulary
    }

    #[inline]
    fn rank(&self, _: &[u8], _: usize, _: usize, left: u32, right: u32) -> u32 {
        self.list.rank(left, right)
    }

    #[inline]
    fn rank_of_bytes(&self, first: u8, second: u8) -> u32 {
        let (left, right) = (self.vocabulary.byte(first), self.vocabulary.byte(second));
        self.list.rank(left, right)
    }

    #[inline]
    fn joined(&self, rank: u32) -> u32 {
        self.list.joined(rank)
    }
}
