//! The distinct pieces of a text, each counted once.

use rustc_hash::FxHashMap;

/// Two tokens, one after the other.
///
/// The tokens 0 to 255 are the bytes, then come the merges.
pub type Pair = (u32, u32);

/// A piece of the text.
#[derive(Clone)]
pub struct Word {
    /// Its tokens: at the start, its bytes, or the ids of its characters.
    pub tokens: Vec<u32>,
    /// Its number of occurrences in the text.
    pub count: u64,
}

impl Word {
    /// Returns a piece with this count.
    pub fn new(piece: &str, count: u64) -> Self {
        let tokens = piece.bytes().map(u32::from).collect();
        Self { tokens, count }
    }

    /// Returns its pairs of neighbours, from left to right.
    pub fn pairs(&self) -> impl Iterator<Item = Pair> {
        self.tokens.windows(2).map(|pair| (pair[0], pair[1]))
    }

    /// Merges each occurrence of a pair, from left to right.
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

/// Returns every piece of a text, once for each occurrence.
pub fn all(pieces: &[&str]) -> Vec<Word> {
    pieces.iter().map(|piece| Word::new(piece, 1)).collect()
}

/// Returns every distinct piece of a text, once.
pub fn distinct(pieces: &[&str]) -> Vec<Word> {
    let mut counts = FxHashMap::default();
    for &piece in pieces {
        *counts.entry(piece).or_default() += 1;
    }
    let counted = |(piece, count)| Word::new(piece, count);
    counts.into_iter().map(counted).collect()
}
