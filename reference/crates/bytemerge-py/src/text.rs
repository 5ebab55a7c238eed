//! Borrows a text for the naive tokenizer, with lone surrogates replaced.
//!
//! `Tokenizer` takes a `PyBackedStr` instead, for which a lone surrogate is an error.

use std::borrow::Cow;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyString;

/// Borrows the text of a `str` from Python.
///
/// Lone surrogates have no UTF-8, so they are replaced. Normalisation drops the replacement, as it
/// drops the surrogates in plain Python: both are neither letters nor numbers.
///
/// # Errors
///
/// `TypeError` for anything but a `str`.
pub(crate) fn as_str<'a>(object: &'a Bound<'_, PyAny>) -> PyResult<Cow<'a, str>> {
    match object.cast::<PyString>() {
        Ok(text) => Ok(text.to_string_lossy()),
        Err(_) => Err(PyTypeError::new_err(format!(
            "expected str, not {}",
            object.get_type().name()?
        ))),
    }
}
