//! The ids of bytes and of pairs of bytes, and the pairs that merge before any other merge can
//! touch them.
//!
//! Merging starts with bytes and with the pair of the lowest rank. Take the bytes p, a, b, n: the
//! two in the middle are certain to become the token ab if its rank is below that of
//!
//! - each token that ends with pa, since a merge of a without b makes such a token,
//! - each token that starts with bn, for the same reason,
//! - each longer token that starts or ends with ab.
//!
//! Until it is the turn of ab, no merge touches a or b. If they are joined from the start, no merge
//! touches ab before its turn either, because every merge that could has a higher rank. So all
//! these pairs can be merged at once, in any order, with the same result. This holds for any ranks,
//! even if no training made them. It leaves fewer merges, above all in scripts whose letters have
//! two bytes: encoding new words is a fifth faster.

use crate::error::Error;
use crate::memory::try_vec;
use crate::model::id_table::NO_ID;

/// The ids of bytes and of pairs of bytes, and for each pair the lowest ranks of tokens around it.
#[derive(Clone, Debug)]
pub(crate) struct BytePairs {
    /// The id of each byte.
    bytes: [u32; 256],
    /// The id of each pair of bytes, or [`NO_ID`].
    pairs: Vec<u32>,
    /// For each pair, the lowest rank of a token of at least two bytes that starts with it.
    starting: Vec<u32>,
    /// For each pair, the lowest rank of a token that ends with it.
    ending: Vec<u32>,
    /// For each pair, a bit: whether it is a token of lower rank than all longer tokens that start
    /// or end with it.
    first: Vec<u64>,
}

/// The rank of a pair that does not merge: above that of every token.
pub(super) const NO_RANK: u32 = u32::MAX;

impl BytePairs {
    /// Creates the tables from all tokens of a model.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`].
    pub(crate) fn new<'t>(tokens: impl Iterator<Item = (u32, &'t [u8])>) -> Result<Self, Error> {
        let mut pairs = Self {
            bytes: [NO_ID; 256],
            pairs: try_vec(NO_ID, 1 << 16)?,
            starting: try_vec(NO_RANK, 1 << 16)?,
            ending: try_vec(NO_RANK, 1 << 16)?,
            first: try_vec(0, 1 << 10)?,
        };
        let mut longer = try_vec(NO_RANK, 1 << 16)?;
        for (rank, token) in tokens {
            match *token {
                [byte] => pairs.bytes[usize::from(byte)] = rank,
                [a, b] => pairs.pairs[pair_index(a, b)] = rank,
                _ => {}
            }
            let (&[a, b, ..], &[.., y, z]) = (token, token) else {
                continue;
            };
            let (start, end) = (pair_index(a, b), pair_index(y, z));
            pairs.starting[start] = pairs.starting[start].min(rank);
            pairs.ending[end] = pairs.ending[end].min(rank);
            if token.len() > 2 {
                longer[start] = longer[start].min(rank);
                longer[end] = longer[end].min(rank);
            }
        }
        for (index, &longer) in longer.iter().enumerate() {
            // A rank below that of all longer tokens is the rank of the pair itself.
            let lowest = pairs.starting[index].min(pairs.ending[index]);
            pairs.first[index / 64] |= u64::from(lowest < longer) << (index % 64);
        }
        Ok(pairs)
    }

    /// Returns the id of a byte.
    #[inline]
    pub(crate) fn byte(&self, byte: u8) -> u32 {
        self.bytes[usize::from(byte)]
    }

    /// Returns the id of two bytes, or [`NO_ID`].
    #[inline]
    pub(crate) fn pair(&self, first: u8, second: u8) -> u32 {
        self.pairs[pair_index(first, second)]
    }

    /// Returns the lowest rank of a token that starts with two bytes.
    #[inline]
    pub(super) fn starting(&self, first: u8, second: u8) -> u32 {
        self.starting[pair_index(first, second)]
    }

    /// Returns the lowest rank of a token that ends with two bytes.
    #[inline]
    pub(super) fn ending(&self, first: u8, second: u8) -> u32 {
        self.ending[pair_index(first, second)]
    }

    /// Returns whether two bytes are a token of lower rank than all longer tokens that start or end
    /// with them.
    #[inline]
    pub(super) fn is_first(&self, first: u8, second: u8) -> bool {
        let pair = pair_index(first, second);
        self.first[pair / 64] >> (pair % 64) & 1 == 1
    }

    /// Returns the id of the two bytes at `offset`, if by ranks they merge before any other merge
    /// can touch them.
    #[expect(
        clippy::inline_always,
        reason = "with two callers a call remains, and short pieces merge a tenth slower"
    )]
    #[inline(always)]
    pub(crate) fn first_pair(&self, piece: &[u8], offset: usize) -> Option<u32> {
        let id = self.pair(piece[offset], *piece.get(offset + 1)?);
        let is_first = self.merge_first(piece, offset, id);
        (id != NO_ID && is_first).then_some(id)
    }

    /// Returns whether the two bytes at `offset` merge first, if they are a token of this rank.
    #[expect(
        clippy::inline_always,
        reason = "with two callers a call remains, and short pieces merge a tenth slower"
    )]
    #[inline(always)]
    fn merge_first(&self, piece: &[u8], offset: usize, rank: u32) -> bool {
        let (a, b) = (piece[offset], piece[offset + 1]);
        self.is_first(a, b) && self.precedes_neighbours(piece, offset, offset + 2, rank)
    }

    /// Returns whether a rank is lower than those of all tokens that could join a part of
    /// `piece[start..end]` to the byte before or after it.
    #[expect(
        clippy::inline_always,
        reason = "with two callers a call remains, and short pieces merge a tenth slower"
    )]
    #[inline(always)]
    pub(super) fn precedes_neighbours(
        &self,
        piece: &[u8],
        start: usize,
        end: usize,
        rank: u32,
    ) -> bool {
        let before = start
            .checked_sub(1)
            .map_or(NO_RANK, |before| self.ending(piece[before], piece[start]));
        let after = piece
            .get(end)
            .map_or(NO_RANK, |&next| self.starting(piece[end - 1], next));
        rank < before.min(after)
    }
}

