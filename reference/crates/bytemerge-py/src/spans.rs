//! What is asked of single texts, as Python takes it.

use std::borrow::Cow;

use numpy::{PyArray2, PyArrayMethods};
use pyo3::prelude::*;

use crate::arrays::to_array;
use crate::rust_core::{Error, Tokenizer};

/// A start and an end in each row. Signed, as those that index arrays in Python expect them.
pub(crate) type Places<'py> = Bound<'py, PyArray2<i64>>;

/// A merge: the place of its pair, both ids, the rank, and the id that they become.
type Step = (usize, u32, u32, u32, u32);

/// A piece: its bytes, its merges, and its ids.
pub(crate) type Explained = (Cow<'static, [u8]>, Vec<Step>, Vec<u32>);

/// An array of as many rows as there are places.
pub(crate) fn as_array(py: Python<'_>, places: Vec<[usize; 2]>) -> PyResult<Places<'_>> {
    let rows = places.len();
    // No place in a text is so far away that it changes its sign.
    let signed = |place: [usize; 2]| place.map(|at| i64::try_from(at).unwrap_or(i64::MAX));
    // Of a long text there are millions.
    let signed: Vec<[i64; 2]> = py.detach(|| places.into_iter().map(signed).collect());
    to_array(py, signed.into_flattened())?.reshape([rows, 2])
}

/// All pieces of a text, in which special tokens are plain text.
pub(crate) fn explain(tokenizer: &Tokenizer, text: &str) -> Result<Vec<Explained>, Error> {
    let ids = tokenizer.encode_ordinary(text)?;
    let mut rest = ids.as_slice();
    let mut explained = Vec::new();
    tokenizer.pattern().for_each_piece(text, |piece| {
        let steps = tokenizer.merge_steps(piece.as_bytes()).into_iter();
        let steps =
            steps.map(|step| (step.index, step.pair.0, step.pair.1, step.rank, step.joined));
        // No token reaches from one piece into the next.
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
        Ok::<(), Error>(())
    })?;
    Ok(explained)
}
