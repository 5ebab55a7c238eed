//! The tokenizer: everything in the folders below it, behind one name.
//!
//! A text is split at its special tokens and then cut by the pattern into pieces, which are looked
//! up or merged. Tokenizers trained elsewhere are taken as they are: [`Merges`] holds what their
//! merges mean.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use crate::encode::codec::Codec;
use crate::encode::explain::MergeStep;
use crate::encode::offsets::Encoding;
use crate::encode::token_batch::TokenBatch;
use crate::encode::truncate::Truncation;
use crate::error::Error;
use crate::model::Model;
use crate::model::merge::Merges;
use crate::model::merge::list::MergeList;
use crate::model::special::SpecialTokens;
use crate::model::vocabulary::Vocabulary;
use crate::options::Options;
use crate::pattern::Pattern;
use crate::progress::{Progress, ShouldStop};
use crate::train::counts::PieceCounts;
use crate::train::trainer::train;

/// A byte-level tokenizer. It is immutable and cheap to clone.
///
/// ```
/// use bytemerge::{Tokenizer, pattern::Pattern};
///
/// let bytes = (0..=255).map(|byte: u8| (vec![byte], u32::from(byte)));
/// let merged = [(b"th".to_vec(), 256), (b"the".to_vec(), 257)];
/// let pattern = Pattern::new(Some("gpt2"))?;
/// let tokenizer = Tokenizer::from_ranks(bytes.chain(merged), pattern, Default::default())?;
/// let ids = tokenizer.encode_ordinary("then")?;
/// assert_eq!(ids, [257, 110]);
/// assert_eq!(tokenizer.decode_bytes(&ids)?, b"then");
/// # Ok::<(), bytemerge::Error>(())
/// ```
#[derive(Clone)]
pub struct Tokenizer {
    codec: Codec,
}

impl Tokenizer {
    /// Creates a tokenizer from its parts.
    ///
    /// # Errors
    ///
    /// [`Error::DuplicateId`] if a special token has the id of a token; [`Error::OutOfMemory`].
    pub fn new(
        pattern: Pattern,
        vocabulary: Vocabulary,
        merges: Merges,
        special: SpecialTokens,
    ) -> Result<Self, Error> {
        let model = Model::new(pattern, vocabulary, merges, false)?;
        Self::wrap(Codec::new(model, special))
    }

    /// Creates a tokenizer that merges by ranks, as tiktoken does: the ids are the ranks.
    ///
    /// # Errors
    ///
    /// Those of [`Vocabulary::new`] and [`Tokenizer::new`].
    pub fn from_ranks<Bytes: AsRef<[u8]>>(
        ranks: impl IntoIterator<Item = (Bytes, u32)>,
        pattern: Pattern,
        special: SpecialTokens,
    ) -> Result<Self, Error> {
        let vocabulary = Vocabulary::new(ranks, |id| special.name(id).is_some())?;
        Self::new(pattern, vocabulary, Merges::Ranks, special)
    }

    /// Creates a tokenizer that merges by a list, as Hugging Face does. A merge is given by its two
    /// ids.
    ///
    /// With `ignore_merges`, a piece that is a token becomes that token, whatever its bytes merge
    /// to.
    ///
    /// # Errors
    ///
    /// Those of [`Vocabulary::new`], [`MergeList::new`] and [`Tokenizer::new`].
    pub fn from_merge_list<Bytes: AsRef<[u8]>>(
        tokens: impl IntoIterator<Item = (Bytes, u32)>,
        merges: impl IntoIterator<Item = (u32, u32)>,
        ignore_merges: bool,
        pattern: Pattern,
        special: SpecialTokens,
    ) -> Result<Self, Error> {
        let vocabulary = Vocabulary::new(tokens, |id| special.name(id).is_some())?;
        let merges = Merges::List(MergeList::new(&vocabulary, merges)?);
        let model = Model::new(pattern, vocabulary, merges, ignore_merges)?;
        Self::wrap(Codec::new(model, special))
    }

    /// Trains a tokenizer on pieces. Its tokens are the bytes, then the merges in the order learnt,
    /// then the special tokens.
    ///
    /// # Errors
    ///
    /// Those of [`train`](crate::train()), and [`Error::DuplicateToken`] if a special token occurs
    /// twice.
    pub fn train(
        counts: &PieceCounts,
        merges: usize,
        pattern: Pattern,
        special: &[String],
        min_frequency: u64,
        progress: &mut Progress,
    ) -> Result<Self, Error> {
        let mut tokens: Vec<Vec<u8>> = (0..=u8::MAX).map(|byte| vec![byte]).collect();
        let merges = train(counts, merges, min_frequency, progress)?;
        tokens.try_reserve_exact(merges.len())?;
        for (left, right) in merges {
            let (left, right) = (&tokens[left as usize], &tokens[right as usize]);
            let mut token = Vec::new();
            token.try_reserve_exact(left.len() + right.len())?;
            token.extend_from_slice(left);
            token.extend_from_slice(right);
            tokens.push(token);
        }
        let first = u32::try_from(tokens.len()).unwrap_or(u32::MAX);
        let special = SpecialTokens::new(special.iter().map(String::as_str).zip(first..))?;
        Self::from_ranks(tokens.into_iter().zip(0..), pattern, special)
    }

