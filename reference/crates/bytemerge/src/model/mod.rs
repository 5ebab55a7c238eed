//! The model of a tokenizer: a pattern, a vocabulary and merges.
//!
//! `vocabulary.rs` maps bytes to ids and back, with a file for each of its tables. `merge` applies
//! merges to one piece, and `unknown.rs` says what becomes of bytes without a token. A tokenizer
//! keeps two parts beside its model: `special.rs` finds special tokens, which no merge makes, and
//! `template.rs` holds those that can be added around a text.

mod byte_pairs;
mod characters;
mod id_table;
pub(crate) mod merge;
pub(crate) mod special;
pub(crate) mod template;
mod token_store;
pub(crate) mod unknown;
pub(crate) mod vocabulary;

use std::hash::{Hash, Hasher};

use crate::error::Error;
use crate::model::merge::Merges;
use crate::model::unknown::Unknown;
use crate::model::vocabulary::Vocabulary;
use crate::pattern::Pattern;
use crate::progress::ShouldStop;

/// The parts that cut a text into pieces and turn pieces into ids. A tokenizer keeps its special
/// tokens, normalizer, pre-tokenizer and template beside it.
pub(crate) struct Model {
    pub(crate) pattern: Pattern,
    pub(crate) vocabulary: Vocabulary,
    pub(crate) merges: Merges,
    /// By id, whether the bytes of the token merge to it. `None` if a piece that is a token always
    /// becomes that token.
    merges_to_itself: Option<Vec<bool>>,
    /// Whether a piece that is a token becomes that token even where the list of merges leads to
    /// other tokens.
    pub(crate) ignores_merges: bool,
    /// The rule for bytes without a token. `None` if each byte is a token.
    pub(crate) unknown: Option<Unknown>,
}

impl Model {
    /// Creates a model from its parts. With `ignore_merges`, a piece that is a token becomes that
    /// token at once. A list of merges that means the same as ranks, as in nearly all files of
    /// Hugging Face, is replaced by ranks: encoding new text is then a fifth faster.
    ///
    /// # Errors
    ///
    /// [`Error::MissingByte`] if a byte is not a token, without `unknown`; [`Error::OutOfMemory`].
    pub(crate) fn new(
        pattern: Pattern,
        vocabulary: Vocabulary,
        merges: Merges,
        ignore_merges: bool,
        unknown: Option<Unknown>,
    ) -> Result<Self, Error> {
        let missing = vocabulary.missing_byte();
        if let (Some(byte), None) = (missing, unknown) {
            return Err(Error::MissingByte { byte });
        }
        let mut model = Self {
            pattern,
            vocabulary,
            merges,
            merges_to_itself: None,
            ignores_merges: false,
            unknown: unknown.filter(|_| missing.is_some()),
        };
        if let Merges::List(list) = &model.merges {
            let itself = (0..model.vocabulary.id_limit())
                .map(|id| model.merges_to_itself(id))
                .collect::<Result<Vec<bool>, Error>>()?;
            if itself.contains(&false) {
                model.ignores_merges = ignore_merges;
                model.merges_to_itself = (!ignore_merges).then_some(itself);
            } else if list.first_out_of_order().is_none() {
                // Within the bytes of a token both rules take the same steps, and no other pair of
                // neighbours ever makes a token.
                model.merges = Merges::Ranks;
            }
        }
        Ok(model)
    }

    /// Returns whether the bytes of the token `id` merge to it. An id without a token counts as
    /// true.
    pub(crate) fn merges_to_itself(&self, id: u32) -> Result<bool, Error> {
        let Some(bytes) = self.vocabulary.bytes(id) else {
            return Ok(true);
        };
        let mut merged = Vec::new();
        self.merge(bytes, &mut merged, &|| false)?;
        Ok(merged == [id])
    }

    /// Merges a piece, without looking it up as a whole first, and appends its tokens.
    ///
    /// # Errors
    ///
    /// Those of [`Merges::apply`].
    pub(crate) fn merge(
        &self,
        piece: &[u8],
        tokens: &mut Vec<u32>,
        should_stop: &ShouldStop,
    ) -> Result<(), Error> {
        let (merges, vocabulary) = (&self.merges, &self.vocabulary);
        match self.unknown {
            None => merges.apply(vocabulary, piece, tokens, should_stop),
            Some(unknown) => unknown.apply(merges, vocabulary, piece, tokens, should_stop),
        }
    }

    /// Returns the bytes of a text that a token stands for, as their start and end.
    #[inline]
    pub(crate) fn span(&self, id: u32, text: &[u8]) -> [usize; 2] {
        let token = self.vocabulary.bytes(id).unwrap_or_default();
        match self.unknown {
            None => [0, token.len()],
            Some(unknown) => unknown.span(&self.vocabulary, (id, token), text),
        }
    }

    /// Returns the token that a piece becomes without merging, given the token with the same bytes.
    #[inline]
    pub(crate) fn token_of_piece(&self, found: Option<u32>) -> Option<u32> {
        match &self.merges_to_itself {
            None => found,
            Some(itself) => found.filter(|&id| itself[id as usize]),
        }
    }
}

/// Equal when all parts and the meaning of merges are equal.
impl PartialEq for Model {
    fn eq(&self, other: &Self) -> bool {
        self.pattern == other.pattern
            && self.merges == other.merges
            && self.ignores_merges == other.ignores_merges
            && self.unknown == other.unknown
            && self.vocabulary == other.vocabulary
    }
}

impl Eq for Model {}

impl Hash for Model {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.pattern.expression().hash(state);
        self.vocabulary.hash(state);
        self.merges.hash(state);
    }
}
