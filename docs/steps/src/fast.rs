//! A better algorithm for the naive tokenizer: the same as `fast.py` of bytemerge, name for name.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};
use std::error::Error;

use bytemerge::naive::{NaiveTokenizer, UNKNOWN, WORD_END, WordCounts, count_words, split_words};
use rustc_hash::FxHashMap;

use crate::queue::pairs_of;
use crate::updated::Pairs;
use crate::word::{Pair, Word};

/// A pair behind its key in the heap: the count, then the ids of both
/// tokens, of which the smallest come first.
type Entry = (u64, Reverse<Pair>);

/// Returns the tokenizer that [`NaiveTokenizer::train`] returns, sooner.
///
/// # Errors
///
/// Those of [`NaiveTokenizer::train`].
pub fn train<Line: AsRef<str>>(
    lines: impl IntoIterator<Item = Line>,
    vocab_size: usize,
) -> Result<NaiveTokenizer, Box<dyn Error>> {
    let mut counts = WordCounts::default();
    for line in lines {
        count_words(&mut counts, line.as_ref());
    }
    let alphabet = BTreeSet::from_iter(counts.keys().flat_map(|word| word.chars()));
    let mut tokens = vec![UNKNOWN.to_owned(), WORD_END.to_owned()];
    tokens.extend(alphabet.iter().map(char::to_string));
    if counts.is_empty() || vocab_size < tokens.len() {
        // It returns the error.
        let naive = NaiveTokenizer::train_on_counts(&counts, vocab_size, false, &mut |_| Ok(()));
        return Ok(naive?);
    }

    let ids: FxHashMap<char, u32> = alphabet.into_iter().zip(2..).collect();
    let word = |(word, &count): (&String, _)| Word {
        tokens: word.chars().map(|character| ids[&character]).collect(),
        count,
    };
    let mut pairs = Pairs::new(counts.iter().map(word).collect());
    let all = pairs.counts.keys();
    let mut heap = BinaryHeap::from_iter(all.map(|&pair| entry(pair, &pairs)));
    let mut merges = Vec::new();
    while tokens.len() < vocab_size {
        let Some(best) = pop(&mut heap, &pairs) else {
            break; // every word is one token
        };
        let new = u32::try_from(tokens.len())?;
        let [left, right] = [best.0, best.1].map(|id| tokens[id as usize].clone());
        tokens.push(format!("{left}{right}"));
        merges.push((left, right));
        let changed = pairs.merge(best, new);
        let made = pairs_of(new, &changed, &pairs);
        heap.extend(made.iter().map(|&pair| entry(pair, &pairs)));
    }
    Ok(NaiveTokenizer::new(merges, tokens)?)
}

/// Returns the most frequent pair; of several, the one whose tokens are
/// oldest. An outdated entry goes back with its current count.
fn pop(heap: &mut BinaryHeap<Entry>, pairs: &Pairs) -> Option<Pair> {
    while let Some(first) = heap.pop() {
        let (_, Reverse(pair)) = first;
        let now = entry(pair, pairs);
        if now == first {
            return Some(pair);
        }
        if pairs.counts[&pair] > 0 {
            heap.push(now);
        }
    }
    None
}

/// Returns a pair with its current key.
fn entry(pair: Pair, pairs: &Pairs) -> Entry {
    (pairs.counts[&pair], Reverse(pair))
}

/// A tokenizer's merges by rank, and the ids of each word that it has met.
pub struct Cache {
    /// A number for each token: its id, if it has one.
    numbers: FxHashMap<String, u32>,
    /// The number of ids, which is also the first number without one.
    vocab_size: u32,
    /// The rank of each pair, from 1 on, and the number that it becomes.
    ranks: FxHashMap<Pair, (u32, u32)>,
    known: FxHashMap<String, Vec<usize>>,
}

impl Cache {
    /// Takes the merges of a tokenizer, with the rank 1 for the one learnt first.
    pub fn new(tokenizer: &NaiveTokenizer) -> Self {
        let tokens = tokenizer.tokens().map(str::to_owned);
        let mut numbers: FxHashMap<String, u32> = tokens.zip(0..).collect();
        let vocab_size = numbers.len() as u32;
        let mut number = |token: String| {
            let next = numbers.len() as u32;
            *numbers.entry(token).or_insert(next)
        };
        let ranks = tokenizer.merges().zip(1..).map(|((left, right), rank)| {
            let pair = (number(left.to_owned()), number(right.to_owned()));
            (pair, (rank, number(format!("{left}{right}"))))
        });
        Self {
            ranks: ranks.collect(),
            numbers,
            vocab_size,
            known: FxHashMap::default(),
        }
    }

    /// Returns the ids of a line, the same as those of the tokenizer.
    pub fn tokenize(&mut self, line: &str) -> Vec<usize> {
        let mut ids = Vec::new();
        for word in split_words(line) {
            self.tokenize_word(word, &mut ids);
        }
        ids
    }

    /// Appends the ids of a word, which is merged only if it is new.
    fn tokenize_word(&mut self, word: String, ids: &mut Vec<usize>) {
        if let Some(known) = self.known.get(&word) {
            ids.extend(known);
            return;
        }
        let merged = self.merge_word(&word);
        ids.extend(&merged);
        self.known.insert(word, merged);
    }

    /// Returns the ids of a word, from those merges only that it has pairs for.
    fn merge_word(&self, word: &str) -> Vec<usize> {
        let number = |character: char| self.numbers.get(character.encode_utf8(&mut [0; 4]));
        let tokens = word.chars().map(|each| number(each).copied().unwrap_or(0));
        let mut word = Word {
            tokens: tokens.collect(),
            count: 1,
        };
        let mut after = 0;
        while let Some((rank, joined, pair)) = self.next_rank(&word, after) {
            word.merge(pair, joined);
            after = rank;
        }
        let has_id = |token: &u32| *token < self.vocab_size;
        let id = |token: u32| Some(token).filter(has_id).unwrap_or(0) as usize;
        word.tokens.into_iter().map(id).chain([1]).collect()
    }

    /// Returns the first rank after another among the pairs of a word,
    /// with what its pair becomes.
    fn next_rank(&self, word: &Word, after: u32) -> Option<(u32, u32, Pair)> {
        let ranks = word.pairs().filter_map(|pair| {
            let &(rank, joined) = self.ranks.get(&pair)?;
            (rank > after).then_some((rank, joined, pair))
        });
        ranks.min()
    }
}
