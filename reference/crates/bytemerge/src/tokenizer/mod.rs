//! Encodes and decodes texts with the parts in the other folders.
//!
//! A call starts in `text.rs` for one text, and in `batch.rs` for many; `offsets.rs` and
//! `truncate.rs` have variants. First the text is searched for disallowed special tokens. Then
//! `segments.rs` splits it at its special tokens, and applies the normalizer and the pre-tokenizer.
//! `encode` gets each part, lets the pattern cut it, and turns pieces into ids. At the end,
//! the ids of the template are put around them.
//!
//! Tokenizers trained elsewhere are taken as they are: [`Merges`] says what their merges mean.

pub(crate) mod batch;
mod decode;
pub(crate) mod explain;
pub(crate) mod offsets;
mod ranks;
mod segments;
mod tasks;
mod text;
pub(crate) mod token_batch;
pub(crate) mod truncate;

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use crate::encode::encoder::{Encoder, Sink};
use crate::encode::shared::SharedTable;
use crate::error::Error;
use crate::model::Model;
use crate::model::merge::Merges;
use crate::model::merge::list::MergeList;
use crate::model::special::{MatchRules, SpecialSelection, SpecialTokens};
use crate::model::template::Template;
use crate::model::unknown::Unknown;
use crate::model::vocabulary::Vocabulary;
use crate::normalizer::Normalizer;
use crate::options::Options;
use crate::pattern::Pattern;
use crate::pre_tokenizer::PreTokenizer;
use crate::progress::{Progress, ShouldStop};
use crate::train::counts::PieceCounts;
use crate::train::trainer::{Limits, train, train_further};

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
#[expect(
    clippy::struct_field_names,
    reason = "a pre-tokenizer is called so in this field"
)]
pub struct Tokenizer {
    model: Arc<Model>,
    special: Arc<SpecialTokens>,
    normalizer: Arc<Normalizer>,
    pre_tokenizer: Arc<PreTokenizer>,
    template: Arc<Template>,
    known_pieces: Arc<SharedTable>,
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
        let model = Model::new(pattern, vocabulary, merges, false, None)?;
        Self::from_model(model, special)
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
    /// to. Bytes may lack a token only if `unknown` says what becomes of them.
    ///
    /// # Errors
    ///
    /// Those of [`Vocabulary::incomplete`], [`MergeList::new`] and [`Tokenizer::new`];
    /// [`Error::MissingByte`] if a byte is not a token, without `unknown`.
    pub fn from_merge_list<Bytes: AsRef<[u8]>>(
        tokens: impl IntoIterator<Item = (Bytes, u32)>,
        merges: impl IntoIterator<Item = (u32, u32)>,
        ignore_merges: bool,
        unknown: Option<Unknown>,
        pattern: Pattern,
        special: SpecialTokens,
    ) -> Result<Self, Error> {
        let vocabulary = Vocabulary::incomplete(tokens)?;
        let merges = Merges::List(MergeList::new(&vocabulary, merges)?);
        let model = Model::new(pattern, vocabulary, merges, ignore_merges, unknown)?;
        Self::from_model(model, special)
    }

