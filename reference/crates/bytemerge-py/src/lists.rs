//! Reads and makes long Python lists, with pauses in which other Python threads run.
//!
//! If there is no memory for a list, the functions raise `MemoryError`, and never panic.

use numpy::{Element, PyReadonlyArray1};
use pyo3::exceptions::PyOverflowError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};

use crate::error::{no_memory, unknown_id, unknown_int, wrong_type};
use crate::int_cache;
use crate::numpy_arrays::import_numpy;
use crate::pauses::{NUMBERS, OBJECTS, Pauses, pause};
use crate::python_calls::{in_python, iterate};

/// Shorter lists are made at once.
const SHORT: usize = 1 << 8;

/// Collects what `convert` makes of each item of a Python iterable.
pub(crate) fn to_vec<'py, T>(
    items: &Bound<'py, PyAny>,
    mut convert: impl FnMut(Bound<'py, PyAny>) -> PyResult<T>,
) -> PyResult<Vec<T>> {
    let (py, mut pauses, mut vec) = (items.py(), Pauses::default(), Vec::new());
    vec.try_reserve(items.len().unwrap_or(0))
        .map_err(no_memory)?;
    for item in iterate(items)? {
        let value = convert(item?)?;
        vec.try_reserve(1).map_err(no_memory)?;
        vec.push(value);
        pauses.after_one(py)?;
    }
    Ok(vec)
}

/// Makes a list of what `convert` makes of each item.
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

/// Collects items of Rust into a vector.
pub(crate) fn collected<T>(items: impl ExactSizeIterator<Item = T>) -> PyResult<Vec<T>> {
    let mut vec = Vec::new();
    vec.try_reserve_exact(items.len()).map_err(no_memory)?;
    vec.extend(items);
    Ok(vec)
}

/// Copies bytes into a Python object.
pub(crate) fn to_bytes<'py>(py: Python<'py>, bytes: &[u8]) -> PyResult<Bound<'py, PyBytes>> {
    PyBytes::new_with(py, bytes.len(), |copy| {
        copy.copy_from_slice(bytes);
        Ok(())
    })
}

/// Makes a list of `int` from ids.
pub(crate) fn ids_to_list<'py>(py: Python<'py>, ids: &[u32]) -> PyResult<Bound<'py, PyList>> {
    if ids.len() <= SHORT {
        return int_cache::short_list(py, ids);
    }
    // Making the list at its full length and writing into it is faster than appending.
    let list = PyList::new(py, [py.None()])?;
    let list = list.as_sequence().repeat(ids.len())?;
    let list = list.cast_into::<PyList>()?;
    for (number, portion) in ids.chunks(OBJECTS).enumerate() {
        int_cache::write_ids(&list, number * OBJECTS, portion)?;
        py.detach(|| ());
    }
    Ok(list)
}

/// Takes ids from Python: from a numpy array without a look at each object, or from any iterable of
/// integers.
pub(crate) fn to_ids(ids: &Bound<'_, PyAny>) -> PyResult<Vec<u32>> {
    // Asking whether something is an array needs numpy, which is slow to import.
    if !ids.is_instance_of::<PyList>() {
        import_numpy(ids.py())?;
        if let Ok(array) = ids.extract::<PyReadonlyArray1<'_, u32>>() {
            return copied(ids.py(), &array, |id| Some(*id));
        }
        // The type that libraries for machine learning use.
        if let Ok(array) = ids.extract::<PyReadonlyArray1<'_, i64>>() {
            return copied(ids.py(), &array, |&id| u32::try_from(id).ok());
        }
        in_python(ids.py(), || ids.try_iter())
            .map_err(|error| wrong_type(error, "expected an iterable of ids", ids))?;
    }
    to_vec(ids, |id| {
        id.extract::<u32>().map_err(|error| {
            if error.is_instance_of::<PyOverflowError>(id.py()) {
                unknown_int(&id, None)
            } else {
                wrong_type(error, "an id must be an integer", &id)
            }
        })
    })
}

/// Copies the numbers of an array as ids.
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
