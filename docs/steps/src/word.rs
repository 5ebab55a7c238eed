//! The distinct pieces of a text, each counted once.

use rustc_hash::FxHashMap;

/// Two tokens, one after the other.
///
/// The tokens 0 to 255 are the bytes, then come the merges.
pub type Pair = (u32, u32);

/// A piece of the text.
#[derive(Clone)]
pub struct Word {
    /// What it consists of: at the start, its bytes.
    pub tokens: Vec<u32>,
    /// How often the text has it.
    pub count: u64,
}

impl Word {
    /// A piece that occurs so many times.
    pub fn new(piece: &str, count: u64) -> Self {
        let tokens = piece.bytes().map(u32::from).collect();
        Self { tokens, count }
    }

    /// Its pairs of neighbours, from left to right.
    pub fn pairs(&self) -> impl Iterator<Item = Pair> {
        self.tokens.windows(2).map(|pair| (pair[0], pair[1]))
    }

    /// Merges a pair wherever it stands, from left to right.
    pub fn merge(&mut self, pair: Pair, new: u32) {
        self.tokens.dedup_by(|right, left| {
            let found = (*left, *right) == pair;
            if found {
                *left = new;
            }
            found
        });
    }
}

/// Every piece of a text, as often as it comes.
pub fn all(pieces: &[&str]) -> Vec<Word> {
    pieces.iter().map(|piece| Word::new(piece, 1)).collect()
}

/// Every distinct piece of a text, once.
pub fn distinct(pieces: &[&str]) -> Vec<Word> {
    let mut counts = FxHashMap::default();
    for &piece in pieces {
        *counts.entry(piece).or_default() += 1;
    }
    let counted = |(piece, count)| Word::new(piece, count);
    counts.into_iter().map(counted).collect()
}