/// Returns the index of two bytes in a table of all pairs.
#[inline]
pub(super) fn pair_index(first: u8, second: u8) -> usize {
    usize::from(first) << 8 | usize::from(second)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOWHERE: [usize; 0] = [];

    /// Returns the offsets in "pabn" at which a pair merges first. The ranks of the tokens are
    /// their indices.
    fn first_pairs(tokens: &[&str]) -> Vec<usize> {
        let pairs = BytePairs::new((0..).zip(tokens.iter().map(|token| token.as_bytes()))).unwrap();
        let rank_at = |offset: usize| {
            let pair = &"pabn"[offset..offset + 2];
            let mut ranks = (0..).zip(tokens);
            let rank = ranks.find(|&(_, &token)| token == pair);
            rank.map_or(NO_RANK, |(rank, _)| rank)
        };
        let is_first = |&offset: &usize| pairs.merge_first(b"pabn", offset, rank_at(offset));
        (0..3).filter(is_first).collect()
    }

    #[test]
    fn a_pair_is_first_where_nothing_of_lower_rank_can_touch_it() {
        assert_eq!(first_pairs(&["ab"]), [1]);
        assert_eq!(first_pairs(&["pa", "ab"]), [0]);
        assert_eq!(first_pairs(&["bn", "ab"]), [2]);
        assert_eq!(first_pairs(&["ab", "pa", "bn"]), [1]);
        // The token before might become "xpa": its rank counts, not that of "pa".
        assert_eq!(first_pairs(&["xpa", "ab"]), NOWHERE);
        assert_eq!(first_pairs(&["bnx", "ab"]), NOWHERE);
        // Other tokens could touch the pair in other texts, but not here.
        assert_eq!(first_pairs(&["xa", "by", "ab"]), [1]);
    }

    #[test]
    fn a_pair_is_not_first_before_a_longer_token_of_lower_rank() {
        assert_eq!(first_pairs(&["xab", "ab"]), NOWHERE);
        assert_eq!(first_pairs(&["abx", "ab"]), NOWHERE);
        assert_eq!(first_pairs(&["ab", "abx", "xab"]), [1]);
    }

    #[test]
    fn of_equal_bytes_none_is_first_where_there_are_three() {
        let pairs = BytePairs::new([(0, &b"aa"[..])].into_iter()).unwrap();
        assert!(pairs.merge_first(b"aa", 0, 0));
        assert!(!pairs.merge_first(b"aaa", 0, 0) && !pairs.merge_first(b"aaa", 1, 0));
    }
}