    /// Does the work of [`Tokenizer::from_merge_list`] for a list that means the same as ranks.
    pub(crate) fn from_incomplete_ranks<Bytes: AsRef<[u8]>>(
        ranks: impl IntoIterator<Item = (Bytes, u32)>,
        unknown: Option<Unknown>,
        pattern: Pattern,
        special: SpecialTokens,
    ) -> Result<Self, Error> {
        let vocabulary = Vocabulary::incomplete(ranks)?;
        let model = Model::new(pattern, vocabulary, Merges::Ranks, false, unknown)?;
        Self::from_model(model, special)
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
        limits: Limits,
        progress: &mut Progress,
    ) -> Result<Self, Error> {
        let mut tokens: Vec<Vec<u8>> = (0..=u8::MAX).map(|byte| vec![byte]).collect();
        let merges = train(counts, merges, limits, progress)?;
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

    /// Trains on pieces after this tokenizer: its tokens stay as they are, those that are learnt
    /// have the next ids, and then those of `special`.
    ///
    /// # Errors
    ///
    /// Those of [`Tokenizer::train`]; [`Error::SplitToken`], [`Error::MergeOutOfOrder`] and
    /// [`Error::Unreachable`] if this tokenizer is not one that training makes, and
    /// [`Error::MissingByte`].
    pub fn train_further(
        &self,
        counts: &PieceCounts,
        merges: usize,
        special: &[String],
        limits: Limits,
        progress: &mut Progress,
    ) -> Result<Self, Error> {
        let vocabulary = &self.model.vocabulary;
        if let Some(byte) = vocabulary.missing_byte() {
            return Err(Error::MissingByte { byte });
        }
        self.check_merges()?;
        let mut all = self.merges()?;
        // The bytes and ids of the tokens, as the trainer numbers them.
        let mut tokens: Vec<(Vec<u8>, u32)> = (0..=u8::MAX)
            .map(|byte| (vec![byte], vocabulary.byte(byte)))
            .collect();
        for &(left, right) in &all {
            let both = [left, right].map(|id| vocabulary.bytes(id).unwrap_or_default());
            let bytes = both.concat();
            let id = vocabulary.id(&bytes).ok_or(Error::UnknownId {
                id: left as usize,
                last: None,
            })?;
            tokens.push((bytes, id));
        }
        let numbers: HashMap<u32, u32> = tokens.iter().map(|token| token.1).zip(0..).collect();
        let initial: Vec<(u32, u32)> = all
            .iter()
            .map(|(left, right)| (numbers[left], numbers[right]))
            .collect();
        let learnt = train_further(counts, &initial, merges, limits, progress)?;
        let mut next = u32::try_from(self.id_limit()).unwrap_or(u32::MAX);
        for (left, right) in learnt {
            let (left, right) = (&tokens[left as usize], &tokens[right as usize]);
            all.push((left.1, right.1));
            tokens.push(([&left.0[..], &right.0].concat(), next));
            next = next.saturating_add(1);
        }
        let own = self.special.iter_with_rules();
        let new = special.iter().map(String::as_str).zip(next..);
        let new = new.map(|(name, id)| (name, id, MatchRules::default()));
        let special = SpecialTokens::with_rules(own.chain(new))?;
        let pattern = self.pattern().clone();
        let trained = Self::from_merge_list(tokens, all, false, None, pattern, special)?;
        Ok(Self {
            normalizer: Arc::clone(&self.normalizer),
            pre_tokenizer: Arc::clone(&self.pre_tokenizer),
            template: Arc::clone(&self.template),
            ..trained
        })
    }

    /// Returns the same tokenizer with other special tokens. Their ids need not follow those of the
    /// tokens directly. Names that stay keep their rules, and tokens that are always found stay
    /// (`MatchRules::is_always_found`).
    ///
    /// # Errors
    ///
    /// [`Error::DuplicateId`] if a special token has the id of a token, and
    /// [`Error::DuplicateToken`] if it has the name of a token that stays.
    pub fn with_special_tokens(&self, special: SpecialTokens) -> Result<Self, Error> {
        let own = || self.special.iter_with_rules();
        let stay = own().filter(|(_, _, rules)| rules.is_always_found);
        let special_rules = own().filter(|(_, _, rules)| !rules.is_always_found);
        let kept: HashMap<&str, MatchRules> = special_rules
            .map(|(name, _, rules)| (name, rules))
            .collect();
        let with_rules = |(name, id, given)| match kept.get(name) {
            Some(rules) if given == MatchRules::default() => (name, id, *rules),
            _ => (name, id, given),
        };
        let special = special.iter_with_rules().map(with_rules);
        self.with_added_tokens(SpecialTokens::with_rules(stay.chain(special))?)
    }

    /// Returns the same tokenizer with other special tokens, also in place of those that are always
    /// found. Special tokens that are gone are gone from the template too. If one is gone or has a
    /// different id, the post-processor is not kept.
    ///
    /// # Errors
    ///
    /// [`Error::DuplicateId`] if a special token has the id of a token, and [`Error::UnknownGone`]
    /// if that for bytes without a token is gone.
    pub fn with_added_tokens(&self, special: SpecialTokens) -> Result<Self, Error> {
        check_special_ids(&self.model, &special)?;
        let tokenizer = Self {
            special: Arc::new(special),
            ..self.clone()
        };
        if let Some(id) = self.model.unknown.and_then(|unknown| unknown.id) {
            if tokenizer.token_bytes(id).is_none() {
                return Err(Error::UnknownGone { id });
            }
        }
        let renumbered = |id: &u32| match self.special.name(*id) {
            Some(name) => tokenizer.special.id(name),
            None => Some(*id),
        };
        let mut own = self.special.iter();
        let has_all = own.all(|(name, id)| tokenizer.special.id(name) == Some(id));
        let post_processor = self.template.post_processor.as_ref();
        let template = Template {
            before: self.template.before.iter().filter_map(renumbered).collect(),
            after: self.template.after.iter().filter_map(renumbered).collect(),
            post_processor: post_processor.filter(|_| has_all).cloned(),
        };
        tokenizer.with_template(template)
    }

    /// Returns the same tokenizer with a template: the special tokens that the option
    /// `add_special_tokens` adds around a text.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownId`] if no token has one of its ids.
    pub fn with_template(&self, template: Template) -> Result<Self, Error> {
        let mut ids = template.before.iter().chain(&template.after);
        if let Some(&id) = ids.find(|&&id| self.token_bytes(id).is_none()) {
            let id = id as usize;
            return Err(Error::UnknownId { id, last: None });
        }
        Ok(Self {
            template: Arc::new(template),
            ..self.clone()
        })
    }

    /// Returns the same tokenizer with a normalizer, which changes texts before they are cut.
    ///
    /// # Errors
    ///
    /// [`Error::NormalizedName`] if it changes the name of a special token that is looked for in
    /// normalized text.
    pub fn with_normalizer(&self, normalizer: Normalizer) -> Result<Self, Error> {
        for (name, _, rules) in self.special.iter_with_rules() {
            if rules.normalized && normalizer.normalized(name, &|| false)? != name {
                return Err(Error::NormalizedName {
                    name: name.to_owned(),
                });
            }
        }
        Ok(Self {
            normalizer: Arc::new(normalizer),
            ..self.clone()
        })
    }

    /// Returns the same tokenizer with a pre-tokenizer, which drops, adds or joins parts of texts
    /// before the pattern cuts them.
    #[must_use]
    pub fn with_pre_tokenizer(&self, pre_tokenizer: PreTokenizer) -> Self {
        Self {
            pre_tokenizer: Arc::new(pre_tokenizer),
            ..self.clone()
        }
    }

    fn from_model(model: Model, special: SpecialTokens) -> Result<Self, Error> {
        check_special_ids(&model, &special)?;
        Ok(Self {
            model: Arc::new(model),
            special: Arc::new(special),
            normalizer: Arc::default(),
            pre_tokenizer: Arc::default(),
            template: Arc::default(),
            known_pieces: Arc::new(SharedTable::new()?),
        })
    }

    /// Merges bytes as one piece, without looking it up as a whole first, and returns the ids.
    ///
    /// # Errors
    ///
    /// [`Error::PieceTooLong`], [`Error::OutOfMemory`].
    pub fn merge(&self, piece: &[u8]) -> Result<Vec<u32>, Error> {
        let mut ids = Vec::new();
        self.model.merge(piece, &mut ids, &|| false)?;
        Ok(ids)
    }

    /// Returns the bytes of a token, special or not.
    #[must_use]
    pub fn token_bytes(&self, id: u32) -> Option<&[u8]> {
        let special = || self.special.name(id).map(str::as_bytes);
        self.model.vocabulary.bytes(id).or_else(special)
    }

    /// Returns the bytes that became an id at an offset of a text. They differ from
    /// [`Tokenizer::token_bytes`] if a special token has several names.
    fn bytes_at(&self, id: u32, text: &str, offset: usize, allowed: SpecialSelection) -> &[u8] {
        let name = || self.special.name_at(id, text, offset, allowed);
        let bytes = self.model.vocabulary.bytes(id);
        bytes
            .or_else(|| name().map(str::as_bytes))
            .unwrap_or_default()
    }

    /// Returns the id of the token with these bytes. A special token comes last.
    #[must_use]
    pub fn token_id(&self, bytes: &[u8]) -> Option<u32> {
        let special = || self.special.id(std::str::from_utf8(bytes).ok()?);
        self.model.vocabulary.id(bytes).or_else(special)
    }

    /// Returns the number of tokens, including special tokens. Names that share an id count once.
    #[must_use]
    pub fn vocab_size(&self) -> usize {
        let is_merged = |&(_, id): &(&str, u32)| self.model.vocabulary.bytes(id).is_some();
        let merged = self.special.iter().filter(is_merged).count();
        self.model.vocabulary.len() + self.special.id_count() - merged
    }

    /// Returns one more than the highest id. This exceeds [`Tokenizer::vocab_size`] if ids are left
    /// out.
    #[must_use]
    pub fn id_limit(&self) -> u64 {
        let special = self.special.highest().map_or(0, |id| u64::from(id) + 1);
        special.max(self.model.vocabulary.id_limit().into())
    }

    /// Returns the pattern that cuts texts into pieces.
    #[must_use]
    pub fn pattern(&self) -> &Pattern {
        &self.model.pattern
    }

    /// Returns the tokens, without the special tokens.
    #[must_use]
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.model.vocabulary
    }

