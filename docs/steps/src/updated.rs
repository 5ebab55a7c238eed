//! Counts that are kept up to date: a merge touches only the words of its pair.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::best::{Counts, best};
use crate::word::{Pair, Word};

/// Returns the pairs that merge, in the order learnt.
pub fn train(words: Vec<Word>, merges: u32) -> Vec<Pair> {
    let mut pairs = Pairs::new(words);
    let mut learnt = Vec::new();
    for new in 256..256 + merges {
        let Some(pair) = best(&pairs.counts) else {
            break;
        };
        pairs.merge(pair, new);
        learnt.push(pair);
    }
    learnt
}

/// The numbers of some words.
pub type Places = FxHashSet<usize>;

/// The pairs of some words.
pub struct Pairs {
    /// The words as they are now.
    pub words: Vec<Word>,
    /// The current count of each pair.
    pub counts: Counts,
    /// The words that have a pair, or had it.
    places: FxHashMap<Pair, Places>,
}

impl Pairs {
    /// Counts all pairs, which happens only once.
    pub fn new(words: Vec<Word>) -> Self {
        let mut pairs = Self {
            words,
            counts: Counts::default(),
            places: FxHashMap::default(),
        };
        for number in 0..pairs.words.len() {
            pairs.add(number);
        }
        pairs
    }

    /// Merges a pair in the words that have it, and returns them.
    pub fn merge(&mut self, pair: Pair, new: u32) -> Places {
        let places = self.places.remove(&pair).unwrap_or_default();
        for &number in &places {
            self.take_away(number);
            self.words[number].merge(pair, new);
            self.add(number);
        }
        places
    }

    fn take_away(&mut self, number: usize) {
        let word = &self.words[number];
        for pair in word.pairs() {
            *self.counts.entry(pair).or_default() -= word.count;
        }
    }

    fn add(&mut self, number: usize) {
        let word = &self.words[number];
        for pair in word.pairs() {
            *self.counts.entry(pair).or_default() += word.count;
            self.places.entry(pair).or_default().insert(number);
        }
    }
}
