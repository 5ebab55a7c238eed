//! Objects for ids, made once: a list of ids then costs a reference for each, and no new object of 28 bytes.
//!
//! To make an `int` takes some 20 nanoseconds, as long as encoding does; a third of that is enough to refer to one. The
//! numbers are those of all tokenizers, and there are as many as the highest id that came in a list.

use std::sync::RwLock;

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyList, PyString};

/// All numbers below some limit, each at its own place.
static NUMBERS: RwLock<Vec<Py<PyAny>>> = RwLock::new(Vec::new());

/// The most that there are: more tokens than any vocabulary of today has, and 36 MB if all are needed.
const MOST: u32 = 1 << 20;

/// How many more there are whenever there are too few: fewer steps, and little that nobody needs.
const STEP: u32 = 1 << 14;

/// Writes ids into a list, from some index on.
///
/// # Errors
///
/// `MemoryError`; the list has to be long enough.
pub(crate) fn write(list: &Bound<'_, PyList>, start: usize, ids: &[u32]) -> PyResult<()> {
    let py = list.py();
    let highest = ids.iter().max().copied().unwrap_or(0);
    // Never waits: that a thread was at this place when its process was forked must stop nobody.
    if highest < MOST {
        if let Ok(mut numbers) = NUMBERS.try_write() {
            while numbers.len() <= highest as usize {
                let start = u32::try_from(numbers.len()).unwrap_or(MOST);
                let new = (start..start + STEP).map(u32::to_ne_bytes);
                numbers.extend(made(py, intern!(py, "I"), new)?.iter().map(Bound::unbind));
            }
        }
    }
    match NUMBERS.try_read() {
        Ok(numbers) if numbers.len() > highest as usize => (start..)
            .zip(ids)
            .try_for_each(|(index, &id)| list.set_item(index, &numbers[id as usize])),
        _ => {
            let bytes = ids.iter().map(|id| id.to_ne_bytes());
            let new = made(py, intern!(py, "I"), bytes)?;
            list.set_slice(start, start + ids.len(), new.as_any())
        }
    }
}

/// New objects for numbers of `SIZE` bytes, whose kind has a letter in Python's `array`.
///
/// That makes them in one go, and has an exception where there is no memory for them. PyO3 would panic.
pub(crate) fn made<'py, const SIZE: usize>(
    py: Python<'py>,
    kind: &Bound<'py, PyString>,
    numbers: impl ExactSizeIterator<Item = [u8; SIZE]>,
) -> PyResult<Bound<'py, PyList>> {
    static ARRAY: PyOnceLock<Py<PyAny>> = PyOnceLock::new();

    let array = ARRAY.import(py, "array", "array")?;
    let bytes = PyBytes::new_with(py, SIZE * numbers.len(), |bytes| {
        for (place, number) in bytes.chunks_exact_mut(SIZE).zip(numbers) {
            place.copy_from_slice(&number);
        }
        Ok(())
    })?;
    let array = array.call1((kind, bytes))?;
    Ok(array
        .call_method0(intern!(py, "tolist"))?
        .cast_into::<PyList>()?)
}
