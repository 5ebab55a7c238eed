//! A cache: a piece that was merged once is not merged again.

use rustc_hash::FxHashMap;

use crate::look;
use crate::model::Model;

/// The tokens of each earlier piece.
#[derive(Default)]
pub struct Cache(FxHashMap<String, Vec<u32>>);

impl Cache {
    /// Appends the tokens of a piece.
    pub fn encode(&mut self, model: &Model, piece: &str, ids: &mut Vec<u32>) {
        if let Some(known) = self.0.get(piece) {
            ids.extend(known);
            return;
        }
        let start = ids.len();
        look::encode(model, piece, ids);
        self.0.insert(piece.to_owned(), ids[start..].to_vec());
    }
}
