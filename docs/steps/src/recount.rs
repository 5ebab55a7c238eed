//! The naive training: after each merge, all pairs are counted again.

use crate::best::{Counts, best};
use crate::word::{Pair, Word};

/// Returns the pairs that merge, in the order learnt.
pub fn train(mut words: Vec<Word>, merges: u32) -> Vec<Pair> {
    let mut learnt = Vec::new();
    for new in 256..256 + merges {
        let Some(pair) = best(&count(&words)) else {
            break;
        };
        for word in &mut words {
            word.merge(pair, new);
        }
        learnt.push(pair);
    }
    learnt
}

/// Returns how often each pair occurs.
fn count(words: &[Word]) -> Counts {
    let mut counts = Counts::default();
    for word in words {
        for pair in word.pairs() {
            *counts.entry(pair).or_default() += word.count;
        }
    }
    counts
}
