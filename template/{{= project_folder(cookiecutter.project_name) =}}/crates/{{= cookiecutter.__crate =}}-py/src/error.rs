//! The one place where errors of the core become Python exceptions.

use pyo3::exceptions::{PyKeyboardInterrupt, PyOverflowError, PyTypeError};
use pyo3::prelude::*;

use crate::rust_core::Error;

/// The exceptions are defined once, in Python, where users read and document them.
mod python {
    use pyo3::import_exception;

    import_exception! { {{= cookiecutter.__package =}}.errors, CountError }
    import_exception! { {{= cookiecutter.__package =}}.errors, Error }
    import_exception! { {{= cookiecutter.__package =}}.errors, NotUtf8Error }
}

/// The exception for `error`, with its sentence and its data.
pub(crate) fn to_python(error: &Error) -> PyErr {
    let message = error.to_string();
    match error {
        Error::NotUtf8 { offset } => python::NotUtf8Error::new_err((message, *offset)),
        Error::ZeroCount { .. } | Error::CountTooLarge { .. } => {
            python::CountError::new_err(message)
        }
        // Only a signal handler stops the work, and its own exception comes first.
        Error::Interrupted => PyKeyboardInterrupt::new_err(message),
        _ => python::Error::new_err(message),
    }
}

/// The exception for a count that Rust cannot even hold, and for what is no number at all.
///
/// Errors of foreign code, Ctrl-C among them, stay what they are.
pub(crate) fn count_error(word: &str, count: &Bound<'_, PyAny>, error: PyErr) -> PyErr {
    let py = count.py();
    if !error.is_instance_of::<PyTypeError>(py) && !error.is_instance_of::<PyOverflowError>(py) {
        return error;
    }
    // Not more than fits on a line; a number of thousands of digits cannot even be written.
    let shown: String = match count.repr() {
        Ok(shown) => shown.to_string_lossy().chars().take(60).collect(),
        Err(_) => "a number of that size".to_owned(),
    };
    python::CountError::new_err(format!(
        "the count of {word:?} must be a whole number from 1 to 2**64 - 1, not {shown}"
    ))
}
