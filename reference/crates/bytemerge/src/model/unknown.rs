//! Bytes without a token. Some files of Hugging Face have them: a training whose alphabet does not
//! start with all bytes leaves out those that its texts lack.
//!
//! Either such bytes are dropped before the others merge, so the bytes on both sides become
//! neighbours. Or the unknown token stands for each of them, or for a whole run of them, and
//! nothing merges across it.

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::model::id_table::NO_ID;
use crate::model::merge::Merges;
use crate::model::vocabulary::Vocabulary;
use crate::progress::ShouldStop;

/// The rule for bytes without a token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Unknown {
    /// The token that stands for such a byte. With `None`, these bytes are dropped.
    pub id: Option<u32>,
    /// Whether one token stands for neighbouring bytes.
    pub fuse: bool,
}

impl Unknown {
    /// Merges a piece, without looking it up as a whole first, and appends its tokens.
    ///
    /// # Errors
    ///
    /// Those of [`Merges::apply`].
    pub(super) fn apply(
        self,
        merges: &Merges,
        vocabulary: &Vocabulary,
        piece: &[u8],
        tokens: &mut Vec<u32>,
        should_stop: &ShouldStop,
    ) -> Result<(), Error> {
        let Some(id) = self.id else {
            let known = piece.iter().filter(|&&byte| !is_unknown(vocabulary, byte));
            let known: Vec<u8> = known.copied().collect();
            return merges.apply(vocabulary, &known, tokens, should_stop);
        };
        for run in piece
            .chunk_by(|&left, &right| is_unknown(vocabulary, left) == is_unknown(vocabulary, right))
        {
            if is_unknown(vocabulary, run[0]) {
                let count = if self.fuse { 1 } else { run.len() };
                tokens.try_reserve(count)?;
                tokens.extend(std::iter::repeat_n(id, count));
            } else {
                merges.apply(vocabulary, run, tokens, should_stop)?;
            }
        }
        Ok(())
    }

    /// Returns the start and the end of the bytes that a token stands for, in a text that begins
    /// after the token before it. Bytes that were dropped in between belong to no token.
    pub(crate) fn span(
        self,
        vocabulary: &Vocabulary,
        (id, token): (u32, &[u8]),
        text: &[u8],
    ) -> [usize; 2] {
        let is_unknown = |byte: &u8| is_unknown(vocabulary, *byte);
        if self.id == Some(id) && text.first().is_some_and(is_unknown) {
            let run = text.iter().take_while(|byte| is_unknown(byte)).count();
            return [0, if self.fuse { run } else { 1 }];
        }
        if self.id.is_some() || text.starts_with(token) {
            return [0, token.len()];
        }
        let mut known = (0..text.len()).filter(|&index| !is_unknown(&text[index]));
        let start = known.next().unwrap_or(text.len());
        let last = token
            .len()
            .checked_sub(2)
            .map_or(Some(start), |more| known.nth(more));
        [start, last.map_or(text.len(), |last| last + 1)]
    }
}

fn is_unknown(vocabulary: &Vocabulary, byte: u8) -> bool {
    vocabulary.byte(byte) == NO_ID
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_without_a_token() -> Result<(), Error> {
        // No "-" and no "+".
        let tokens: [&[u8]; 4] = [b"a", b"b", b"ab", b"?"];
        let vocabulary = Vocabulary::incomplete(tokens.into_iter().zip(0..))?;
        let merged = |unknown: Unknown, piece: &[u8]| {
            let mut ids = Vec::new();
            let stop = || false;
            unknown.apply(&Merges::Ranks, &vocabulary, piece, &mut ids, &stop)?;
            Ok::<_, Error>(ids)
        };
        let dropped = Unknown::default();
        assert_eq!(merged(dropped, b"a-b+-a")?, [2, 0]);
        assert_eq!(merged(dropped, b"--")?, [0; 0]);
        let each = Unknown {
            id: Some(3),
            fuse: false,
        };
        assert_eq!(merged(each, b"a-b+-ab")?, [0, 3, 1, 3, 3, 2]);
        let fused = Unknown { fuse: true, ..each };
        assert_eq!(merged(fused, b"a-b+-ab")?, [0, 3, 1, 3, 2]);

        let span = |unknown: Unknown, token: &[u8], text: &[u8]| {
            let id = vocabulary.id(token).unwrap_or_default();
            unknown.span(&vocabulary, (id, token), text)
        };
        assert_eq!(span(dropped, b"ab", b"-a-b+"), [1, 4]);
        assert_eq!(span(dropped, b"a", b"+a-b+"), [1, 2]);
        assert_eq!(span(each, b"?", b"+-a"), [0, 1]);
        assert_eq!(span(fused, b"?", b"+-a"), [0, 2]);
        assert_eq!(span(fused, b"ab", b"ab-"), [0, 2]);
        Ok(())
    }
}
