//! The example: counts the words of one text on one thread, or of many texts in parallel.
//!
//! A *word* is a run of characters that are neither white space nor ASCII punctuation.
//! ASCII letters are lower-cased; all other characters stay as they are, so the result does not
//! depend on a version of Unicode.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::save::save;
use crate::{Error, ShouldStop};

/// Returns the words of `text` in order, not lower-cased.
///
/// ```
/// use {{= cookiecutter.__package =}}::words;
///
/// assert_eq!(words("It's 5 o'clock").collect::<Vec<_>>(), ["It", "s", "5", "o", "clock"]);
/// ```
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(is_separator).filter(|word| !word.is_empty())
}

/// Returns whether `character` separates words.
///
/// Python's `str.isspace` knows four separators (U+001C to U+001F) that Rust's `is_whitespace`
/// lacks; with them, both languages agree.
fn is_separator(character: char) -> bool {
    // Tested first, because most characters are letters or digits: counting is a quarter faster.
    !character.is_ascii_alphanumeric()
        && (character.is_ascii_punctuation()
            || character.is_whitespace()
            || matches!(character, '\u{1c}'..='\u{1f}'))
}

/// The number of bytes of words between two calls of [`ShouldStop`]: well under a millisecond.
const BYTES_PER_CHECK: usize = 1 << 16;

/// The counts during counting, before they are sorted.
type Table = FxHashMap<String, u64>;

/// Counts the words of `text`.
///
/// ```
/// use {{= cookiecutter.__package =}}::count_words;
///
/// let counts = count_words("The cat. The hat!", &|| false)?;
/// assert_eq!(counts.get("the"), Some(2));
/// assert_eq!(counts.total(), 4);
/// # Ok::<(), {{= cookiecutter.__package =}}::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::Interrupted`] once `should_stop` says so.
pub fn count_words(text: &str, should_stop: &ShouldStop) -> Result<WordCounts, Error> {
    add_words(Table::default(), text, should_stop).map(WordCounts::from_counted)
}

/// Counts the words of all `texts` together, in parallel on rayon's current thread pool.
///
/// The result is the same as that of [`count_words`] on each, merged.
///
/// # Errors
///
/// [`Error::Interrupted`] once `should_stop` says so.
pub fn count_words_in_all<T: AsRef<str> + Sync>(
    texts: &[T],
    should_stop: &ShouldStop,
) -> Result<WordCounts, Error> {
    // Few tables, because each must insert the common words again; but several per thread, so that
    // a thread with shorter texts takes work from the others.
    let tables = 4 * rayon::current_num_threads();
    let texts_per_table = texts.len().div_ceil(tables).max(1);
    texts
        .par_iter()
        .fold_chunks(
            texts_per_table,
            || Ok(Table::default()),
            |table, text| add_words(table?, text.as_ref(), should_stop),
        )
        .try_reduce(Table::default, |left, right| Ok(add_table(left, right)))
        .map(WordCounts::from_counted)
}

fn add_words(mut table: Table, text: &str, should_stop: &ShouldStop) -> Result<Table, Error> {
    // Lower-casing needs a copy: one buffer is reused, and only new words allocate.
    let mut lowered = String::new();
    let mut since_check = BYTES_PER_CHECK;
    for word in words(text) {
        since_check += word.len();
        if since_check >= BYTES_PER_CHECK {
            if should_stop() {
                return Err(Error::Interrupted);
            }
            since_check = 0;
        }
        lowered.clear();
        lowered.push_str(word);
        lowered.make_ascii_lowercase();
        match table.get_mut(&lowered) {
            // Cannot overflow: no text in memory has 2^64 words.
            Some(count) => *count += 1,
            None => {
                table.insert(lowered.clone(), 1);
            }
        }
    }
    Ok(table)
}

fn add_table(left: Table, right: Table) -> Table {
    let (mut large, small) = if left.len() < right.len() {
        (right, left)
    } else {
        (left, right)
    };
    for (word, count) in small {
        *large.entry(word).or_default() += count;
    }
    large
}

/// Words and how often each occurs, sorted by word.
///
/// Sorted, so that the result never depends on a hash seed or on the number of threads: equal
/// counts print, compare and hash the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct WordCounts {
    /// The counts, none of which is zero.
    counts: BTreeMap<String, u64>,
}

