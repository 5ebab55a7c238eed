//! Turns patterns into Python's values and back: `None`, a name or an expression, or several of
//! them in a sequence.

use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::error::to_python;
use crate::rust_core::Pattern;
use crate::rust_core::pattern::PatternError;

/// A pattern that is not `None`.
#[derive(FromPyObject)]
pub(crate) enum PatternArgument {
    One(String),
    Sequence(Vec<String>),
}

/// Creates the pattern of an argument.
pub(crate) fn to_pattern(argument: Option<&PatternArgument>) -> Result<Pattern, PatternError> {
    match argument {
        None => Pattern::new(None),
        Some(PatternArgument::One(name)) => Pattern::new(Some(name)),
        Some(PatternArgument::Sequence(names)) => Pattern::from_names(names),
    }
}

/// Returns the argument of a pattern.
pub(crate) fn from_pattern<'py>(py: Python<'py>, pattern: &Pattern) -> PyResult<Bound<'py, PyAny>> {
    match pattern.patterns() {
        [] | [_] => pattern.name().into_bound_py_any(py),
        patterns => Ok(PyTuple::new(py, patterns.iter().map(Pattern::name))?.into_any()),
    }
}

/// Returns whether a regular expression has a scanner, in one of its spellings. Raises
/// `PatternError` if it is not a regular expression.
#[pyfunction]
#[pyo3(signature = (expression, /))]
pub(crate) fn is_known_pattern(expression: &str) -> PyResult<bool> {
    match Pattern::new(Some(expression)) {
        Ok(pattern) => Ok(pattern.is_known()),
        Err(error) => Err(to_python(&error.into())),
    }
}
