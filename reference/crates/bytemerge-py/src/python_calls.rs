//! Calls Python code from Rust, also in threads that Python may end.
//!
//! When Python ends, it also ends each other thread that wants the GIL. Before 3.14, it unwinds the
//! thread's stack (<https://github.com/python/cpython/issues/87135>), and the process aborts when
//! that reaches a function that catches panics. PyO3 prevents this where a thread takes the GIL
//! back after working without it. But any code written in Python gives the GIL back and takes it.

#![allow(dead_code, reason = "machinery: a function takes what it needs of it")]

use std::{iter, mem, thread};

use pyo3::prelude::*;
use pyo3::types::PyTuple;

/// Returns the result of a function for `arguments`, a tuple.
pub(crate) fn call<'py>(
    function: &Bound<'py, PyAny>,
    arguments: impl IntoPyObject<'py, Target = PyTuple, Output = Bound<'py, PyTuple>>,
) -> PyResult<Bound<'py, PyAny>> {
    let arguments = arguments.into_pyobject(function.py()).map_err(Into::into)?;
    stopping_here(|| function.call1(&arguments))
}

/// Returns the items of an iterable, which may be a generator.
pub(crate) fn iterate<'py>(
    iterable: &Bound<'py, PyAny>,
) -> PyResult<impl Iterator<Item = PyResult<Bound<'py, PyAny>>>> {
    let mut iterator = stopping_here(|| iterable.try_iter())?;
    Ok(iter::from_fn(move || stopping_here(|| iterator.next())))
}

/// Returns the result of `work`. If Python ends the thread meanwhile, the thread waits here,
/// without the GIL, until the process ends.
///
/// So `work` must not own a Python object: unwinding would drop it first, without the GIL.
pub(crate) fn stopping_here<T>(work: impl FnOnce() -> T) -> T {
    let waits = WaitsIfUnwound;
    let result = work();
    mem::forget(waits);
    result
}

struct WaitsIfUnwound;

impl Drop for WaitsIfUnwound {
    fn drop(&mut self) {
        // A panic passes.
        while !thread::panicking() {
            thread::park();
        }
    }
}
