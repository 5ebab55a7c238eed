//! Text arguments, taken without copying.

#![allow(dead_code, reason = "machinery: a function takes what it needs of it")]

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::pybacked::{PyBackedBytes, PyBackedStr};
use pyo3::types::{PyByteArray, PyBytes, PyMemoryView, PyString};

use crate::python_calls::iterate;
use crate::rust_core::Error;

/// A `str` or `bytes` in Python's own memory, kept alive by this value.
///
/// A `str` of ASCII is read without a copy; for any other, the interpreter makes one UTF-8 copy and
/// keeps it with the `str`. Both are immutable, so reading them without the GIL is safe.
pub(crate) enum Text {
    Str(PyBackedStr),
    Bytes(PyBackedBytes),
}

impl Text {
    /// Returns the length in bytes of UTF-8.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Str(text) => text.len(),
            Self::Bytes(bytes) => bytes.len(),
        }
    }

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

/// The number of texts to collect between two checks for signals.
const TEXTS_PER_CHECK: usize = 1 << 16;

/// Collects the texts of an iterable.
pub(crate) fn all_texts(texts: &Bound<'_, PyAny>) -> PyResult<Vec<Text>> {
    // These are iterables, too, of characters or of integers, which is never what the caller meant.
    if texts.is_instance_of::<PyString>()
        || texts.is_instance_of::<PyBytes>()
        || texts.is_instance_of::<PyByteArray>()
        || texts.is_instance_of::<PyMemoryView>()
    {
        return Err(PyTypeError::new_err(format!(
            "expected an iterable of texts, not a single {}",
            texts.get_type().name()?
        )));
    }
    let mut all = Vec::new();
    for text in iterate(texts)? {
        all.push(text?.extract()?);
        // Only an iterator written in Python lets other threads run and checks for signals itself.
        if all.len() % TEXTS_PER_CHECK == 0 {
            texts.py().detach(|| ());
            texts.py().check_signals()?;
        }
    }
    Ok(all)
}
