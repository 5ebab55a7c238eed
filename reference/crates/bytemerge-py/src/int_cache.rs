//! Keeps one `int` object for each id, so that a list of ids costs a reference for each, and no new
//! object of 28 bytes.
//!
//! Making an `int` takes about 20 nanoseconds, as long as encoding its token; a reference takes a
//! third of that. All tokenizers share the objects. There is one for each number up to the
//! highest id of long lists. Short lists add more only after making as many objects of their own.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::RwLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use pyo3::exceptions::PyMemoryError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyList, PyString};

use crate::python_calls::in_python;
use crate::rust_core::Error;

/// The numbers from 0 to some limit, each at its own index.
static INTS: RwLock<Vec<Py<PyAny>>> = RwLock::new(Vec::new());

/// The most objects: more than any vocabulary of today has tokens. They take 36 MB.
const MOST_INTS: u32 = 1 << 20;

/// Growth step: rarely needed, and wastes little.
const STEP: u32 = 1 << 14;

/// The number of objects that short lists made. When it exceeds an id, the vector up to this id
/// would have cost less.
static MADE: AtomicUsize = AtomicUsize::new(0);

/// Makes a short list at once.
///
/// # Errors
///
/// `MemoryError`.
pub(crate) fn short_list<'py>(py: Python<'py>, ids: &[u32]) -> PyResult<Bound<'py, PyList>> {
    let highest = ids.iter().max().copied().unwrap_or(0);
    // PyO3 panics if Python has no memory for a number.
    let made = catch_unwind(AssertUnwindSafe(|| match INTS.try_read() {
        Ok(ints) if ints.len() > highest as usize => {
            let ints = ids.iter().map(|&id| &ints[id as usize]);
            (PyList::new(py, ints), 0)
        }
        _ => (PyList::new(py, ids), ids.len()),
    }));
    let Ok((list, new)) = made else {
        return Err(PyMemoryError::new_err(Error::OutOfMemory.to_string()));
    };
    if new > 0 && MADE.fetch_add(new, Ordering::Relaxed) > highest as usize {
        grow(py, highest)?;
    }
    list
}

/// Writes ids into a list, which must be long enough, from index `start` on.
///
/// # Errors
///
/// `MemoryError`.
pub(crate) fn write_ids(list: &Bound<'_, PyList>, start: usize, ids: &[u32]) -> PyResult<()> {
    let py = list.py();
    let highest = ids.iter().max().copied().unwrap_or(0);
    grow(py, highest)?;
    match INTS.try_read() {
        Ok(ints) if ints.len() > highest as usize => (start..)
            .zip(ids)
            .try_for_each(|(index, &id)| list.set_item(index, &ints[id as usize])),
        _ => {
            let bytes = ids.iter().map(|id| id.to_ne_bytes());
            let new = new_ints(py, intern!(py, "I"), bytes)?;
            list.set_slice(start, start + ids.len(), new.as_any())
        }
    }
}

/// Adds the numbers up to `highest`, unless they are too many or the vector is locked.
fn grow(py: Python<'_>, highest: u32) -> PyResult<()> {
    // Never block: a lock held by another thread during `fork` stays locked in the child.
    let Some(mut ints) = (highest < MOST_INTS)
        .then(|| INTS.try_write().ok())
        .flatten()
    else {
        return Ok(());
    };
    while ints.len() <= highest as usize {
        let start = u32::try_from(ints.len()).unwrap_or(MOST_INTS);
        let new = (start..start + STEP).map(u32::to_ne_bytes);
        ints.extend(
            new_ints(py, intern!(py, "I"), new)?
                .iter()
                .map(Bound::unbind),
        );
    }
    Ok(())
}

/// Makes a list of new `int` objects from numbers of `SIZE` bytes. `kind` is the letter of their
/// type in Python's `array`.
///
/// `array` makes all of them at once, and raises `MemoryError` if there is no memory. PyO3 would
/// panic.
pub(crate) fn new_ints<'py, const SIZE: usize>(
    py: Python<'py>,
    kind: &Bound<'py, PyString>,
    numbers: impl ExactSizeIterator<Item = [u8; SIZE]>,
) -> PyResult<Bound<'py, PyList>> {
    static ARRAY: PyOnceLock<Py<PyAny>> = PyOnceLock::new();

    let array = if let Some(array) = ARRAY.get(py) {
        array.bind(py).clone()
    } else {
        // No lock is held meanwhile: after a fork, it would stay locked in the child.
        let array = in_python(py, || py.import("array")?.getattr("array"))?;
        ARRAY.set(py, array.clone().unbind()).ok();
        array
    };
    let bytes = PyBytes::new_with(py, SIZE * numbers.len(), |bytes| {
        for (chunk, number) in bytes.chunks_exact_mut(SIZE).zip(numbers) {
            chunk.copy_from_slice(&number);
        }
        Ok(())
    })?;
    let array = array.call1((kind, bytes))?;
    Ok(array
        .call_method0(intern!(py, "tolist"))?
        .cast_into::<PyList>()?)
}
