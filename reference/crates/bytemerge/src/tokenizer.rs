//! The tokenizer: a pattern, a vocabulary, merges and special tokens.
//!
//! A text is cut at its special tokens, then by the pattern into pieces, which the [encoder](crate::encoder) looks up
//! or merges. What others have trained is taken as it is: [`Merges`] says what its merges mean.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use crate::cache::Pool;
use crate::encoder::{Encoder, Sink};
use crate::merge::apply_ranks_below;
use crate::pattern::Pattern;
use crate::{
    Error, MergeList, Merges, Names, PieceCounts, Progress, ShouldStop, SpecialTokens, Vocabulary,
};

/// How to encode.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// The special tokens that become their ids.
    pub allowed_special: Names<'a>,
    /// The texts that are an error.
    pub disallowed_special: Names<'a>,
    /// How many threads of rayon's current pool may work at a time. One means that of the caller.
    pub threads: usize,
    /// Asked at least every 50 milliseconds.
    pub should_stop: &'a ShouldStop<'a>,
}

/// No special token is allowed and all are disallowed, as in tiktoken: who encodes the text of a stranger
/// does not want him to write control tokens.
impl Default for Options<'_> {
    fn default() -> Self {
        Self {
            allowed_special: Names::Only(&[]),
            disallowed_special: Names::All,
            threads: 1,
            should_stop: &|| false,
        }
    }
}

impl Options<'_> {
    /// Special tokens are text like any other.
    #[must_use]
    pub fn ordinary() -> Self {
        Self {
            disallowed_special: Names::Only(&[]),
            ..Self::default()
        }
    }
}

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
    model: Arc<Model>,
    special: Arc<SpecialTokens>,
}

