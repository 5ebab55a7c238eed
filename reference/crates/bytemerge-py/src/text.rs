//! Text arguments, taken without copying.

use std::borrow::Cow;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyString;

/// The text of a `str`, where Python keeps it.
///
/// Lone surrogates have no UTF-8. Here they may become anything that is neither letter nor number:
/// normalisation leaves it out, as it leaves out the surrogates in plain Python.
///
/// # Errors
///
/// `TypeError` for anything but a `str`.
pub(crate) fn text<'a>(object: &'a Bound<'_, PyAny>) -> PyResult<Cow<'a, str>> {
    match object.cast::<PyString>() {
        Ok(text) => Ok(text.to_string_lossy()),
        Err(_) => Err(PyTypeError::new_err(format!(
            "expected str, not {}",
            object.get_type().name()?
        ))),
    }
}
