//! Turns vectors into numpy arrays, without a copy if they are long.

use std::sync::atomic::{AtomicBool, Ordering};

use numpy::{Element, PyArray1};
use pyo3::prelude::*;

use crate::python_calls::in_python;

/// Imports numpy, or raises the exception that the import raises.
///
/// Must be called before the first array is made: the crate `numpy` panics if its import fails, as
/// it does if numpy is not installed, or if Ctrl-C comes during the import. Making the first
/// array runs Python code too, which a pending Ctrl-C would interrupt.
pub(crate) fn import_numpy(py: Python<'_>) -> PyResult<()> {
    static IS_IMPORTED: AtomicBool = AtomicBool::new(false);
    // No lock is held meanwhile: after a fork, it would stay locked in the child.
    if !IS_IMPORTED.load(Ordering::Acquire) {
        in_python(py, || py.import("numpy"))?;
        py.check_signals()?;
        drop(PyArray1::<u32>::from_slice(py, &[]));
        IS_IMPORTED.store(true, Ordering::Release);
    }
    Ok(())
}

/// Shorter vectors are copied: a copy takes less time than an object that owns the vector.
const SHORT: usize = 1 << 8;

/// Makes an array of a vector, which owns the vector's memory if that is large.
pub(crate) fn to_array<T: Element>(
    py: Python<'_>,
    vec: Vec<T>,
) -> PyResult<Bound<'_, PyArray1<T>>> {
    import_numpy(py)?;
    Ok(if vec.len() <= SHORT {
        PyArray1::from_slice(py, &vec)
    } else {
        PyArray1::from_vec(py, vec)
    })
}
