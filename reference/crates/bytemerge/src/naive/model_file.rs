//! Reads and writes naive tokenizers in model files, in the same format as `naive_model.py`.
//!
//! A file from elsewhere may contain anything, so all of it is checked.

use std::collections::HashSet;
use std::path::Path;

use crate::error::{Error, Problem};
use crate::files::model_file;
use crate::naive::{NaiveTokenizer, UNKNOWN, WORD_END};

/// The kind of these models in their files.
const KIND: &str = "naive";

impl NaiveTokenizer {
    /// Creates a tokenizer from merges and tokens that were learnt elsewhere.
    ///
    /// # Errors
    ///
    /// The [`Problem`] with them.
    pub fn new(
        merges: impl IntoIterator<Item = (String, String)>,
        tokens: impl IntoIterator<Item = String>,
    ) -> Result<Self, Problem> {
        let joined = |(left, right)| {
            let joined = format!("{left}{right}");
            ((left, right), joined)
        };
        let tokenizer = Self {
            merges: merges.into_iter().map(joined).collect(),
            tokens: tokens.into_iter().collect(),
        };
        tokenizer.checked()
    }

    /// Writes the tokenizer into a file, which Python reads too.
    ///
    /// # Errors
    ///
    /// [`Error::File`]; then an existing file is unchanged.
    pub fn save(&self, path: &Path) -> Result<(), Error> {
        model_file::save(path, KIND, self)
    }

    /// Reads a tokenizer from a file, and checks that it is one.
    ///
    /// # Errors
    ///
    /// [`Error::File`] if the file cannot be read, [`Error::Model`] if it is not a naive tokenizer.
    pub fn load(path: &Path) -> Result<Self, Error> {
        let tokenizer: Self = model_file::load(path, KIND)?;
        tokenizer.checked().map_err(|problem| Error::Model {
            path: path.to_owned(),
            problem,
        })
    }

    fn checked(self) -> Result<Self, Problem> {
        match self.flaw() {
            None => Ok(self),
            Some(reason) => Err(Problem::Invalid { reason }),
        }
    }

    /// Returns the reason why no training can have made this tokenizer, if there is one.
    fn flaw(&self) -> Option<String> {
        let mut tokens = self.tokens();
        if (tokens.next(), tokens.next()) != (Some(UNKNOWN), Some(WORD_END)) {
            return Some("its first tokens are not UNK and the end of a word".to_owned());
        }
        let mut known = HashSet::new();
        let is_known = |known: &HashSet<&str>, token: &str| {
            token.chars().count() == 1 && token != WORD_END || known.contains(token)
        };
        for ((left, right), joined) in &self.merges {
            if !is_known(&known, left) || !is_known(&known, right) {
                return Some(format!(
                    "{left:?} and {right:?} merge before they are tokens"
                ));
            }
            if *joined != format!("{left}{right}") {
                return Some(format!("{left:?} and {right:?} become {joined:?}"));
            }
            known.insert(joined);
        }
        tokens
            .find(|token| !is_known(&known, token))
            .map(|token| format!("nothing merges into {token:?}"))
    }
}
