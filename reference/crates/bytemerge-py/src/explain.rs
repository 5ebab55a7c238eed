//! Explains how a text becomes ids, for `Tokenizer.explain`.

use std::borrow::Cow;

use crate::rust_core::{Error, Tokenizer};

/// A merge: the index of its pair, both ids, the rank, and the new id.
type Step = (usize, u32, u32, u32, u32);

/// A piece: its bytes, its merges, and its ids.
pub(crate) type ExplainedPiece = (Cow<'static, [u8]>, Vec<Step>, Vec<u32>);

/// Returns all pieces of a text, in which special tokens are plain text.
pub(crate) fn explain(tokenizer: &Tokenizer, text: &str) -> Result<Vec<ExplainedPiece>, Error> {
    let mut explained = Vec::new();
    tokenizer.for_each_piece(text, |piece, token| {
        let (steps, ids) = match token {
            Some(id) => (Vec::new(), vec![id]),
            None => (tokenizer.merge_steps(piece), tokenizer.encode_piece(piece)?),
        };
        let steps = steps.into_iter();
        let steps =
            steps.map(|step| (step.index, step.pair.0, step.pair.1, step.rank, step.joined));
        explained.push((piece.to_vec().into(), steps.collect(), ids));
        Ok(())
    })?;
    Ok(explained)
}
