//! A long piece: merges wait in a heap, and each looks at its neighbours only.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::model::Model;

/// Stands where no token is: at both ends, and where one has been
/// merged away.
const NONE: u32 = u32::MAX;

/// A merge and its place. The heap gives the largest, and what was
/// learnt first is wanted, of equals the leftmost.
type Merge = Reverse<(u32, usize)>;

/// Appends the tokens of a piece.
pub fn encode(model: &Model, piece: &str, ids: &mut Vec<u32>) {
    let mut chain = Chain::new(piece);
    let places = 1..=piece.len();
    let merges = places.filter_map(|place| chain.merge_at(place, model));
    let mut heap = BinaryHeap::from_iter(merges);
    while let Some(merge) = heap.pop() {
        let Reverse((new, place)) = merge;
        // Unless a neighbour has merged since.
        if chain.merge_at(place, model) == Some(merge) {
            chain.merge(place, new);
            for place in [chain.previous[place], place] {
                heap.extend(chain.merge_at(place, model));
            }
        }
    }
    ids.extend(chain.tokens.iter().filter(|&&token| token != NONE));
}

/// Tokens, of which each knows its neighbours.
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
        // Nobody asks what is before the first or after the last.
        let previous = std::iter::once(0).chain(0..tokens.len() - 1);
        Self {
            previous: previous.collect(),
            next: (1..=tokens.len()).collect(),
            tokens,
        }
    }

    /// What the token at a place and the next one become, if they
    /// merge.
    fn merge_at(&self, place: usize, model: &Model) -> Option<Merge> {
        let pair = (self.tokens[place], self.tokens[self.next[place]]);
        let new = model.merges.get(&pair)?;
        Some(Reverse((*new, place)))
    }

    /// Merges the token at a place with the next one.
    fn merge(&mut self, place: usize, new: u32) {
        let gone = self.next[place];
        let after = self.next[gone];
        self.tokens[place] = new;
        self.tokens[gone] = NONE;
        self.next[place] = after;
        self.previous[after] = place;
    }
}
