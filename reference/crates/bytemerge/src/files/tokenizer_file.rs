//! Reads and writes production tokenizers in model files: the tokens in base64, and the merges.
//!
//! ```text
//! {"pattern":"gpt2","tokens":[["AA==",0],…],"merges":null,"special_tokens":[["<|endoftext|>",256]]}
//! ```
//!
//! Merges are pairs of ids, in order; `null` means that tokens merge by their ranks, which are the
//! ids. With a list, `"ignore_merges":true` means that a piece that is a token becomes that token,
//! whatever its bytes merge to. Other parts are written only if there are any: `"unknown"`, for
//! bytes without a token; `"rules"`, by which special tokens are found; `"normalizer"`, the changes
//! of texts; `"pre_tokenizer"`, the splits before the pattern; and `"template"`, the ids that can
//! be added around a text, with the post-processor that they come from. A file from elsewhere may
//! contain anything, so all of it is checked, as for any other tokenizer.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::{Error, Problem};
use crate::files::model_file;
use crate::model::merge::Merges;
use crate::model::special::{MatchRules, SpecialTokens};
use crate::model::template::Template;
use crate::model::unknown::Unknown;
use crate::normalizer::{Change, Normalizer};
use crate::pattern::{Pattern, PatternError};
use crate::pre_tokenizer::PreTokenizer;
use crate::tokenizer::Tokenizer;

/// The kind of these models in their files.
const KIND: &str = "tokenizer";

/// The second line of a file.
#[derive(Serialize, Deserialize)]
struct StoredTokenizer {
    pattern: Option<Names>,
    tokens: Vec<(Base64, u32)>,
    merges: Option<Vec<(u32, u32)>>,
    /// Written only with a list of merges, and only if it makes a difference.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    ignore_merges: bool,
    /// Written only if a byte is not a token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unknown: Option<Unknown>,
    special_tokens: Vec<(String, u32)>,
    /// The rules of special tokens that have any, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    rules: BTreeMap<String, MatchRules>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    normalizer: Vec<Change>,
    #[serde(default, skip_serializing_if = "PreTokenizer::is_empty")]
    pre_tokenizer: PreTokenizer,
    #[serde(default, skip_serializing_if = "Template::is_default")]
    template: Template,
}

/// The name of a pattern, or those of the patterns in a sequence.
#[derive(Serialize, Deserialize)]
#[serde(untagged, expecting = "expected a pattern, or a list of patterns")]
enum Names {
    One(String),
    Several(Vec<String>),
}

impl Names {
    fn of(pattern: &Pattern) -> Option<Self> {
        match pattern.patterns() {
            [] => None,
            [pattern] => pattern.name().map(|name| Self::One(name.to_owned())),
            cuts => {
                let names = cuts.iter().filter_map(Pattern::name);
                Some(Self::Several(names.map(String::from).collect()))
            }
        }
    }

    fn pattern(&self) -> Result<Pattern, PatternError> {
        match self {
            Self::One(name) => Pattern::new(Some(name)),
            Self::Several(names) => Pattern::from_names(names),
        }
    }
}

/// The most characters of a wrong token that an error shows.
const SHOWN: usize = 40;

/// Bytes that are written in base64.
struct Base64(Vec<u8>);

impl AsRef<[u8]> for Base64 {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Serialize for Base64 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Base64 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Base64Visitor)
    }
}

/// Decodes a text where it is, without a copy of it.
struct Base64Visitor;

impl Visitor<'_> for Base64Visitor {
    type Value = Base64;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a token in base64")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Base64, E> {
        STANDARD.decode(text).map(Base64).map_err(|error| {
            let start: String = text.chars().take(SHOWN).collect();
            de::Error::custom(format!("the token {start:?} is not in base64: {error}"))
        })
    }
}

