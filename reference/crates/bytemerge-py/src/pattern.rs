//! What Python asks about patterns.

use pyo3::prelude::*;

use crate::rust_core::Pattern;

/// Whether a regular expression is one that the core knows, in one of its spellings.
#[pyfunction]
#[pyo3(signature = (expression, /))]
pub(crate) fn is_known_pattern(expression: &str) -> bool {
    Pattern::new(Some(expression)).is_ok_and(|pattern| pattern.is_known())
}