    /// Returns the merges and their meaning.
    #[must_use]
    pub fn merge_rules(&self) -> &Merges {
        &self.model.merges
    }

    /// Returns the normalizer, which changes texts before they are cut.
    #[must_use]
    pub fn normalizer(&self) -> &Normalizer {
        &self.normalizer
    }

    /// Returns the pre-tokenizer, which drops, adds or joins parts of texts before the pattern cuts
    /// them.
    #[must_use]
    pub fn pre_tokenizer(&self) -> &PreTokenizer {
        &self.pre_tokenizer
    }

    /// Returns the template: the special tokens that can be added around a text.
    #[must_use]
    pub fn template(&self) -> &Template {
        &self.template
    }

    /// Returns the special tokens.
    #[must_use]
    pub fn special_tokens(&self) -> &SpecialTokens {
        &self.special
    }

    /// Returns the rule for bytes without a token, or `None` if each byte is a token.
    #[must_use]
    pub fn unknown(&self) -> Option<Unknown> {
        self.model.unknown
    }

    /// Returns whether a piece that is a token becomes that token even if the list of merges leads
    /// to other tokens.
    #[must_use]
    pub fn ignores_merges(&self) -> bool {
        self.model.ignores_merges
    }

    /// Returns the number of special tokens that the options add to a text.
    fn added_count(&self, options: &Options) -> usize {
        if options.add_special_tokens {
            self.template.len()
        } else {
            0
        }
    }