    /// Returns the same tokenizer with other special tokens. Their ids need not follow those of the
    /// tokens directly.
    ///
    /// # Errors
    ///
    /// [`Error::DuplicateId`] if a special token has the id of a token.
    pub fn with_special_tokens(&self, special: SpecialTokens) -> Result<Self, Error> {
        Self::wrap(self.codec.with_special_tokens(special))
    }

    /// Wraps a codec.
    fn wrap(codec: Result<Codec, Error>) -> Result<Self, Error> {
        Ok(Self { codec: codec? })
    }

    /// Returns the ids of a text.
    ///
    /// # Errors
    ///
    /// [`Error::DisallowedSpecialToken`], [`Error::Pattern`] if a regular expression gives up,
    /// [`Error::PieceTooLong`], [`Error::OutOfMemory`], [`Error::Interrupted`].
    pub fn encode(&self, text: &str, options: &Options) -> Result<Vec<u32>, Error> {
        self.codec.encode(text, options)
    }

    /// Returns the ids of a text in which special tokens are ordinary text.
    ///
    /// # Errors
    ///
    /// Those of [`Tokenizer::encode`], except for special tokens and interruption.
    pub fn encode_ordinary(&self, text: &str) -> Result<Vec<u32>, Error> {
        self.encode(text, &Options::ordinary())
    }

    /// Returns the number of ids of a text, without keeping them.
    ///
    /// # Errors
    ///
    /// Those of [`Tokenizer::encode`].
    pub fn count(&self, text: &str, options: &Options) -> Result<usize, Error> {
        self.codec.count(text, options)
    }

    /// Returns the ids of bytes. Valid UTF-8 is encoded as text, without special tokens.
    ///
    /// Otherwise the first invalid byte and everything after it form one piece, together with the
    /// piece before that byte, as in tiktoken's `_encode_bytes`. If the first token of that piece
    /// consists of spaces, tabs and line feeds, all such tokens before it belong to the piece too.
    ///
    /// # Errors
    ///
    /// Those of [`Tokenizer::encode_ordinary`], and [`Error::Interrupted`].
    pub fn encode_bytes(&self, bytes: &[u8], should_stop: &ShouldStop) -> Result<Vec<u32>, Error> {
        self.codec.encode_bytes(bytes, should_stop)
    }

    /// Returns the ids of a text and the offsets of each token in it.
    ///
    /// ```
    /// use bytemerge::{Options, SpecialTokens, Tokenizer, pattern::Pattern};
    ///
    /// let bytes = (0..=255).map(|byte: u8| ([byte], u32::from(byte)));
    /// let pattern = Pattern::new(None)?;
    /// let tokenizer = Tokenizer::from_ranks(bytes, pattern, SpecialTokens::default())?;
    /// let encoding = tokenizer.encode_with_offsets("né", &Options::default())?;
    /// assert_eq!(encoding.byte_offsets, [[0, 1], [1, 2], [2, 3]]);
    /// assert_eq!(encoding.char_offsets, [[0, 1], [1, 2], [1, 2]]);
    /// # Ok::<(), bytemerge::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`Tokenizer::encode`].
    pub fn encode_with_offsets(&self, text: &str, options: &Options) -> Result<Encoding, Error> {
        self.codec.encode_with_offsets(text, options)
    }

    /// Returns the first tokens of a text, at most `limit`: the longest such prefix of its ids that
    /// does not end inside a character.
    ///
    /// The text after them is not read, except for the rest of their last piece. Where special
    /// tokens are allowed, a little more is read: in proportion to the text before, or, if the
    /// pattern is a regular expression, up to the next special token. The option `threads` is
    /// ignored.
    ///
    /// # Errors
    ///
    /// Those of [`Tokenizer::encode`]; but a special token is disallowed only if it starts before
    /// the end.
    pub fn truncate(
        &self,
        text: &str,
        limit: usize,
        options: &Options,
    ) -> Result<Truncation, Error> {
        self.codec.truncate(text, limit, options)
    }

    /// Returns the ids of many texts.
    ///
    /// # Errors
    ///
    /// The error of the first text that has one, as in [`Tokenizer::encode`].
    pub fn encode_batch<Text: AsRef<str> + Sync>(
        &self,
        texts: &[Text],
        options: &Options,
    ) -> Result<TokenBatch, Error> {
        self.codec.encode_batch(texts, options)
    }

    /// Returns the bytes of all ids, concatenated. They need not be UTF-8.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownId`] for the first id without a token; [`Error::OutOfMemory`].
    pub fn decode_bytes(&self, ids: &[u32]) -> Result<Vec<u8>, Error> {
        self.codec.decode_bytes(ids)
    }

