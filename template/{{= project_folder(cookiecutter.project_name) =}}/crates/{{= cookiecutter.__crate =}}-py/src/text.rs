//! Text arguments, taken without copying.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::pybacked::{PyBackedBytes, PyBackedStr};
use pyo3::types::{PyBytes, PyString};

use crate::rust_core::Error;

/// A `str` or `bytes` that stays where Python keeps it, alive for as long as this value.
///
/// A `str` of ASCII is read in place; for any other, the interpreter makes one UTF-8 copy and keeps
/// it with the `str`. Both are immutable: reading them without the GIL is safe.
pub(crate) enum Text {
    Str(PyBackedStr),
    Bytes(PyBackedBytes),
}

impl Text {
    pub(crate) fn as_str(&self) -> Result<&str, Error> {
        match self {
            Self::Str(text) => Ok(text),
            Self::Bytes(bytes) => Ok(std::str::from_utf8(bytes)?),
        }
    }
}

impl<'py> FromPyObject<'_, 'py> for Text {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(text) = object.cast::<PyString>() {
            return Ok(Self::Str(text.to_owned().try_into()?));
        }
        if let Ok(bytes) = object.cast::<PyBytes>() {
            return Ok(Self::Bytes(bytes.to_owned().into()));
        }
        Err(PyTypeError::new_err(format!(
            "expected str or bytes, not {}",
            object.get_type().name()?
        )))
    }
}

/// All texts of an iterable.
pub(crate) fn all_texts(texts: &Bound<'_, PyAny>) -> PyResult<Vec<Text>> {
    // Both are iterables, of characters and of numbers: never what was meant.
    if texts.is_instance_of::<PyString>() || texts.is_instance_of::<PyBytes>() {
        return Err(PyTypeError::new_err(format!(
            "expected an iterable of texts, not a single {}",
            texts.get_type().name()?
        )));
    }
    texts.try_iter()?.map(|text| text?.extract()).collect()
}
