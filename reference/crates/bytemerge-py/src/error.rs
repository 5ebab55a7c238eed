//! Makes the Python exceptions for errors of the core and for wrong arguments.

use std::collections::TryReserveError;
use std::fmt::Display;
use std::io::ErrorKind;
use std::path::Path;

use pyo3::exceptions::{
    PyKeyboardInterrupt, PyMemoryError, PyOSError, PyRuntimeError, PyTypeError,
};
use pyo3::prelude::*;

use crate::python_calls::in_python;
use crate::rust_core::{self, Error, Problem, file_error};

/// The exceptions, which are defined in Python, where users read their documentation.
mod python {
    pyo3::import_exception!(bytemerge.errors, BytemergeError);
    pyo3::import_exception!(bytemerge.errors, CountsError);
    pyo3::import_exception!(bytemerge.errors, EmptyCorpusError);
    pyo3::import_exception!(bytemerge.errors, ModelError);
    pyo3::import_exception!(bytemerge.errors, NotUtf8Error);
    pyo3::import_exception!(bytemerge.errors, PatternError);
    pyo3::import_exception!(bytemerge.errors, SpecialTokenError);
    pyo3::import_exception!(bytemerge.errors, TooLargeError);
    pyo3::import_exception!(bytemerge.errors, UnknownTokenError);
    pyo3::import_exception!(bytemerge.errors, VocabularyError);
    pyo3::import_exception!(bytemerge.errors, VocabularySizeError);
}

/// Returns the exception for `error`, with its sentence.
pub(crate) fn to_python(error: &Error) -> PyErr {
    exception(error, error.to_string())
}

fn exception(error: &Error, message: String) -> PyErr {
    match error {
        Error::EmptyCorpus => python::EmptyCorpusError::new_err(message),
        Error::VocabularySize { .. } => python::VocabularySizeError::new_err(message),
        Error::UnknownId { .. } => python::UnknownTokenError::new_err(message),
        Error::Pattern(_) => python::PatternError::new_err(message),
        Error::DisallowedSpecialToken { .. } => python::SpecialTokenError::new_err(message),
        Error::MissingByte { .. }
        | Error::EmptyToken { .. }
        | Error::DuplicateToken { .. }
        | Error::DuplicateId { .. }
        | Error::MissingId { .. }
        | Error::UnknownInMerge { .. }
        | Error::Unreachable { .. }
        | Error::EmptySpecialToken
        | Error::UnknownGone { .. }
        | Error::NormalizedName { .. }
        | Error::SplitToken { .. }
        | Error::MergeOutOfOrder { .. } => python::VocabularyError::new_err(message),
        Error::PieceTooLong { .. } | Error::TooManyPieces { .. } | Error::CountOverflow => {
            python::TooLargeError::new_err(message)
        }
        Error::OutOfMemory => PyMemoryError::new_err(message),
        Error::Model { .. } => python::ModelError::new_err(message),
        Error::File { path, error } => os_error(path, error),
        Error::NotUtf8 { .. } => python::NotUtf8Error::new_err(message),
        Error::InFile { error, .. } => exception(error, message),
        Error::NoThread(_) => PyRuntimeError::new_err(message),
        // Only a signal handler stops the work, and its own exception comes first.
        Error::Interrupted => PyKeyboardInterrupt::new_err(message),
        // An error that the core has and this table lacks.
        _ => python::BytemergeError::new_err(message),
    }
}

/// Returns the exception for a model that did not come from a file.
pub(crate) fn model_error(problem: &Problem) -> PyErr {
    python::ModelError::new_err(problem.to_string())
}

/// Returns the exception for counts that no text can have.
pub(crate) fn counts_error(message: String) -> PyErr {
    python::CountsError::new_err(message)
}

/// Returns the exception of [`Error::UnknownId`] for an id that the core's integers cannot hold.
pub(crate) fn unknown_id(id: impl Display, last: Option<usize>) -> PyErr {
    python::UnknownTokenError::new_err(rust_core::unknown_id(id, last))
}

/// Returns the same exception for an object of Python.
pub(crate) fn unknown_int(id: &Bound<'_, PyAny>, last: Option<usize>) -> PyErr {
    shown(id).map_or_else(|raised| raised, |id| unknown_id(id, last))
}

/// Returns the exception for an id that is not a 32-bit number.
pub(crate) fn invalid_id(id: &Bound<'_, PyAny>) -> PyErr {
    let message = |id| format!("an id is from 0 to 4294967295, not {id}");
    shown(id).map_or_else(
        |raised| raised,
        |id| python::VocabularyError::new_err(message(id)),
    )
}

/// Returns the exception that Python itself raises: it makes `FileNotFoundError` and its like from
/// the number.
fn os_error(path: &Path, error: &std::io::Error) -> PyErr {
    let kind = file_error::kind(path, error);
    let words = file_error::words(kind, error);
    let name = path.as_os_str().to_owned();
    match (error.raw_os_error(), kind) {
        (_, ErrorKind::OutOfMemory) => to_python(&Error::OutOfMemory),
        (None, _) => PyOSError::new_err(format!("{}: {words}", path.display())),
        // All systems have these numbers, but Windows reports others here.
        (_, ErrorKind::NotADirectory) => PyOSError::new_err((20, words, name)),
        (_, ErrorKind::IsADirectory) => PyOSError::new_err((21, words, name)),
        // Python turns the number of Windows into one that other systems have.
        (Some(number), _) if cfg!(windows) => PyOSError::new_err((0, words, name, number)),
        (Some(number), _) => PyOSError::new_err((number, words, name)),
    }
}

/// Returns `MemoryError` for a vector that cannot grow.
pub(crate) fn no_memory(error: TryReserveError) -> PyErr {
    PyMemoryError::new_err(Error::from(error).to_string())
}

/// Replaces a `TypeError` by one that names the value. Any other error stays as it is.
pub(crate) fn wrong_type(error: PyErr, expected: &str, value: &Bound<'_, PyAny>) -> PyErr {
    if !error.is_instance_of::<PyTypeError>(value.py()) {
        return error;
    }
    match shown(value) {
        Ok(shown) => PyTypeError::new_err(format!("{expected}, not {shown}")),
        Err(raised) => raised,
    }
}

/// Returns a value for an error message as the Python half does: on one line, and shortened.
pub(crate) fn shown(value: &Bound<'_, PyAny>) -> PyResult<String> {
    let py = value.py();
    in_python(py, || {
        let arguments = py.import("bytemerge.arguments")?;
        arguments.call_method1("shown", (value,))?.extract()
    })
}
