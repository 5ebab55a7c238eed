//! A lookup first: a piece that is a token needs no merge.

use crate::model::Model;
use crate::rescan;

/// Appends the tokens of a piece.
pub fn encode(model: &Model, piece: &str, ids: &mut Vec<u32>) {
    match model.tokens.get(piece.as_bytes()) {
        Some(&id) => ids.push(id),
        None => rescan::encode(model, piece, ids),
    }
}
