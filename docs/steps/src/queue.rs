//! A heap that gives the best pair, so that nobody searches for it.

use std::collections::BinaryHeap;

use rustc_hash::FxHashSet;

use crate::best::{Rating, rating};
use crate::updated::{Pairs, Places};
use crate::word::{Pair, Word};

/// A pair, and its rating when it was put into the heap.
type Entry = (Rating, Pair);

/// Returns the pairs that merge, in the order learnt.
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

/// Returns the best pair. Counts only fall, so an outdated entry is
/// too high up: it is corrected when it reaches the top.
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

/// Returns a pair with its current rating.
fn entry(pair: Pair, pairs: &Pairs) -> Entry {
    (rating(pair, pairs.counts[&pair]), pair)
}

/// Returns the pairs that contain the new token.
pub fn pairs_of(new: u32, changed: &Places, pairs: &Pairs) -> FxHashSet<Pair> {
    let words = changed.iter().map(|&number| &pairs.words[number]);
    let all = words.flat_map(Word::pairs);
    all.filter(|pair| pair.0 == new || pair.1 == new).collect()
}
