//! Answers questions about patterns.

use pyo3::prelude::*;

use crate::rust_core::Pattern;

/// Returns whether a regular expression is that of a named pattern, in one of its spellings.
#[pyfunction]
#[pyo3(signature = (expression, /))]
pub(crate) fn is_known_pattern(expression: &str) -> bool {
    Pattern::new(Some(expression)).is_ok_and(|pattern| pattern.is_known())
}