impl WordCounts {
    /// Returns how often `word` occurs; `None` if it does not occur.
    #[must_use]
    pub fn get(&self, word: &str) -> Option<u64> {
        self.counts.get(word).copied()
    }

    /// Returns the number of distinct words.
    #[must_use]
    pub fn len(&self) -> usize {
        self.counts.len()
    }

    /// Returns whether there are no words.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// Returns the number of words, the sum of all counts, in a type that cannot overflow.
    #[must_use]
    pub fn total(&self) -> u128 {
        self.counts.values().map(|&count| u128::from(count)).sum()
    }

    /// Iterates over words and counts, sorted by word.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u64)> {
        self.counts
            .iter()
            .map(|(word, &count)| (word.as_str(), count))
    }

    /// Returns the `limit` most frequent words; ties are sorted by word.
    #[must_use]
    pub fn most_common(&self, limit: usize) -> Vec<(&str, u64)> {
        let mut pairs: Vec<_> = self.iter().collect();
        // The sort is stable: ties keep their order.
        pairs.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
        pairs.truncate(limit);
        pairs
    }

    /// Saves the counts in a text file, which is written whole or not at all.
    ///
    /// Each line is a count, a tab and a word. The most frequent words come first.
    ///
    /// # Errors
    ///
    /// The error of the system; [`ErrorKind::InvalidInput`] if a word has a line break.
    pub fn save(&self, path: impl AsRef<Path>) -> io::Result<()> {
        let mut content = Vec::new();
        for (word, count) in self.most_common(usize::MAX) {
            if word.contains(['\n', '\r']) {
                let message = format!("the word {word:?} has a line break");
                return Err(io::Error::new(ErrorKind::InvalidInput, message));
            }
            writeln!(content, "{count}\t{word}")?;
        }
        save(path.as_ref(), &content)
    }

    /// Adds the counts of both.
    ///
    /// # Errors
    ///
    /// [`CountError::TooLarge`] if a sum does not fit into 64 bits.
    pub fn merged(mut self, other: &Self) -> Result<Self, CountError> {
        for (word, count) in other.iter() {
            match self.counts.get_mut(word) {
                Some(sum) => {
                    *sum = sum
                        .checked_add(count)
                        .ok_or_else(|| CountError::TooLarge { word: word.into() })?;
                }
                None => {
                    self.counts.insert(word.into(), count);
                }
            }
        }
        Ok(self)
    }

    /// Makes counts from the result of counting, which never contains a zero.
    pub(crate) fn from_counted(counts: impl IntoIterator<Item = (String, u64)>) -> Self {
        Self {
            counts: counts.into_iter().collect(),
        }
    }
}

impl TryFrom<BTreeMap<String, u64>> for WordCounts {
    type Error = CountError;

    fn try_from(counts: BTreeMap<String, u64>) -> Result<Self, CountError> {
        match counts.iter().find(|&(_, &count)| count == 0) {
            Some((word, _)) => Err(CountError::Zero { word: word.clone() }),
            None => Ok(Self { counts }),
        }
    }
}

/// A number that cannot be the count of a word.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CountError {
    /// The count of a word is zero; such a word must be left out.
    Zero {
        /// The word with that count.
        word: String,
    },
    /// The sum of two counts does not fit into 64 bits.
    TooLarge {
        /// The word with that count.
        word: String,
    },
}

impl fmt::Display for CountError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Zero { word } => {
                write!(formatter, "the count of {word:?} must be at least 1, not 0")
            }
            Self::TooLarge { word } => {
                write!(formatter, "the count of {word:?} does not fit into 64 bits")
            }
        }
    }
}

impl std::error::Error for CountError {}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn separators_never_reach_a_word() {
        for (text, expected) in [
            ("", vec![]),
            (" \t\n\u{1c}\u{85}\u{a0}\u{3000}", vec![]),
            ("a-b_c", vec!["a", "b", "c"]),
            ("naïve café", vec!["naïve", "café"]),
            ("“quoted”", vec!["“quoted”"]),
        ] {
            assert_eq!(words(text).collect::<Vec<_>>(), expected, "{text:?}");
        }
    }
}
