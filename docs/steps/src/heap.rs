//! A long piece: merges wait in a heap, and each looks at its neighbours only.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::model::Model;

/// Marks an offset without a token: at both ends, and after a merge
/// has taken a token away.
const NONE: u32 = u32::MAX;

/// A merge and its offset, reversed: the heap gives the largest, and
/// the earliest merge is wanted, of equals the leftmost.
type Merge = Reverse<(u32, usize)>;

/// Appends the tokens of a piece.
pub fn encode(model: &Model, piece: &str, ids: &mut Vec<u32>) {
    let mut chain = Chain::new(piece);
    let places = 1..=piece.len();
    let merges = places.filter_map(|place| chain.merge_at(place, model));
    let mut heap = BinaryHeap::from_iter(merges);
    while let Some(merge) = heap.pop() {
        let Reverse((new, place)) = merge;
        // Skip it if a neighbour has merged since.
        if chain.merge_at(place, model) == Some(merge) {
            chain.merge(place, new);
            for place in [chain.previous[place], place] {
                heap.extend(chain.merge_at(place, model));
            }
        }
    }
    ids.extend(chain.tokens.iter().filter(|&&token| token != NONE));
}

/// Tokens, each of which knows its neighbours.
struct Chain {
    tokens: Vec<u32>,
    previous: Vec<usize>,
    next: Vec<usize>,
}

impl Chain {
    fn new(piece: &str) -> Self {
        let mut tokens = vec![NONE];
        tokens.extend(piece.bytes().map(u32::from));
        tokens.push(NONE);
        // The neighbours outside the piece are never read.
        let previous = std::iter::once(0).chain(0..tokens.len() - 1);
        Self {
            previous: previous.collect(),
            next: (1..=tokens.len()).collect(),
            tokens,
        }
    }

    /// Returns what the token at an offset and the next one become,
    /// if they merge.
    fn merge_at(&self, place: usize, model: &Model) -> Option<Merge> {
        let pair = (self.tokens[place], self.tokens[self.next[place]]);
        let new = model.merges.get(&pair)?;
        Some(Reverse((*new, place)))
    }

    /// Merges the token at an offset with the next one.
    fn merge(&mut self, place: usize, new: u32) {
        let gone = self.next[place];
        let after = self.next[gone];
        self.tokens[place] = new;
        self.tokens[gone] = NONE;
        self.next[place] = after;
        self.previous[after] = place;
    }
}