    /// Runs `work` with an encoder.
    pub(crate) fn with_encoder<S: Sink>(
        &self,
        should_stop: &ShouldStop,
        sink: &mut S,
        work: impl FnOnce(&mut Encoder<S>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        work(&mut Encoder::new(
            &self.model,
            &self.known_pieces,
            sink,
            should_stop,
        )?)
    }
}

/// Checks that no special token has the id of another token. It may have the id of a token with the
/// same bytes.
fn check_special_ids(model: &Model, special: &SpecialTokens) -> Result<(), Error> {
    for (name, id) in special.iter() {
        let token = model.vocabulary.bytes(id);
        if token.is_some_and(|token| token != name.as_bytes()) {
            return Err(Error::DuplicateId { id });
        }
    }
    Ok(())
}

/// Equal when all parts and the meaning of merges are equal.
impl PartialEq for Tokenizer {
    fn eq(&self, other: &Self) -> bool {
        let same_model = Arc::ptr_eq(&self.model, &other.model) || self.model == other.model;
        same_model
            && self.special == other.special
            && self.normalizer == other.normalizer
            && self.pre_tokenizer == other.pre_tokenizer
            && self.template == other.template
    }
}

impl Eq for Tokenizer {}

impl Hash for Tokenizer {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.model.hash(state);
        self.special.hash(state);
        self.normalizer.hash(state);
        self.pre_tokenizer.hash(state);
        self.template.hash(state);
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
