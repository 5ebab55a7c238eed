//! The definitions of training and encoding, with which tests and fuzz targets compare.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use bytemerge::{Pattern, SpecialTokens, Tokenizer};

/// Returns the order of a token among tokens with the same count: bytes by their GPT-2 characters,
/// then merges by age.
fn key(token: u32) -> u32 {
    let visible = |byte: u32| matches!(byte, 0x21..=0x7E | 0xA1..=0xAC | 0xAE..=0xFF);
    let hidden_before = |byte: u32| (0..byte).filter(|&other| !visible(other)).count();
    match token {
        byte if byte < 256 && visible(byte) => byte,
        byte if byte < 256 => 0x100 + u32::try_from(hidden_before(byte)).unwrap(),
        merged => 0x1000 + merged,
    }
}

/// Merges a pair in a word, from left to right.
fn merge(word: &[u32], pair: (u32, u32), joined: u32) -> Vec<u32> {
    let mut merged = Vec::new();
    let mut rest = word;
    while let [first, after @ ..] = rest {
        if rest.len() > 1 && (rest[0], rest[1]) == pair {
            merged.push(joined);
            rest = &rest[2..];
        } else {
            merged.push(*first);
            rest = after;
        }
    }
    merged
}

/// Returns the merges that training learns, counting all pairs again for each merge.
pub(crate) fn learnt(
    words: &[(Vec<u8>, u64)],
    merges: usize,
    min_frequency: u64,
) -> Vec<(u32, u32)> {
    let mut words: Vec<(Vec<u32>, u64)> = words
        .iter()
        .map(|(word, count)| (word.iter().map(|&byte| byte.into()).collect(), *count))
        .collect();
    let mut learnt = Vec::new();
    for joined in (256..).take(merges) {
        let mut counts: BTreeMap<(u32, u32), u64> = BTreeMap::new();
        for (word, count) in &words {
            for pair in word.windows(2) {
                *counts.entry((pair[0], pair[1])).or_default() += count;
            }
        }
        let order = |&(left, right): &(u32, u32)| Reverse((key(left), key(right)));
        let best = counts
            .iter()
            .filter(|&(_, &count)| count >= min_frequency.max(1))
            .max_by_key(|&(pair, &count)| (count, order(pair)));
        let Some((&pair, _)) = best else {
            break;
        };
        for (word, _) in &mut words {
            *word = merge(word, pair, joined);
        }
        learnt.push(pair);
    }
    learnt
}

/// A model for small alphabets that need not come from training: some tokens are made by no merge,
/// and merges are in any order.
#[derive(Clone, Debug)]
pub(crate) struct Model {
    /// The tokens, by id.
    pub(crate) tokens: Vec<Vec<u8>>,
    pub(crate) merges: Vec<(u32, u32)>,
}

impl Model {
    fn id(&self, bytes: &[u8]) -> Option<u32> {
        let place = self.tokens.iter().position(|token| token == bytes)?;
        Some(u32::try_from(place).unwrap())
    }

    /// Returns the tokens of a piece: the best two neighbours merge, as long as any two can.
    pub(crate) fn merged(
        &self,
        piece: &[u8],
        rank: impl Fn(u32, u32) -> Option<usize>,
    ) -> Vec<u32> {
        let mut word: Vec<u32> = piece.iter().map(|&b| self.id(&[b]).unwrap()).collect();
        loop {
            let ranks = word.windows(2).enumerate();
            let ranks = ranks.filter_map(|(at, pair)| Some((rank(pair[0], pair[1])?, at)));
            let Some((_, at)) = ranks.min() else {
                return word;
            };
            let joined = self.joined(word[at], word[at + 1]).unwrap();
            word.splice(at..at + 2, [joined]);
        }
    }

    pub(crate) fn joined(&self, left: u32, right: u32) -> Option<u32> {
        self.id(&[&*self.tokens[left as usize], &self.tokens[right as usize]].concat())
    }

    /// Encodes by ranks: a piece that is a token becomes it; otherwise the lowest id merges first.
    pub(crate) fn by_ranks(&self, piece: &[u8]) -> Vec<u32> {
        match self.id(piece) {
            Some(id) => vec![id],
            None => self.merged(piece, |l, r| self.joined(l, r).map(|id| id as usize)),
        }
    }

    /// Encodes by a list: the first in the list merges first; if a pair occurs twice, the last one
    /// counts.
    pub(crate) fn by_list(&self, piece: &[u8]) -> Vec<u32> {
        self.merged(piece, |l, r| self.merges.iter().rposition(|&p| p == (l, r)))
    }

    /// Encodes by a list, but a piece that is a token becomes it.
    pub(crate) fn by_list_ignoring_merges(&self, piece: &[u8]) -> Vec<u32> {
        self.id(piece)
            .map_or_else(|| self.by_list(piece), |id| vec![id])
    }

    fn tokens(&self) -> impl Iterator<Item = (Vec<u8>, u32)> {
        self.tokens.iter().cloned().zip(0..)
    }

    pub(crate) fn rank_tokenizer(&self, pattern: Option<&str>) -> Tokenizer {
        let pattern = Pattern::new(pattern).unwrap();
        Tokenizer::from_ranks(self.tokens(), pattern, SpecialTokens::default()).unwrap()
    }

    pub(crate) fn list_tokenizer(&self, pattern: Option<&str>, ignore_merges: bool) -> Tokenizer {
        let pattern = Pattern::new(pattern).unwrap();
        let merges = self.merges.iter().copied();
        let special = SpecialTokens::default();
        Tokenizer::from_merge_list(self.tokens(), merges, ignore_merges, None, pattern, special)
            .unwrap()
    }
}