    /// Returns the bytes of each text. They need not be UTF-8.
    ///
    /// With one thread, the calling thread does the work; zero means all threads of rayon's current
    /// pool.
    ///
    /// # Errors
    ///
    /// The error of the first text that has one, as in [`Tokenizer::decode_bytes`], and
    /// [`Error::Interrupted`].
    pub fn decode_batch(
        &self,
        batch: &TokenBatch,
        threads: usize,
        should_stop: &ShouldStop,
    ) -> Result<Vec<Vec<u8>>, Error> {
        self.codec.decode_batch(batch, threads, should_stop)
    }

    /// Merges bytes as one piece, without looking it up as a whole first, and returns the ids.
    ///
    /// # Errors
    ///
    /// [`Error::PieceTooLong`], [`Error::OutOfMemory`].
    pub fn merge(&self, piece: &[u8]) -> Result<Vec<u32>, Error> {
        let mut ids = Vec::new();
        let model = &self.codec.model;
        model
            .merges
            .apply(&model.vocabulary, piece, &mut ids, &|| false)?;
        Ok(ids)
    }

    /// Returns the merges of a piece in order, without looking it up as a whole first. This takes
    /// time quadratic in its length.
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
        self.codec.merge_steps(piece)
    }

    /// Returns the bytes of a token, special or not.
    #[must_use]
    pub fn token_bytes(&self, id: u32) -> Option<&[u8]> {
        self.codec.token_bytes(id)
    }

    /// Returns the id of the token with these bytes. A special token comes last.
    #[must_use]
    pub fn token_id(&self, bytes: &[u8]) -> Option<u32> {
        let special = || self.codec.special.id(std::str::from_utf8(bytes).ok()?);
        self.codec.model.vocabulary.id(bytes).or_else(special)
    }

    /// Returns the number of tokens, including special tokens.
    #[must_use]
    pub fn vocab_size(&self) -> usize {
        self.codec.model.vocabulary.len() + self.codec.special.len()
    }

    /// Returns one more than the highest id. This exceeds [`Tokenizer::vocab_size`] if ids are left
    /// out.
    #[must_use]
    pub fn id_limit(&self) -> u64 {
        let special = self
            .codec
            .special
            .highest()
            .map_or(0, |id| u64::from(id) + 1);
        special.max(self.codec.model.vocabulary.id_limit().into())
    }

    /// Returns the pattern that cuts texts into pieces.
    #[must_use]
    pub fn pattern(&self) -> &Pattern {
        &self.codec.model.pattern
    }

    /// Returns the tokens, without the special tokens.
    #[must_use]
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.codec.model.vocabulary
    }

    /// Returns the merges and their meaning.
    #[must_use]
    pub fn merge_rules(&self) -> &Merges {
        &self.codec.model.merges
    }

    /// Returns the special tokens.
    #[must_use]
    pub fn special_tokens(&self) -> &SpecialTokens {
        &self.codec.special
    }

    /// Returns the merges in order, each as the ids of its two tokens. For a tokenizer by ranks
    /// they are recovered: the bytes of each token are merged by the lower ranks.
    ///
    /// # Errors
    ///
    /// [`Error::Unreachable`] for a token by rank that no merge of two tokens makes.
    pub fn merges(&self) -> Result<Vec<(u32, u32)>, Error> {
        self.codec.model.merge_pairs()
    }

    /// Returns whether a piece that is a token becomes that token even if the list of merges leads
    /// to other tokens.
    #[must_use]
    pub fn ignores_merges(&self) -> bool {
        self.codec.model.ignores_merges
    }

    /// Checks that ranks alone, as in a file for tiktoken, describe how this tokenizer merges.
    ///
    /// # Errors
    ///
    /// [`Error::SplitToken`] for a token that no text encodes to, [`Error::MergeOutOfOrder`] for a
    /// list of merges that is not in the order of ids; [`Error::OutOfMemory`].
    pub fn check_ranks(&self) -> Result<(), Error> {
        self.codec.model.check_ranks()
    }

    #[cfg(test)]
    pub(crate) fn codec(&self) -> &Codec {
        &self.codec
    }
}

/// Equal when all parts and the meaning of merges are equal.
impl PartialEq for Tokenizer {
    fn eq(&self, other: &Self) -> bool {
        let (left, right) = (&self.codec, &other.codec);
        let same_model = Arc::ptr_eq(&left.model, &right.model) || left.model == right.model;
        same_model && left.special == right.special
    }
}

impl Eq for Tokenizer {}

impl Hash for Tokenizer {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.codec.model.hash(state);
        self.codec.special.hash(state);
    }
}

impl std::fmt::Debug for Tokenizer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Tokenizer")
            .field("pattern", &self.codec.model.pattern.name())
            .field("vocab_size", &self.vocab_size())
            .field(
                "special_tokens",
                &self.codec.special.iter().collect::<Vec<_>>(),
            )
            .finish_non_exhaustive()
    }
}
