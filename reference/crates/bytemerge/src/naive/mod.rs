//! The naive tokenizer: the same as `naive.py`, name for name.
//!
//! Byte-pair encoding as in Sennrich, Haddow and Birch, "Neural Machine Translation of Rare Words
//! with Subword Units" (2016), on the characters of words. It looks at every word again after each
//! merge, which is slow on purpose: compared with the same algorithm in Python, it shows the effect
//! of the language alone. For a faster algorithm, see `train/trainer.rs`.

mod hasher;
mod model_file;

use std::collections::{HashMap, HashSet};

use indexmap::{IndexMap, IndexSet};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

use self::hasher::BuildHasher;
use crate::error::Error;
use crate::progress::Progress;

/// The token of every character that did not occur in training. Words are in lower case, so no word
/// contains it.
pub const UNKNOWN: &str = "UNK";

/// The token after each word. Words contain no white space, so it never merges.
pub const WORD_END: &str = " ";

/// Two consecutive tokens.
type Pair<Token> = (Token, Token);

/// The number of occurrences of each word.
pub type WordCounts = HashMap<String, u64, BuildHasher>;

/// The current tokens of a word, and the number of its occurrences.
type Word = (Vec<String>, u64);

/// The pairs that merge, in the order learnt, and the tokens that they become.
pub(crate) type Merges = IndexMap<Pair<String>, String, BuildHasher>;

/// All tokens. The index of a token is its id, so this maps in both directions.
pub(crate) type Tokens = IndexSet<String, BuildHasher>;

/// Byte-pair encoding as one would explain it: obvious, exact and slow.
///
/// ```
/// use bytemerge::naive::NaiveTokenizer;
///
/// // Merges could build this word in several ways. Their order decides: only one way is correct.
/// let text = ["pro gramm ing", "programm", "pro gramm ing", "programm", "pro gramm ing"];
/// for (vocab_size, expected) in [(18, "pro gramm ing"), (19, "programm ing")] {
///     let tokenizer = NaiveTokenizer::train(text, vocab_size, false, &mut |_| Ok(()))?;
///     let tokens: Vec<usize> = tokenizer.tokenize("Programming!").collect();
///     let strings = tokenizer.tokens_as_strings(&tokens)?;
///     assert_eq!(strings.join(" "), format!("{expected}  "));
/// }
/// # Ok::<(), bytemerge::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NaiveTokenizer {
    /// The merges, one for each token other than the characters, [`UNKNOWN`] and
    /// [`WORD_END`], unless `exact_vocab_size` removed some tokens.
    #[serde(with = "indexmap::map::serde_seq")]
    pub(crate) merges: Merges,
    /// [`UNKNOWN`], [`WORD_END`], the sorted characters, then the merged tokens in the order
    /// learnt.
    pub(crate) tokens: Tokens,
}

impl NaiveTokenizer {
    /// Trains a tokenizer of `vocab_size` tokens on lines of text.
    ///
    /// # Errors
    ///
    /// [`Error::EmptyCorpus`] if the lines contain no word, [`Error::VocabularySize`] if their
    /// characters alone need more tokens, and the error of `progress`.
    pub fn train<Line: AsRef<str>>(
        lines: impl IntoIterator<Item = Line>,
        vocab_size: usize,
        exact_vocab_size: bool,
        progress: &mut Progress,
    ) -> Result<Self, Error> {
        let mut counts = WordCounts::default();
        for line in lines {
            count_words(&mut counts, line.as_ref());
        }
        Self::train_on_counts(&counts, vocab_size, exact_vocab_size, progress)
    }

    /// Iterates over the ids of the tokens of a line, word by word.
    pub fn tokenize(&self, line: &str) -> impl Iterator<Item = usize> {
        split_words(line).flat_map(|word| self.tokenize_word(&word))
    }

    /// Returns the text of each token.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownId`] for an id that is not in the vocabulary.
    pub fn tokens_as_strings(&self, tokens: &[usize]) -> Result<Vec<&str>, Error> {
        let as_string = |&token| match self.tokens.get_index(token) {
            Some(string) => Ok(string.as_str()),
            None => Err(Error::UnknownId {
                id: token,
                last: self.vocab_size().checked_sub(1),
            }),
        };
        tokens.iter().map(as_string).collect()
    }

    /// Returns the text of all tokens, concatenated: normalised, with a space after each word.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownId`] for an id that is not in the vocabulary.
    pub fn tokens_as_string(&self, tokens: &[usize]) -> Result<String, Error> {
        Ok(self.tokens_as_strings(tokens)?.concat())
    }

    /// Returns the number of tokens.
    pub fn vocab_size(&self) -> usize {
        self.tokens.len()
    }

