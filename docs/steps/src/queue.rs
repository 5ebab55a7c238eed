//! A heap that gives the best pair, so that nobody searches for it.

use std::collections::BinaryHeap;

use rustc_hash::FxHashSet;

use crate::best::{Rating, rating};
use crate::updated::{Pairs, Places};
use crate::word::{Pair, Word};

/// A pair, and its rating when it was put into the heap.
type Entry = (Rating, Pair);

/// The pairs that merge, in the order learnt.
pub fn train(words: Vec<Word>, merges: u32) -> Vec<Pair> {
    let mut pairs = Pairs::new(words);
    let all = pairs.counts.keys();
    let mut heap = BinaryHeap::from_iter(all.map(|&pair| entry(pair, &pairs)));
    let mut learnt = Vec::new();
    for new in 256..256 + merges {
        let Some(pair) = pop(&mut heap, &pairs) else {
            break;
        };
        let changed = pairs.merge(pair, new);
        let made = pairs_of(new, &changed, &pairs);
        heap.extend(made.iter().map(|&pair| entry(pair, &pairs)));
        learnt.push(pair);
    }
    learnt
}

/// The best pair. Counts only fall, so an entry that is out of
/// date is too high up: it is put right when it comes.
fn pop(heap: &mut BinaryHeap<Entry>, pairs: &Pairs) -> Option<Pair> {
    while let Some((rating, pair)) = heap.pop() {
        let now = entry(pair, pairs);
        if now.0 == rating {
            return Some(pair);
        }
        if pairs.counts[&pair] > 0 {
            heap.push(now);
        }
    }
    None
}

/// A pair with its rating of now.
fn entry(pair: Pair, pairs: &Pairs) -> Entry {
    (rating(pair, pairs.counts[&pair]), pair)
}

/// The pairs that the new token is a part of.
fn pairs_of(new: u32, changed: &Places, pairs: &Pairs) -> FxHashSet<Pair> {
    let words = changed.iter().map(|&number| &pairs.words[number]);
    let all = words.flat_map(Word::pairs);
    all.filter(|pair| pair.0 == new || pair.1 == new).collect()
}