impl Tokenizer {
    /// Writes the tokenizer into a file.
    ///
    /// # Errors
    ///
    /// [`Error::File`]; then an existing file is unchanged.
    pub fn save(&self, path: &Path) -> Result<(), Error> {
        model_file::save(path, KIND, &StoredTokenizer::from_tokenizer(self))
    }

    /// Returns the content of a model file.
    ///
    /// # Errors
    ///
    /// [`Problem::Invalid`] with the message of the JSON writer.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Problem> {
        model_file::to_bytes(KIND, &StoredTokenizer::from_tokenizer(self)).map_err(|error| {
            Problem::Invalid {
                reason: error.to_string(),
            }
        })
    }

    /// Creates a tokenizer from the content of a model file.
    ///
    /// # Errors
    ///
    /// The [`Problem`] with the content.
    pub fn from_bytes(content: &[u8]) -> Result<Self, Problem> {
        let model: StoredTokenizer = model_file::parse(content, KIND)?;
        let tokenizer = model.into_tokenizer();
        tokenizer.map_err(|reason| Problem::Invalid { reason })
    }

    /// Reads a tokenizer from a file, and checks that it is one.
    ///
    /// # Errors
    ///
    /// [`Error::File`] if the file cannot be read, [`Error::Model`] if it is not such a tokenizer.
    pub fn load(path: &Path) -> Result<Self, Error> {
        let model: StoredTokenizer = model_file::load(path, KIND)?;
        model.into_tokenizer().map_err(|reason| Error::Model {
            path: path.to_owned(),
            problem: Problem::Invalid { reason },
        })
    }
}

impl StoredTokenizer {
    fn from_tokenizer(tokenizer: &Tokenizer) -> Self {
        let tokens = tokenizer.vocabulary().iter();
        let special = tokenizer.special_tokens().iter();
        Self {
            pattern: Names::of(tokenizer.pattern()),
            tokens: tokens
                .map(|(id, token)| (Base64(token.to_vec()), id))
                .collect(),
            merges: match tokenizer.merge_rules() {
                Merges::Ranks => None,
                Merges::List(list) => Some(list.pairs().collect()),
            },
            ignore_merges: tokenizer.ignores_merges(),
            unknown: tokenizer.unknown(),
            special_tokens: special.map(|(name, id)| (name.to_owned(), id)).collect(),
            rules: tokenizer
                .special_tokens()
                .iter_with_rules()
                .filter(|(_, _, rules)| *rules != MatchRules::default())
                .map(|(name, _, rules)| (name.to_owned(), rules))
                .collect(),
            normalizer: tokenizer.normalizer().changes().to_vec(),
            pre_tokenizer: tokenizer.pre_tokenizer().clone(),
            template: tokenizer.template().clone(),
        }
    }

    /// Creates the tokenizer, or returns what is wrong.
    fn into_tokenizer(self) -> Result<Tokenizer, String> {
        let parts = || {
            let rules = |name: &String| self.rules.get(name).copied().unwrap_or_default();
            let special = self.special_tokens.iter();
            let special =
                SpecialTokens::with_rules(special.map(|(name, id)| (name, *id, rules(name))))?;
            let normalizer = Normalizer::new(self.normalizer)?;
            let pre_tokenizer = self.pre_tokenizer.compiled()?;
            let pattern = self
                .pattern
                .map_or_else(|| Pattern::new(None), |names| names.pattern())?;
            let (ignore, unknown) = (self.ignore_merges, self.unknown);
            let tokenizer = match self.merges {
                None => Tokenizer::from_incomplete_ranks(self.tokens, unknown, pattern, special),
                Some(merges) => Tokenizer::from_merge_list(
                    self.tokens,
                    merges,
                    ignore,
                    unknown,
                    pattern,
                    special,
                ),
            };
            let tokenizer = tokenizer?.with_normalizer(normalizer)?;
            tokenizer
                .with_pre_tokenizer(pre_tokenizer)
                .with_template(self.template)
        };
        parts().map_err(|error| error.to_string())
    }
}
