//! Pairs of bytes that merge before anything else can touch them.
//!
//! Merging starts with bytes and the pair of the lowest rank. Of the bytes p, a, b, n in a row, a and b surely become the
//! token ab at some time if its rank is below that of
//!
//! - each token that ends with pa, since what merges with a, and not with b, makes such a token,
//! - each token that starts with bn, for the same reason,
//! - each longer token that starts or ends with ab.
//!
//! For until it is the turn of ab, nothing may touch a or b, and if both were one from the start, nothing would touch them
//! either: all that could has a higher rank. So these pairs can be merged at once, in any order, and the tokens stay the same.
//! That holds for any ranks, also such as nobody trained. Fewer merges are left, above all in scripts whose letters have two
//! bytes: encoding of words that are new is a fifth faster.

use crate::error::Error;
use crate::memory::try_vec;
use crate::model::id_table::EMPTY;

/// The ids of bytes and of pairs of bytes, and which pairs merge first.
#[derive(Clone, Debug)]
pub(crate) struct BytePairs {
    /// The id of each byte.
    bytes: [u32; 256],
    /// The id of each pair of bytes, or [`EMPTY`].
    pairs: Vec<u32>,
    /// Of the tokens that start with two bytes. From two bytes on.
    starting: Vec<u32>,
    /// Of those that end with them.
    ending: Vec<u32>,
    /// Whether a pair is a token of lower rank than all longer ones with it at an end: a bit each.
    first: Vec<u64>,
}

/// The rank of no token.
const NONE: u32 = u32::MAX;

impl BytePairs {
    /// Of all tokens of a model.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`].
    pub(crate) fn new<'t>(tokens: impl Iterator<Item = (u32, &'t [u8])>) -> Result<Self, Error> {
        let mut pairs = Self {
            bytes: [EMPTY; 256],
            pairs: try_vec(EMPTY, 1 << 16)?,
            starting: try_vec(NONE, 1 << 16)?,
            ending: try_vec(NONE, 1 << 16)?,
            first: try_vec(0, 1 << 10)?,
        };
        let mut longer = try_vec(NONE, 1 << 16)?;
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
            // It is a token itself, or else something longer starts or ends with it.
            let lowest = pairs.starting[index].min(pairs.ending[index]);
            pairs.first[index / 64] |= u64::from(lowest < longer) << (index % 64);
        }
        Ok(pairs)
    }

    /// The id of a byte.
    #[inline]
    pub(crate) fn byte(&self, byte: u8) -> u32 {
        self.bytes[usize::from(byte)]
    }

    /// The id of two bytes, or [`EMPTY`].
    #[inline]
    pub(crate) fn pair(&self, first: u8, second: u8) -> u32 {
        self.pairs[pair_index(first, second)]
    }

    /// The id of the two bytes at a place, if by ranks they merge before anything else can touch them.
    #[expect(
        clippy::inline_always,
        reason = "with two callers a call remains, and short pieces merge a tenth slower"
    )]
    #[inline(always)]
    pub(crate) fn first_pair(&self, piece: &[u8], place: usize) -> Option<u32> {
        let id = self.pair(piece[place], *piece.get(place + 1)?);
        let is_first = self.merge_first(piece, place, id);
        (id != EMPTY && is_first).then_some(id)
    }

    /// Whether the bytes at a place of a piece and after it merge first, if they are a token of this rank.
    #[expect(
        clippy::inline_always,
        reason = "with two callers a call remains, and short pieces merge a tenth slower"
    )]
    #[inline(always)]
    fn merge_first(&self, piece: &[u8], place: usize, rank: u32) -> bool {
        let (a, b) = (piece[place], piece[place + 1]);
        let pair = pair_index(a, b);
        let before = place
            .checked_sub(1)
            .map_or(NONE, |before| self.ending[pair_index(piece[before], a)]);
        let after = piece
            .get(place + 2)
            .map_or(NONE, |&next| self.starting[pair_index(b, next)]);
        self.first[pair / 64] >> (pair % 64) & 1 == 1 && rank < before.min(after)
    }
}

/// Where two bytes stand in a table of all pairs.
#[inline]
fn pair_index(first: u8, second: u8) -> usize {
    usize::from(first) << 8 | usize::from(second)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOWHERE: [usize; 0] = [];

    /// The places in "pabn" where a pair merges first, with tokens whose ranks are their places in a list.
    fn places(tokens: &[&str]) -> Vec<usize> {
        let pairs = BytePairs::new((0..).zip(tokens.iter().map(|token| token.as_bytes()))).unwrap();
        let rank_at = |place: usize| {
            let pair = &"pabn"[place..place + 2];
            let mut ranks = (0..).zip(tokens);
            let rank = ranks.find(|&(_, &token)| token == pair);
            rank.map_or(NONE, |(rank, _)| rank)
        };
        let is_first = |&place: &usize| pairs.merge_first(b"pabn", place, rank_at(place));
        (0..3).filter(is_first).collect()
    }

    #[test]
    fn a_pair_is_first_where_nothing_of_lower_rank_can_touch_it() {
        assert_eq!(places(&["ab"]), [1]);
        assert_eq!(places(&["pa", "ab"]), [0]);
        assert_eq!(places(&["bn", "ab"]), [2]);
        assert_eq!(places(&["ab", "pa", "bn"]), [1]);
        // "xpa" might be what is before: its rank counts, not the one of "pa".
        assert_eq!(places(&["xpa", "ab"]), NOWHERE);
        assert_eq!(places(&["bnx", "ab"]), NOWHERE);
        // Elsewhere it could, here it cannot.
        assert_eq!(places(&["xa", "by", "ab"]), [1]);
    }

    #[test]
    fn a_pair_is_not_first_before_a_longer_token_of_lower_rank() {
        assert_eq!(places(&["xab", "ab"]), NOWHERE);
        assert_eq!(places(&["abx", "ab"]), NOWHERE);
        assert_eq!(places(&["ab", "abx", "xab"]), [1]);
    }

    #[test]
    fn of_equal_bytes_none_is_first_where_there_are_three() {
        let pairs = BytePairs::new([(0, &b"aa"[..])].into_iter()).unwrap();
        assert!(pairs.merge_first(b"aa", 0, 0));
        assert!(!pairs.merge_first(b"aaa", 0, 0) && !pairs.merge_first(b"aaa", 1, 0));
    }
}
