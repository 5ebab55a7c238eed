//! Answers questions about patterns.

use pyo3::prelude::*;

use crate::error::to_python;
use crate::rust_core::Pattern;

/// Returns whether a regular expression is that of a named pattern, in one of its spellings. Raises
/// `PatternError` if it is not a regular expression.
#[pyfunction]
#[pyo3(signature = (expression, /))]
pub(crate) fn is_known_pattern(expression: &str) -> PyResult<bool> {
    match Pattern::new(Some(expression)) {
        Ok(pattern) => Ok(pattern.is_known()),
        Err(error) => Err(to_python(&error.into())),
    }
}