    /// Trains a tokenizer of `vocab_size` tokens on counted words.
    ///
    /// # Errors
    ///
    /// Those of [`NaiveTokenizer::train`].
    pub fn train_on_counts(
        counts: &WordCounts,
        vocab_size: usize,
        exact_vocab_size: bool,
        progress: &mut Progress,
    ) -> Result<Self, Error> {
        if counts.is_empty() {
            return Err(Error::EmptyCorpus);
        }
        let mut words: Vec<Word> = counts
            .iter()
            .map(|(word, &count)| (word.chars().map(String::from).collect(), count))
            .collect();
        let mut alphabet: Vec<String> = in_use(&words).into_iter().map(String::from).collect();
        alphabet.sort_unstable();
        let mut tokens = Tokens::from_iter([UNKNOWN.to_owned(), WORD_END.to_owned()]);
        tokens.extend(alphabet);
        if vocab_size < tokens.len() {
            let alphabet = tokens.len();
            return Err(Error::VocabularySize {
                vocab_size,
                alphabet,
            });
        }

        let mut merges = Merges::default();
        let mut size = tokens.len();
        while size < vocab_size {
            let Some(pair) = most_frequent_pair(&words, &tokens) else {
                break; // every word is one token
            };
            let joined = format!("{}{}", pair.0, pair.1);
            for (word, _) in &mut words {
                merge(word, &pair, &joined);
            }
            tokens.insert(joined.clone());
            merges.insert(pair, joined);
            size = if exact_vocab_size {
                2 + in_use(&words).len()
            } else {
                tokens.len()
            };
            progress(size)?;
        }

        if exact_vocab_size {
            let mut used = in_use(&words);
            used.extend([UNKNOWN, WORD_END]);
            tokens.retain(|token| used.contains(token.as_str()));
        }
        Ok(Self { merges, tokens })
    }

    /// Returns the ids of the tokens of a text, in order, with all threads of rayon's current pool.
    #[must_use]
    pub fn tokenize_text(&self, text: &str) -> impl ParallelIterator<Item = usize> {
        text.par_lines().flat_map_iter(|line| self.tokenize(line))
    }

    /// Iterates over the tokens, in the order of their ids.
    pub fn tokens(&self) -> impl ExactSizeIterator<Item = &str> {
        self.tokens.iter().map(String::as_str)
    }

    /// Iterates over the pairs that merge, in the order learnt.
    pub fn merges(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.merges.keys().map(|(l, r)| (l.as_str(), r.as_str()))
    }

    /// Applies the merges to a word in the order learnt: each word has one correct list of tokens.
    fn tokenize_word(&self, word: &str) -> Vec<usize> {
        let characters = word.char_indices();
        let mut tokens: Vec<&str> = characters
            .map(|(start, character)| &word[start..start + character.len_utf8()])
            .collect();
        for (pair, joined) in &self.merges {
            merge(&mut tokens, pair, &joined.as_str());
        }
        tokens.push(WORD_END);
        let id = |token| self.tokens.get_index_of(token).unwrap_or_default();
        tokens.into_iter().map(id).collect()
    }
}

/// Counts the words of a line.
pub fn count_words(counts: &mut WordCounts, line: &str) {
    for word in split_words(line) {
        *counts.entry(word).or_default() += 1;
    }
}

/// Splits a line into words: letters and numbers of any script, in lower case.
pub fn split_words(line: &str) -> impl Iterator<Item = String> {
    use GeneralCategoryGroup::{Letter, Number};
    let words = line.split_whitespace().map(|word| {
        word.chars()
            .filter(|c| matches!(c.general_category_group(), Letter | Number))
            .flat_map(char::to_lowercase)
            .collect()
    });
    words.filter(|word: &String| !word.is_empty())
}

/// Returns the tokens that occur in a word.
fn in_use(words: &[Word]) -> HashSet<&str, BuildHasher> {
    let tokens = words.iter().flat_map(|(tokens, _)| tokens);
    tokens.map(String::as_str).collect()
}

/// Returns the pair that occurs most often; of several, the one whose tokens are oldest.
fn most_frequent_pair(words: &[Word], ids: &Tokens) -> Option<Pair<String>> {
    let mut counts: HashMap<Pair<&str>, u64, BuildHasher> = HashMap::default();
    for (tokens, count) in words {
        for pair in tokens.windows(2) {
            *counts.entry((&pair[0], &pair[1])).or_default() += count;
        }
    }
    let most = counts.values().max()?;
    let tied = counts.iter().filter(|&(_, count)| count == most);
    let age = |&(left, right): &Pair<&str>| (ids.get_index_of(left), ids.get_index_of(right));
    let (left, right) = tied.map(|(&pair, _)| pair).min_by_key(age)?;
    Some((left.to_owned(), right.to_owned()))
}

/// Merges a pair wherever it stands, from left to right.
fn merge<Token: Clone + PartialEq<String>>(
    tokens: &mut Vec<Token>,
    (left, right): &Pair<String>,
    joined: &Token,
) {
    tokens.dedup_by(|token, last| {
        let found = *last == *left && *token == *right;
        if found {
            last.clone_from(joined);
        }
        found
    });
}
