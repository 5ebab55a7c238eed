//! The result: how often each word occurs.

use std::collections::BTreeMap;

use crate::Error;

/// Words and how often each occurs, sorted by word.
///
/// Sorted, so that equal counts look, compare and hash the same however they were made: the result
/// never depends on a hash seed or on the number of threads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct WordCounts {
    /// Never holds a zero.
    counts: BTreeMap<String, u64>,
}

impl WordCounts {
    /// How often `word` occurs; `None` where it does not.
    #[must_use]
    pub fn get(&self, word: &str) -> Option<u64> {
        self.counts.get(word).copied()
    }

    /// The number of distinct words.
    #[must_use]
    pub fn len(&self) -> usize {
        self.counts.len()
    }

    /// Whether there are no words.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// The number of words: the sum of all counts, wide enough for every sum.
    #[must_use]
    pub fn total(&self) -> u128 {
        self.counts.values().map(|&count| u128::from(count)).sum()
    }

    /// Words and counts, sorted by word.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u64)> {
        self.counts
            .iter()
            .map(|(word, &count)| (word.as_str(), count))
    }

    /// The `limit` most frequent words; words that are equally frequent are sorted by word.
    #[must_use]
    pub fn most_common(&self, limit: usize) -> Vec<(&str, u64)> {
        let mut pairs: Vec<_> = self.iter().collect();
        // Stable: words that are equally frequent keep their order.
        pairs.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
        pairs.truncate(limit);
        pairs
    }

    /// The counts of both together.
    ///
    /// # Errors
    ///
    /// [`Error::CountTooLarge`] when a sum does not fit into 64 bits.
    pub fn merged(mut self, other: &Self) -> Result<Self, Error> {
        for (word, count) in other.iter() {
            match self.counts.get_mut(word) {
                Some(sum) => {
                    *sum = sum
                        .checked_add(count)
                        .ok_or_else(|| Error::CountTooLarge { word: word.into() })?;
                }
                None => {
                    self.counts.insert(word.into(), count);
                }
            }
        }
        Ok(self)
    }

    /// Counts that are known to hold no zero, because counting never makes one.
    pub(crate) fn from_counted(counts: impl IntoIterator<Item = (String, u64)>) -> Self {
        Self {
            counts: counts.into_iter().collect(),
        }
    }
}

impl TryFrom<BTreeMap<String, u64>> for WordCounts {
    type Error = Error;

    fn try_from(counts: BTreeMap<String, u64>) -> Result<Self, Error> {
        match counts.iter().find(|&(_, &count)| count == 0) {
            Some((word, _)) => Err(Error::ZeroCount { word: word.clone() }),
            None => Ok(Self { counts }),
        }
    }
}
