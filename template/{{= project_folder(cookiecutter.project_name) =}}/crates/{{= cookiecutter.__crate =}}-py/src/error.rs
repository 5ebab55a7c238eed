//! Turns errors of the core into Python exceptions.

#![allow(dead_code, reason = "machinery: a function takes what it needs of it")]

use pyo3::exceptions::PyKeyboardInterrupt;
use pyo3::prelude::*;

use crate::rust_core::Error;

/// The exceptions, which are defined in Python, where users can read them.
mod python {
    use pyo3::import_exception;

    import_exception! { {{= cookiecutter.__package =}}.errors, Error }
    import_exception! { {{= cookiecutter.__package =}}.errors, NotUtf8Error }
}

/// Returns the exception for `error`, with its message and its data.
pub(crate) fn to_python(error: &Error) -> PyErr {
    let message = error.to_string();
    match error {
        Error::NotUtf8 { offset } => python::NotUtf8Error::new_err((message, *offset)),
        // Only a signal handler stops the work, and its own exception takes precedence.
        Error::Interrupted => PyKeyboardInterrupt::new_err(message),
        _ => python::Error::new_err(message),
    }
}