/// All but the special tokens.
pub(crate) struct Model {
    pub(crate) pattern: Pattern,
    pub(crate) vocabulary: Vocabulary,
    pub(crate) merges: Merges,
    /// By id, whether the token's bytes merge to it. Nothing when a piece that is a token always becomes it.
    merges_to_itself: Option<Vec<bool>>,
    /// Whether a piece that is a token becomes it where the list of merges leads to others.
    ignores_merges: bool,
    caches: Pool,
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
        Self::of_parts(pattern, vocabulary, merges, false, special)
    }

    fn of_parts(
        pattern: Pattern,
        vocabulary: Vocabulary,
        merges: Merges,
        ignore_merges: bool,
        special: SpecialTokens,
    ) -> Result<Self, Error> {
        let mut model = Model {
            pattern,
            vocabulary,
            merges,
            merges_to_itself: None,
            ignores_merges: false,
            caches: Pool::new(),
        };
        if let Merges::List(_) = model.merges {
            let itself = (0..model.vocabulary.id_limit())
                .map(|id| model.merges_to_itself(id))
                .collect::<Result<Vec<bool>, Error>>()?;
            if itself.contains(&false) {
                model.ignores_merges = ignore_merges;
                model.merges_to_itself = (!ignore_merges).then_some(itself);
            }
        }
        Self::of_model(Arc::new(model), special)
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
        Self::of_parts(pattern, vocabulary, merges, ignore_merges, special)
    }

    /// A tokenizer learnt from pieces: the bytes, then the merges in the order learnt, then the special tokens.
    ///
    /// # Errors
    ///
    /// As [`train`](crate::train), and [`Error::DuplicateToken`] for a special token that is there twice.
    pub fn train(
        counts: &PieceCounts,
        merges: usize,
        pattern: Pattern,
        special: &[String],
        min_frequency: u64,
        progress: &mut Progress,
    ) -> Result<Self, Error> {
        let mut tokens: Vec<Vec<u8>> = (0..=u8::MAX).map(|byte| vec![byte]).collect();
        let merges = crate::train(counts, merges, min_frequency, progress)?;
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
        Self::of_model(Arc::clone(&self.model), special)
    }

    fn of_model(model: Arc<Model>, special: SpecialTokens) -> Result<Self, Error> {
        for (_, id) in special.iter() {
            if model.vocabulary.bytes(id).is_some() {
                return Err(Error::DuplicateId { id });
            }
        }
        let special = Arc::new(special);
        Ok(Self { model, special })
    }

    /// The ids of a text.
    ///
    /// # Errors
    ///
    /// [`Error::DisallowedSpecialToken`], [`Error::Pattern`] when a regular expression gives up,
    /// [`Error::PieceTooLong`], [`Error::OutOfMemory`], [`Error::Interrupted`].
    pub fn encode(&self, text: &str, options: &Options) -> Result<Vec<u32>, Error> {
        if options.threads != 1 && Self::is_worth_cutting(text) {
            return self.encode_parts(text, options);
        }
        self.special
            .check(text, options.allowed_special, options.disallowed_special)?;
        let mut ids = Vec::new();
        // English has four to five bytes a token.
        ids.try_reserve(text.len() / 4 + 8)?;
        self.encode_into(text, options, &mut ids)?;
        Ok(ids)
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
        if options.threads != 1 && Self::is_worth_cutting(text) {
            return self.count_parts(text, options);
        }
        self.special
            .check(text, options.allowed_special, options.disallowed_special)?;
        let mut count = 0;
        self.encode_into(text, options, &mut count)?;
        Ok(count)
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
        let mut ids = Vec::new();
        ids.try_reserve(bytes.len() / 4 + 8)?;
        let error = match std::str::from_utf8(bytes) {
            Ok(text) => {
                self.with_encoder(should_stop, &mut ids, |encoder| encoder.text(text))?;
                return Ok(ids);
            }
            Err(error) => error,
        };
        let (text, _) = bytes.split_at(error.valid_up_to());
        let text = std::str::from_utf8(text).unwrap_or_default();
        self.with_encoder(should_stop, &mut ids, |encoder| {
            let last_start = encoder.text_before_last_piece(text)?;
            let mut last = encoder.sink().len();
            encoder.piece(text.as_bytes(), last_start, text.len())?;
            let ids = encoder.sink_mut();
            let is_blank = |id| {
                let bytes = self.model.vocabulary.bytes(id).unwrap_or_default();
                bytes.iter().all(|byte| b" \n\t".contains(byte))
            };
            if ids.get(last).is_some_and(|&id| is_blank(id)) {
                while last > 0 && is_blank(ids[last - 1]) {
                    last -= 1;
                }
            }
            let length = |&id: &u32| self.model.vocabulary.bytes(id).map_or(0, <[u8]>::len);
            let start = text.len() - ids[last..].iter().map(length).sum::<usize>();
            ids.truncate(last);
            encoder.piece(bytes, start, bytes.len())
        })?;
        Ok(ids)
    }

    /// The ids that some bytes merge to, as one piece that is not looked up as a whole.
    ///
    /// # Errors
    ///
    /// [`Error::PieceTooLong`], [`Error::OutOfMemory`].
    pub fn merge(&self, piece: &[u8]) -> Result<Vec<u32>, Error> {
        let mut ids = Vec::new();
        let model = &self.model;
        model
            .merges
            .apply(&model.vocabulary, piece, &mut ids, &|| false)?;
        Ok(ids)
    }

    /// The bytes that ids stand for, together. They need not be UTF-8.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownId`] for the first id that stands for nothing; [`Error::OutOfMemory`].
    pub fn decode_bytes(&self, ids: &[u32]) -> Result<Vec<u8>, Error> {
        /// Tokens that fit into the buffer.
        const TOKENS: usize = 256;

        let mut bytes = Vec::new();
        bytes.try_reserve(4 * ids.len())?;
        // Copies of 16 bytes, of which the next covers what is too much, are faster than copies of various lengths.
        let mut buffer = [0; 16 * TOKENS];
        for ids in ids.chunks(TOKENS) {
            let mut len = 0;
            for &id in ids {
                if let Some((token, length)) = self.model.vocabulary.short_bytes(id) {
                    buffer[len..len + 16].copy_from_slice(token);
                    len += length;
                } else {
                    let unknown = Error::UnknownId {
                        id: id as usize,
                        last: None,
                    };
                    let token = self.token_bytes(id).ok_or(unknown)?;
                    bytes.try_reserve(len + token.len())?;
                    bytes.extend_from_slice(&buffer[..len]);
                    bytes.extend_from_slice(token);
                    len = 0;
                }
            }
            bytes.try_reserve(len)?;
            bytes.extend_from_slice(&buffer[..len]);
        }
        Ok(bytes)
    }

    /// The bytes of a token, special or not.
    #[must_use]
    pub fn token_bytes(&self, id: u32) -> Option<&[u8]> {
        let special = || self.special.name(id).map(str::as_bytes);
        self.model.vocabulary.bytes(id).or_else(special)
    }

    /// The id of a token of these bytes; of a special token if there is no other.
    #[must_use]
    pub fn token_id(&self, bytes: &[u8]) -> Option<u32> {
        let special = || self.special.id(std::str::from_utf8(bytes).ok()?);
        self.model.vocabulary.id(bytes).or_else(special)
    }

    /// The number of tokens, special ones and all.
    #[must_use]
    pub fn vocab_size(&self) -> usize {
        self.model.vocabulary.len() + self.special.len()
    }

    /// One more than the highest id, which is more than [`Tokenizer::vocab_size`] when ids are left out.
    #[must_use]
    pub fn id_limit(&self) -> u64 {
        let special = self.special.highest().map_or(0, |id| u64::from(id) + 1);
        special.max(self.model.vocabulary.id_limit().into())
    }

    /// How texts are cut into pieces.
    #[must_use]
    pub fn pattern(&self) -> &Pattern {
        &self.model.pattern
    }

    /// The tokens, except the special ones.
    #[must_use]
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.model.vocabulary
    }

    /// What merges mean to this tokenizer.
    #[must_use]
    pub fn merge_rules(&self) -> &Merges {
        &self.model.merges
    }

    /// The special tokens.
    #[must_use]
    pub fn special_tokens(&self) -> &SpecialTokens {
        &self.special
    }

    /// The merges in order, each as the ids of its two tokens. Those of ranks are recovered: what a token's bytes merge to
    /// by the lower ranks.
    ///
    /// # Errors
    ///
    /// [`Error::Unreachable`] for a token of ranks that no two tokens make.
    pub fn merges(&self) -> Result<Vec<(u32, u32)>, Error> {
        let vocabulary = &self.model.vocabulary;
        if let Merges::List(list) = &self.model.merges {
            return Ok(list.pairs().collect());
        }
        let mut merges = Vec::new();
        let mut pair = Vec::new();
        for (id, bytes) in vocabulary.iter().filter(|(_, bytes)| bytes.len() > 1) {
            pair.clear();
            apply_ranks_below(id, vocabulary, bytes, &mut pair)?;
            let &[left, right] = pair.as_slice() else {
                return Err(Error::Unreachable { id });
            };
            merges.push((left, right));
        }
        Ok(merges)
    }

    /// Whether a piece that is a token becomes it although the list of merges leads to others.
    #[must_use]
    pub fn ignores_merges(&self) -> bool {
        self.model.ignores_merges
    }

    /// The first token whose bytes do not merge to itself. On a list in the order of ids without such a
    /// token, ranks mean the same.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`].
    fn first_split_token(&self) -> Result<Option<u32>, Error> {
        for (id, _) in self.model.vocabulary.iter() {
            if !self.model.merges_to_itself(id)? {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }

    /// Finds out whether ranks say all that there is to say about merging here, as for a file of tiktoken.
    ///
    /// # Errors
    ///
    /// [`Error::SplitToken`] for a token that no text encodes to, [`Error::MergeOutOfOrder`] for a list of merges
    /// in another order than the ids; [`Error::OutOfMemory`].
    pub fn check_ranks(&self) -> Result<(), Error> {
        if let Some(id) = self.first_split_token()? {
            return Err(Error::SplitToken { id });
        }
        let Merges::List(list) = &self.model.merges else {
            return Ok(());
        };
        let vocabulary = &self.model.vocabulary;
        let mut before = None;
        for (index, (left, right)) in list.pairs().enumerate() {
            let both = [left, right].map(|id| vocabulary.bytes(id).unwrap_or_default());
            let joined = vocabulary.id(&both.concat());
            if joined <= before {
                return Err(Error::MergeOutOfOrder { index });
            }
            before = joined;
        }
        Ok(())
    }

    /// Encodes a text that was checked.
    fn encode_into<S: Sink>(
        &self,
        text: &str,
        options: &Options,
        sink: &mut S,
    ) -> Result<(), Error> {
        self.with_encoder(options.should_stop, sink, |encoder| {
            for segment in self.special.segments(text, options.allowed_special) {
                encoder.segment(segment)?;
            }
            Ok(())
        })
    }

    /// Does some work with a cache, and keeps that for the next call.
    pub(crate) fn with_encoder<S: Sink>(
        &self,
        should_stop: &ShouldStop,
        sink: &mut S,
        work: impl FnOnce(&mut Encoder<S>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let model = &self.model;
        let mut encoder = Encoder::new(model, model.caches.take()?, sink, should_stop);
        let result = work(&mut encoder);
        model.caches.give_back(encoder.into_cache());
        result
    }
}

impl Model {
    /// Whether the bytes of a token merge to it. An id without a token is nothing to worry about.
    fn merges_to_itself(&self, id: u32) -> Result<bool, Error> {
        let Some(bytes) = self.vocabulary.bytes(id) else {
            return Ok(true);
        };
        let mut merged = Vec::new();
        self.merges
            .apply(&self.vocabulary, bytes, &mut merged, &|| false)?;
        Ok(merged == [id])
    }

    /// The token that a piece becomes if it is one.
    #[inline]
    pub(crate) fn whole(&self, found: Option<u32>) -> Option<u32> {
        match &self.merges_to_itself {
            None => found,
            Some(itself) => found.filter(|&id| itself[id as usize]),
        }
    }
}

/// Equal when they encode and decode alike for the same reasons: the same parts, and the same meaning of merges.
impl PartialEq for Tokenizer {
    fn eq(&self, other: &Self) -> bool {
        let same_model = || {
            let (left, right) = (&self.model, &other.model);
            left.pattern == right.pattern
                && left.merges == right.merges
                && left.ignores_merges == right.ignores_merges
                && left.vocabulary == right.vocabulary
        };
        (Arc::ptr_eq(&self.model, &other.model) || same_model()) && self.special == other.special
    }
}

impl Eq for Tokenizer {}

impl Hash for Tokenizer {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.model.pattern.expression().hash(state);
        self.model.vocabulary.hash(state);
        self.model.merges.hash(state);
        self.special.hash(state);
    }
}

impl std::fmt::Debug for Tokenizer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Tokenizer")
            .field("pattern", &self.model.pattern.name())
            .field("vocab_size", &self.vocab_size())
            .field("special_tokens", &self.special.iter().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
