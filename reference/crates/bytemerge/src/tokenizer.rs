//! The tokenizer: a pattern, a vocabulary, merges and special tokens.
//!
//! A text is cut at its special tokens, then by the pattern into pieces, which the [encoder](crate::encode) looks up
//! or merges. What others have trained is taken as it is: [`Merges`] says what its merges mean.

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

/// A byte-level tokenizer. It does not change and is cheap to clone.
///
/// ```
/// use bytemerge::{Tokenizer, pattern::Pattern};
///
/// let bytes = (0..=255).map(|byte: u8| (vec![byte], u32::from(byte)));
/// let merged = [(b"th".to_vec(), 256), (b"the".to_vec(), 257)];
/// let tokenizer = Tokenizer::from_ranks(bytes.chain(merged), Pattern::new(Some("gpt2"))?, Default::default())?;
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
    /// A tokenizer of these parts.
    ///
    /// # Errors
    ///
    /// [`Error::DuplicateId`] when a special token has the id of a token; [`Error::OutOfMemory`].
    pub fn new(
        pattern: Pattern,
        vocabulary: Vocabulary,
        merges: Merges,
        special: SpecialTokens,
    ) -> Result<Self, Error> {
        let model = Model::new(pattern, vocabulary, merges, false)?;
        Self::of(Codec::new(model, special))
    }

    /// A tokenizer that merges by ranks, as tiktoken does: the ids are the ranks.
    ///
    /// # Errors
    ///
    /// As [`Vocabulary::new`] and [`Tokenizer::new`].
    pub fn from_ranks<Bytes: AsRef<[u8]>>(
        ranks: impl IntoIterator<Item = (Bytes, u32)>,
        pattern: Pattern,
        special: SpecialTokens,
    ) -> Result<Self, Error> {
        let vocabulary = Vocabulary::new(ranks, |id| special.name(id).is_some())?;
        Self::new(pattern, vocabulary, Merges::Ranks, special)
    }

    /// A tokenizer that merges by a list, as Hugging Face does, each pair given by its two ids.
    ///
    /// With `ignore_merges`, a piece that is a token becomes it at once, whatever its bytes merge to.
    ///
    /// # Errors
    ///
    /// As [`Vocabulary::new`], [`MergeList::new`] and [`Tokenizer::new`].
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
        Self::of(Codec::new(model, special))
    }

    /// A tokenizer learnt from pieces: the bytes, then the merges in the order learnt, then the special tokens.
    ///
    /// # Errors
    ///
    /// As [`train`](crate::train()), and [`Error::DuplicateToken`] for a special token that is there twice.
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

    /// The same with other special tokens. Ids may be left out between those of the tokens and theirs.
    ///
    /// # Errors
    ///
    /// [`Error::DuplicateId`] when a special token has the id of a token.
    pub fn with_special_tokens(&self, special: SpecialTokens) -> Result<Self, Error> {
        Self::of(self.codec.with_special_tokens(special))
    }

    fn of(codec: Result<Codec, Error>) -> Result<Self, Error> {
        Ok(Self { codec: codec? })
    }

    /// The ids of a text.
    ///
    /// # Errors
    ///
    /// [`Error::DisallowedSpecialToken`], [`Error::Pattern`] when a regular expression gives up,
    /// [`Error::PieceTooLong`], [`Error::OutOfMemory`], [`Error::Interrupted`].
    pub fn encode(&self, text: &str, options: &Options) -> Result<Vec<u32>, Error> {
        self.codec.encode(text, options)
    }

    /// The ids of a text in which special tokens are text like any other.
    ///
    /// # Errors
    ///
    /// As [`Tokenizer::encode`], but for those about special tokens and interruption.
    pub fn encode_ordinary(&self, text: &str) -> Result<Vec<u32>, Error> {
        self.encode(text, &Options::ordinary())
    }

    /// The number of ids of a text, which are not kept.
    ///
    /// # Errors
    ///
    /// As [`Tokenizer::encode`].
    pub fn count(&self, text: &str, options: &Options) -> Result<usize, Error> {
        self.codec.count(text, options)
    }

    /// The ids of bytes. Where they are UTF-8 they are text, without special tokens.
    ///
    /// From the first byte that is not, everything is one piece, and so is the piece before it: as in tiktoken's
    /// `_encode_bytes`. If that piece starts as white space does, all tokens before that are spaces,
    /// tabs and line feeds belong to it too.
    ///
    /// # Errors
    ///
    /// As [`Tokenizer::encode_ordinary`], and [`Error::Interrupted`].
    pub fn encode_bytes(&self, bytes: &[u8], should_stop: &ShouldStop) -> Result<Vec<u32>, Error> {
        self.codec.encode_bytes(bytes, should_stop)
    }

    /// The ids of a text, and where each token stands in it.
    ///
    /// ```
    /// use bytemerge::{Options, SpecialTokens, Tokenizer, pattern::Pattern};
    ///
    /// let bytes = (0..=255).map(|byte: u8| ([byte], u32::from(byte)));
    /// let tokenizer = Tokenizer::from_ranks(bytes, Pattern::new(None)?, SpecialTokens::default())?;
    /// let encoding = tokenizer.encode_with_offsets("né", &Options::default())?;
    /// assert_eq!(encoding.byte_offsets, [[0, 1], [1, 2], [2, 3]]);
    /// assert_eq!(encoding.char_offsets, [[0, 1], [1, 2], [1, 2]]);
    /// # Ok::<(), bytemerge::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Tokenizer::encode`].
    pub fn encode_with_offsets(&self, text: &str, options: &Options) -> Result<Encoding, Error> {
        self.codec.encode_with_offsets(text, options)
    }

    /// The first tokens of a text, at most `limit`: the longest prefix of its ids that does not end inside of a
    /// character.
    ///
    /// What comes after them is not read, except for the rest of the piece that they end in, and some more where
    /// special tokens are allowed: in proportion to what was read, or, if the pattern is an expression, as far as
    /// the next one. Options for threads mean nothing.
    ///
    /// # Errors
    ///
    /// As [`Tokenizer::encode`]; but a special token is disallowed only where it starts before the end.
    pub fn truncate(
        &self,
        text: &str,
        limit: usize,
        options: &Options,
    ) -> Result<Truncation, Error> {
        self.codec.truncate(text, limit, options)
    }

    /// The ids of many texts.
    ///
    /// # Errors
    ///
    /// That of the first text that has one, as [`Tokenizer::encode`].
    pub fn encode_batch<Text: AsRef<str> + Sync>(
        &self,
        texts: &[Text],
        options: &Options,
    ) -> Result<TokenBatch, Error> {
        self.codec.encode_batch(texts, options)
    }

    /// The bytes that ids stand for, together. They need not be UTF-8.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownId`] for the first id that stands for nothing; [`Error::OutOfMemory`].
    pub fn decode_bytes(&self, ids: &[u32]) -> Result<Vec<u8>, Error> {
        self.codec.decode_bytes(ids)
    }

    /// The bytes that the ids of each text stand for. They need not be UTF-8.
    ///
    /// One thread is that of the caller; zero are all of rayon's current pool.
    ///
    /// # Errors
    ///
    /// That of the first text that has one, as [`Tokenizer::decode_bytes`], and [`Error::Interrupted`].
    pub fn decode_batch(
        &self,
        batch: &TokenBatch,
        threads: usize,
        should_stop: &ShouldStop,
    ) -> Result<Vec<Vec<u8>>, Error> {
        self.codec.decode_batch(batch, threads, should_stop)
    }

    /// The ids that some bytes merge to, as one piece that is not looked up as a whole.
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

    /// The merges of a piece, which is not looked up as a whole, in order. It takes time in the square of the length.
    ///
    /// ```
    /// use bytemerge::{Tokenizer, pattern::Pattern};
    ///
    /// let bytes = (0..=255).map(|byte: u8| (vec![byte], u32::from(byte)));
    /// let merged = [(b"th".to_vec(), 256), (b"the".to_vec(), 257)];
    /// let tokenizer = Tokenizer::from_ranks(bytes.chain(merged), Pattern::new(None)?, Default::default())?;
    /// let joined: Vec<u32> = tokenizer.merge_steps(b"then").iter().map(|step| step.joined).collect();
    /// assert_eq!(joined, [256, 257]);
    /// # Ok::<(), bytemerge::Error>(())
    /// ```
    #[must_use]
    pub fn merge_steps(&self, piece: &[u8]) -> Vec<MergeStep> {
        self.codec.merge_steps(piece)
    }

    /// The bytes of a token, special or not.
    #[must_use]
    pub fn token_bytes(&self, id: u32) -> Option<&[u8]> {
        self.codec.token_bytes(id)
    }

    /// The id of a token of these bytes; of a special token if there is no other.
    #[must_use]
    pub fn token_id(&self, bytes: &[u8]) -> Option<u32> {
        let special = || self.codec.special.id(std::str::from_utf8(bytes).ok()?);
        self.codec.model.vocabulary.id(bytes).or_else(special)
    }

    /// The number of tokens, special ones and all.
    #[must_use]
    pub fn vocab_size(&self) -> usize {
        self.codec.model.vocabulary.len() + self.codec.special.len()
    }

    /// One more than the highest id, which is more than [`Tokenizer::vocab_size`] when ids are left out.
    #[must_use]
    pub fn id_limit(&self) -> u64 {
        let special = self
            .codec
            .special
            .highest()
            .map_or(0, |id| u64::from(id) + 1);
        special.max(self.codec.model.vocabulary.id_limit().into())
    }

    /// How texts are cut into pieces.
    #[must_use]
    pub fn pattern(&self) -> &Pattern {
        &self.codec.model.pattern
    }

    /// The tokens, except the special ones.
    #[must_use]
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.codec.model.vocabulary
    }

    /// What merges mean to this tokenizer.
    #[must_use]
    pub fn merge_rules(&self) -> &Merges {
        &self.codec.model.merges
    }

    /// The special tokens.
    #[must_use]
    pub fn special_tokens(&self) -> &SpecialTokens {
        &self.codec.special
    }

    /// The merges in order, each as the ids of its two tokens. Those of ranks are recovered: what a token's bytes merge to
    /// by the lower ranks.
    ///
    /// # Errors
    ///
    /// [`Error::Unreachable`] for a token of ranks that no two tokens make.
    pub fn merges(&self) -> Result<Vec<(u32, u32)>, Error> {
        self.codec.model.merge_pairs()
    }

    /// Whether a piece that is a token becomes it although the list of merges leads to others.
    #[must_use]
    pub fn ignores_merges(&self) -> bool {
        self.codec.model.ignores_merges
    }

    /// Finds out whether ranks say all that there is to say about merging here, as for a file of tiktoken.
    ///
    /// # Errors
    ///
    /// [`Error::SplitToken`] for a token that no text encodes to, [`Error::MergeOutOfOrder`] for a list of merges
    /// in another order than the ids; [`Error::OutOfMemory`].
    pub fn check_ranks(&self) -> Result<(), Error> {
        self.codec.model.check_ranks()
    }

    #[cfg(test)]
    pub(crate) fn codec(&self) -> &Codec {
        &self.codec
    }
}

/// Equal when they encode and decode alike for the same reasons: the same parts, and the same meaning of merges.
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
