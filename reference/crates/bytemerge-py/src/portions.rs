//! Long lists of Python, read and made in portions. Between two of them other threads of Python run.
//!
//! What has to do with Python's objects needs the GIL. A list of ten million numbers would keep it for a second, while a
//! server answers nobody. And where there is no memory for a list of them, it is an exception and no panic.

use std::collections::TryReserveError;
use std::panic::{AssertUnwindSafe, catch_unwind};

use numpy::{Element, PyReadonlyArray1};
use pyo3::exceptions::{PyMemoryError, PyOverflowError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};

use crate::arrays::import_numpy;
use crate::error::unknown_id;
use crate::numbers;
use crate::rust_core::Error;

/// Objects between two pauses: a millisecond or two.
pub(crate) const OBJECTS: usize = 1 << 15;

/// Numbers that are copied between two pauses: about as long.
pub(crate) const NUMBERS: usize = 1 << 20;

/// Lists that are shorter are made at once.
const SHORT: usize = 1 << 8;

/// Counts objects, and lets other threads run now and then.
#[derive(Default)]
pub(crate) struct Pauses(usize);

impl Pauses {
    /// To be called after each object. It raises what a signal does.
    #[inline]
    pub(crate) fn after_one(&mut self, py: Python<'_>) -> PyResult<()> {
        self.0 += 1;
        if self.0 % OBJECTS == 0 {
            return pause(py);
        }
        Ok(())
    }
}

pub(crate) fn pause(py: Python<'_>) -> PyResult<()> {
    // To take the GIL again waits for a thread that has asked for it.
    py.detach(|| ());
    py.check_signals()
}

/// A vector of what `convert` makes of each item.
pub(crate) fn to_vec<'py, T>(
    items: &Bound<'py, PyAny>,
    mut convert: impl FnMut(Bound<'py, PyAny>) -> PyResult<T>,
) -> PyResult<Vec<T>> {
    let (py, mut pauses, mut vec) = (items.py(), Pauses::default(), Vec::new());
    vec.try_reserve(items.len().unwrap_or(0))
        .map_err(no_memory)?;
    for item in items.try_iter()? {
        let value = convert(item?)?;
        vec.try_reserve(1).map_err(no_memory)?;
        vec.push(value);
        pauses.after_one(py)?;
    }
    Ok(vec)
}

/// A list of what `convert` makes of each item.
pub(crate) fn to_list<'py, T, Object: IntoPyObject<'py>>(
    py: Python<'py>,
    items: impl Iterator<Item = T>,
    mut convert: impl FnMut(T) -> PyResult<Object>,
) -> PyResult<Bound<'py, PyList>> {
    let (list, mut pauses) = (PyList::empty(py), Pauses::default());
    for item in items {
        list.append(convert(item)?)?;
        pauses.after_one(py)?;
    }
    Ok(list)
}

/// What comes from Rust as a vector.
pub(crate) fn collected<T>(items: impl ExactSizeIterator<Item = T>) -> PyResult<Vec<T>> {
    let mut vec = Vec::new();
    vec.try_reserve_exact(items.len()).map_err(no_memory)?;
    vec.extend(items);
    Ok(vec)
}

/// A copy of some bytes.
pub(crate) fn to_bytes<'py>(py: Python<'py>, bytes: &[u8]) -> PyResult<Bound<'py, PyBytes>> {
    PyBytes::new_with(py, bytes.len(), |copy| {
        copy.copy_from_slice(bytes);
        Ok(())
    })
}

/// Ids as a list of `int`.
pub(crate) fn ids_to_list<'py>(py: Python<'py>, ids: &[u32]) -> PyResult<Bound<'py, PyList>> {
    if ids.len() <= SHORT {
        // PyO3 panics where Python has no memory for a number.
        return catch_unwind(AssertUnwindSafe(|| PyList::new(py, ids)))
            .unwrap_or_else(|_| Err(PyMemoryError::new_err(Error::OutOfMemory.to_string())));
    }
    // To make it as long as it will be, and then to write into it, is faster than to append.
    let list = PyList::new(py, [py.None()])?;
    let list = list.as_sequence().repeat(ids.len())?;
    let list = list.cast_into::<PyList>()?;
    for (number, portion) in ids.chunks(OBJECTS).enumerate() {
        numbers::write(&list, number * OBJECTS, portion)?;
        py.detach(|| ());
    }
    Ok(list)
}

/// Ids from Python: an array of numpy without a look at each object, or any iterable of numbers.
pub(crate) fn to_ids(ids: &Bound<'_, PyAny>) -> PyResult<Vec<u32>> {
    // The question whether something is an array needs numpy, which is slow to import.
    if !ids.is_instance_of::<PyList>() {
        import_numpy(ids.py())?;
        if let Ok(array) = ids.extract::<PyReadonlyArray1<'_, u32>>() {
            return copied(ids.py(), &array, |id| Some(*id));
        }
        // What the libraries for machine learning have.
        if let Ok(array) = ids.extract::<PyReadonlyArray1<'_, i64>>() {
            return copied(ids.py(), &array, |&id| u32::try_from(id).ok());
        }
    }
    to_vec(ids, |id| {
        id.extract::<u32>().map_err(|error| {
            if error.is_instance_of::<PyOverflowError>(id.py()) {
                unknown_id(&id, None)
            } else {
                wrong_type(error, "an id must be an integer", &id)
            }
        })
    })
}

/// Names the value where an error says that it is of another type; any other error stays as it is.
pub(crate) fn wrong_type(error: PyErr, expected: &str, value: &Bound<'_, PyAny>) -> PyErr {
    if !error.is_instance_of::<PyTypeError>(value.py()) {
        return error;
    }
    match value.repr() {
        Ok(shown) => PyTypeError::new_err(format!("{expected}, not {shown}")),
        Err(raised) => raised,
    }
}

/// The numbers of an array as ids.
fn copied<T: Element + std::fmt::Display>(
    py: Python<'_>,
    array: &PyReadonlyArray1<'_, T>,
    convert: impl Fn(&T) -> Option<u32>,
) -> PyResult<Vec<u32>> {
    let view = array.as_array();
    let mut ids = Vec::new();
    ids.try_reserve_exact(view.len()).map_err(no_memory)?;
    for (index, number) in view.iter().enumerate() {
        ids.push(convert(number).ok_or_else(|| unknown_id(number, None))?);
        if index % NUMBERS == NUMBERS - 1 {
            pause(py)?;
        }
    }
    Ok(ids)
}

pub(crate) fn no_memory(error: TryReserveError) -> PyErr {
    PyMemoryError::new_err(Error::from(error).to_string())
}
