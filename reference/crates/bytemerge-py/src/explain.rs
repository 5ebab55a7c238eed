//! Explains how a text becomes ids, for `Tokenizer.explain`.

use std::borrow::Cow;

use crate::rust_core::{Error, Tokenizer};

/// A merge: the index of its pair, both ids, the rank, and the new id.
type Step = (usize, u32, u32, u32, u32);

/// A piece: its bytes, its merges, and its ids.
pub(crate) type ExplainedPiece = (Cow<'static, [u8]>, Vec<Step>, Vec<u32>);

/// Returns all pieces of a text, in which special tokens are plain text.
pub(crate) fn explain(tokenizer: &Tokenizer, text: &str) -> Result<Vec<ExplainedPiece>, Error> {
    let ids = tokenizer.encode_ordinary(text)?;
    let mut rest = ids.as_slice();
    let mut explained = Vec::new();
    tokenizer.for_each_piece(text, |piece, token| {
        if token.is_some() {
            let (ids, others) = rest.split_at(1);
            rest = others;
            explained.push((piece.as_bytes().to_vec().into(), Vec::new(), ids.to_vec()));
            return Ok(());
        }
        let steps = tokenizer.merge_steps(piece.as_bytes()).into_iter();
        let steps =
            steps.map(|step| (step.index, step.pair.0, step.pair.1, step.rank, step.joined));
        // No token crosses the end of a piece.
        let (mut bytes, mut tokens) = (0, 0);
        while let Some(&id) = rest.get(tokens).filter(|_| bytes < piece.len()) {
            bytes += tokenizer.token_bytes(id).map_or(0, <[u8]>::len);
            tokens += 1;
        }
        let (ids, others) = rest.split_at(tokens);
        rest = others;
        explained.push((
            piece.as_bytes().to_vec().into(),
            steps.collect(),
            ids.to_vec(),
        ));
        Ok(())
    })?;
    Ok(explained)
}
