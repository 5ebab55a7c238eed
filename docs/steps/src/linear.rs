//! A long piece in linear time: from left to right, the token that ends at each offset.

use aho_corasick::{AhoCorasick, BuildError};

use crate::model::Model;
use crate::word::Pair;

/// Marks an offset without a token.
const NONE: u32 = u32::MAX;

/// The tokens of a model, prepared for encoding.
///
/// The merges must come from a training: then the bytes of each
/// token merge to it.
pub struct Linear {
    /// An automaton that finds all tokens in a text, even if they overlap.
    finder: AhoCorasick,
    /// The number of bytes of each token.
    lengths: Vec<usize>,
    /// The two tokens that each token was merged from.
    parts: Vec<Pair>,
}

impl Linear {
    /// Prepares a model: once for all pieces.
    ///
    /// # Errors
    ///
    /// The tokens are too many or too long for the automaton.
    pub fn new(model: &Model) -> Result<Self, BuildError> {
        let mut tokens = Vec::from_iter(&model.tokens);
        tokens.sort_by_key(|(_, id)| **id);
        let mut parts = vec![(NONE, NONE); tokens.len()];
        for (&pair, &new) in &model.merges {
            parts[new as usize] = pair;
        }
        Ok(Self {
            finder: AhoCorasick::new(tokens.iter().map(|(bytes, _)| bytes))?,
            lengths: tokens.iter().map(|(bytes, _)| bytes.len()).collect(),
            parts,
        })
    }

    /// Appends the tokens of a piece.
    pub fn encode(&self, model: &Model, piece: &str, ids: &mut Vec<u32>) {
        // The last token of the piece up to each offset.
        let mut last = vec![NONE; piece.len() + 1];
        for found in self.finder.find_overlapping_iter(piece) {
            let (start, end) = (found.start(), found.end());
            if last[end] != NONE {
                continue;
            }
            let token = found.pattern().as_u32();
            let pair = (last[start], token);
            if start == 0 || self.stay_apart(model, pair) {
                last[end] = token;
            }
        }
        // From the end: a token starts where the one before it ends.
        let (first, mut end) = (ids.len(), piece.len());
        while end > 0 {
            ids.push(last[end]);
            end -= self.lengths[last[end] as usize];
        }
        ids[first..].reverse();
    }

    /// Returns whether the bytes of two tokens merge to these two.
    fn stay_apart(&self, model: &Model, pair: Pair) -> bool {
        let (mut left, mut right) = pair;
        // Back in time: the last merge is undone first.
        let mut until = NONE;
        loop {
            // They were neighbours until then: did they merge before?
            let merge = model.merges.get(&(left, right));
            if merge.is_some_and(|&merge| merge < until) {
                return false;
            }
            if left < 256 && right < 256 {
                return true;
            }
            // Of equal merges, the one further left was first.
            if left > right {
                until = left;
                left = self.parts[left as usize].1;
            } else {
                until = right + 1;
                right = self.parts[right as usize].0;
            }
        }
    }
}
