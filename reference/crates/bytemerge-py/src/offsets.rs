//! Turns the offsets of tokens in a text into numpy arrays.

use numpy::{PyArray2, PyArrayMethods};
use pyo3::prelude::*;

use crate::numpy_arrays::to_array;

/// An array with a start and an end in each row. Signed, as indexing in Python expects.
pub(crate) type Offsets<'py> = Bound<'py, PyArray2<i64>>;

/// Returns an array with a row for each pair of a start and an end.
pub(crate) fn to_offsets(py: Python<'_>, pairs: Vec<[usize; 2]>) -> PyResult<Offsets<'_>> {
    let rows = pairs.len();
    // No text is so long that an offset changes its sign.
    let signed = |pair: [usize; 2]| pair.map(|offset| i64::try_from(offset).unwrap_or(i64::MAX));
    // A long text has millions of them.
    let signed: Vec<[i64; 2]> = py.detach(|| pairs.into_iter().map(signed).collect());
    to_array(py, signed.into_flattened())?.reshape([rows, 2])
}
