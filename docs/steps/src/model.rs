//! The result of training, in the form that encoding needs.

use rustc_hash::FxHashMap;

use crate::word::Pair;

/// A vocabulary and its merges.
pub struct Model {
    /// The token that a pair becomes. The merge that was learnt first
    /// has the lowest number.
    pub merges: FxHashMap<Pair, u32>,
    /// The tokens by their bytes.
    pub tokens: FxHashMap<Vec<u8>, u32>,
}

impl Model {
    /// Returns the model of merges in the order learnt.
    pub fn new(merges: &[Pair]) -> Self {
        let mut bytes = Vec::from_iter((0..=u8::MAX).map(|byte| vec![byte]));
        for &(left, right) in merges {
            bytes.push([&bytes[left as usize][..], &bytes[right as usize]].concat());
        }
        Self {
            merges: merges.iter().copied().zip(256..).collect(),
            tokens: bytes.into_iter().zip(0..).collect(),
        }
    }
}
