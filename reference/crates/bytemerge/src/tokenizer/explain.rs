//! Explains the merges of one piece step by step, for people to look at.
//!
//! This replays the definition in `model/merge`, slowly and obviously: each step looks at every
//! pair of neighbours. Tests compare it with the merges that encode.

use std::collections::HashMap;

use crate::model::merge::Merges;
use crate::tokenizer::Tokenizer;

/// One merge of two neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MergeStep {
    /// The number of tokens to the left of the pair.
    pub index: usize,
    /// The ids of the pair.
    pub pair: (u32, u32),
    /// The rank of the pair. The lowest rank merges first.
    pub rank: u32,
    /// The id that the pair becomes.
    pub joined: u32,
}

impl Tokenizer {
    /// Returns the merges of a piece in order, without looking it up as a whole first. This takes
    /// time quadratic in its length. There are none if a byte of the piece is not a token.
    ///
    /// ```
    /// use bytemerge::{Tokenizer, pattern::Pattern};
    ///
    /// let bytes = (0..=255).map(|byte: u8| (vec![byte], u32::from(byte)));
    /// let merged = [(b"th".to_vec(), 256), (b"the".to_vec(), 257)];
    /// let pattern = Pattern::new(None)?;
    /// let tokenizer = Tokenizer::from_ranks(bytes.chain(merged), pattern, Default::default())?;
    /// let steps = tokenizer.merge_steps(b"then");
    /// assert_eq!((steps[0].joined, steps[1].joined), (256, 257));
    /// # Ok::<(), bytemerge::Error>(())
    /// ```
    #[must_use]
    pub fn merge_steps(&self, piece: &[u8]) -> Vec<MergeStep> {
        let vocabulary = &self.model.vocabulary;
        let listed: Option<HashMap<(u32, u32), u32>> = match &self.model.merges {
            Merges::Ranks => None,
            // If a pair occurs twice, the last occurrence counts.
            Merges::List(list) => Some(list.pairs().zip(0..).collect()),
        };
        let joined = |pair: (u32, u32)| {
            let both = [pair.0, pair.1].map(|id| vocabulary.bytes(id).unwrap_or_default());
            vocabulary.id(&both.concat())
        };
        let rank = |pair| match &listed {
            None => joined(pair),
            Some(ranks) => ranks.get(&pair).copied(),
        };
        let mut tokens: Vec<u32> = piece.iter().map(|&byte| vocabulary.byte(byte)).collect();
        let mut steps = Vec::new();
        if piece
            .iter()
            .any(|&byte| vocabulary.bytes(vocabulary.byte(byte)).is_none())
        {
            return steps;
        }
        loop {
            let pairs = tokens.windows(2).map(|pair| (pair[0], pair[1]));
            let ranked = pairs.enumerate().filter_map(|(index, pair)| {
                let (rank, joined) = rank(pair).zip(joined(pair))?;
                Some(MergeStep {
                    index,
                    pair,
                    rank,
                    joined,
                })
            });
            // Among equal ranks the leftmost.
            let Some(step) = ranked.min_by_key(|step| (step.rank, step.index)) else {
                return steps;
            };
            tokens.splice(step.index..step.index + 2, [step.joined]);
            steps.push(step);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;
    use crate::model::special::SpecialTokens;
    use crate::pattern::Pattern;

    /// All words of eight letters out of three, by both definitions of the best pair.
    #[test]
    fn the_steps_lead_to_the_tokens_that_are_encoded() -> Result<(), Error> {
        let tokens = ["bc", "ab", "abc", "aa", "bca", "abcaa", "cab"];
        let merges = [
            (98, 99),
            (97, 98),
            (257, 99),
            (97, 97),
            (256, 97),
            (258, 259),
            (99, 257),
        ];
        let all = || {
            let bytes = (0..=255).map(|byte: u8| vec![byte]);
            let tokens = tokens.iter().map(|token| token.as_bytes().to_vec());
            bytes.chain(tokens).zip(0..)
        };
        let (pattern, special) = (Pattern::new(None)?, SpecialTokens::default);
        let by_rank = Tokenizer::from_ranks(all(), pattern.clone(), special())?;
        let by_list = Tokenizer::from_merge_list(all(), merges, false, None, pattern, special())?;
        let mut differ = 0;
        for number in 0..3_u32.pow(8) {
            let word: Vec<u8> = (0..8)
                .map(|digit| b"abc"[(number / 3_u32.pow(digit) % 3) as usize])
                .collect();
            for tokenizer in [&by_rank, &by_list] {
                let mut ids: Vec<u32> = word.iter().map(|&byte| byte.into()).collect();
                for step in tokenizer.merge_steps(&word) {
                    assert_eq!((ids[step.index], ids[step.index + 1]), step.pair);
                    ids.splice(step.index..step.index + 2, [step.joined]);
                }
                assert_eq!(ids, tokenizer.merge(&word)?, "{word:?}");
            }
            differ += usize::from(by_rank.merge(&word)? != by_list.merge(&word)?);
        }
        assert!(differ > 100);
        Ok(())
    }
}
