//! Takes many texts from Python: an iterable of `str`, or an Arrow array of strings, without
//! copying their bytes.
//!
//! Arrow arrays come through the PyCapsule interface, from pyarrow, polars, DuckDB, pandas or any
//! other library, in one chunk or in many. They are validated, since any library may have made
//! them.

use std::ops::ControlFlow;

use arrow_array::cast::AsArray as _;
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use pyo3::exceptions::{PyImportError, PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::types::PyString;
use pyo3_arrow::ffi::{ArrayIterator, ArrayReader};
use pyo3_arrow::{PyArray, PyArrayReader};

use crate::error::no_memory;
use crate::pauses::Pauses;
use crate::python_calls::iterate;

/// Bytes of text that are taken at a time: some milliseconds of work.
const BATCH: usize = 1 << 22;

/// The cost of a text in addition to its bytes.
const TEXT: usize = 64;

/// The policy for nulls among texts.
pub(crate) struct Nulls {
    are_empty: bool,
    /// The rows of those that are empty texts.
    pub(crate) rows: Vec<u64>,
}

impl Nulls {
    /// Makes each null an empty text, or else an error.
    pub(crate) fn new(are_empty: bool) -> Self {
        Self {
            are_empty,
            rows: Vec::new(),
        }
    }

    fn add(&mut self, row: usize) -> PyResult<()> {
        self.rows.try_reserve(1).map_err(no_memory)?;
        self.rows.push(row as u64);
        Ok(())
    }
}

/// Some texts.
pub(crate) enum Texts {
    Strings(Vec<PyBackedStr>),
    /// Arrays of strings, of which a null is an empty one.
    Arrow(Vec<ArrayRef>),
}

impl Texts {
    /// Takes all texts of a Python object.
    pub(crate) fn all(object: &Bound<'_, PyAny>, nulls: &mut Nulls) -> PyResult<Self> {
        let mut all = None;
        for_each(object, usize::MAX, nulls, |texts| {
            match (&mut all, texts) {
                (None, texts) => all = Some(texts),
                (Some(Self::Strings(all)), Self::Strings(mut texts)) => {
                    all.try_reserve(texts.len()).map_err(no_memory)?;
                    all.append(&mut texts);
                }
                (Some(Self::Arrow(all)), Self::Arrow(mut texts)) => all.append(&mut texts),
                // All texts of one object are of the same kind.
                _ => {}
            }
            Ok(())
        })?;
        Ok(all.unwrap_or_else(|| Self::Strings(Vec::new())))
    }

    /// Returns the texts as slices of the memory of Python or Arrow.
    pub(crate) fn views(&self) -> PyResult<Vec<&str>> {
        let mut views = Vec::new();
        views.try_reserve_exact(self.len()).map_err(no_memory)?;
        match self {
            Self::Strings(texts) => views.extend(texts.iter().map(|text| &**text)),
            Self::Arrow(arrays) => {
                for array in arrays {
                    add_views(array.as_ref(), &mut views)?;
                }
            }
        }
        Ok(views)
    }

    fn len(&self) -> usize {
        match self {
            Self::Strings(texts) => texts.len(),
            Self::Arrow(arrays) => arrays.iter().map(Array::len).sum(),
        }
    }
}

/// Calls `work` with batches of texts: those of one chunk, or some megabytes at a time.
pub(crate) fn for_each_batch(
    object: &Bound<'_, PyAny>,
    nulls: &mut Nulls,
    work: impl FnMut(Texts) -> PyResult<()>,
) -> PyResult<()> {
    for_each(object, BATCH, nulls, work)
}

fn for_each(
    object: &Bound<'_, PyAny>,
    size: usize,
    nulls: &mut Nulls,
    mut work: impl FnMut(Texts) -> PyResult<()>,
) -> PyResult<()> {
    if let Some(reader) = reader(object)? {
        let mut rows = 0;
        for chunk in reader {
            let chunk = chunk.map_err(|error| PyValueError::new_err(error.to_string()))?;
            let strings = checked(&chunk, rows, nulls)?;
            rows += strings.len();
            work(Texts::Arrow(vec![strings]))?;
        }
        return Ok(());
    }
    let mut texts = iterator(object)?.enumerate();
    loop {
        let (batch, more) = next_batch(&mut texts, size, nulls)?;
        if !batch.is_empty() {
            work(Texts::Strings(batch))?;
        }
        if more.is_break() {
            return Ok(());
        }
    }
}

fn iterator<'py>(
    object: &Bound<'py, PyAny>,
) -> PyResult<impl Iterator<Item = PyResult<Bound<'py, PyAny>>>> {
    iterate(object).map_err(|error| {
        let kind = object.get_type();
        match kind.name() {
            Ok(name) if error.is_instance_of::<PyTypeError>(object.py()) => {
                PyTypeError::new_err(format!("expected an iterable of str, not {name}"))
            }
            _ => error,
        }
    })
}

/// Returns the next texts, and whether there may be more.
fn next_batch<'py>(
    texts: &mut impl Iterator<Item = (usize, PyResult<Bound<'py, PyAny>>)>,
    size: usize,
    nulls: &mut Nulls,
) -> PyResult<(Vec<PyBackedStr>, ControlFlow<()>)> {
    let (mut batch, mut taken, mut pauses) = (Vec::new(), 0_usize, Pauses::default());
    for (row, text) in texts {
        let mut text = text?;
        if nulls.are_empty && text.is_none() {
            nulls.add(row)?;
            text = PyString::new(text.py(), "").into_any();
        }
        let Ok(text) = text.cast::<PyString>() else {
            let kind = text.get_type();
            let message = format!("text {row}: expected str, not {}", kind.name()?);
            return Err(PyTypeError::new_err(message));
        };
        let py = text.py();
        let text = PyBackedStr::try_from(text.clone()).map_err(|error| in_row(py, error, row))?;
        taken = taken.saturating_add(text.len() + TEXT);
        batch.try_reserve(1).map_err(no_memory)?;
        batch.push(text);
        pauses.after_one(py)?;
        if taken >= size {
            return Ok((batch, ControlFlow::Continue(())));
        }
    }
    Ok((batch, ControlFlow::Break(())))
}

/// Adds the row to the error of a text that contains a lone surrogate.
fn in_row(py: Python<'_>, error: PyErr, row: usize) -> PyErr {
    let value = error.value(py);
    if let Ok(reason) = value.getattr(intern!(py, "reason")) {
        // If this fails, the error is still right, but without the row.
        value
            .setattr(intern!(py, "reason"), format!("{reason} (text {row})"))
            .ok();
    }
    error
}

/// Returns the chunks of an Arrow object, or `None` for any other object.
pub(crate) fn reader(object: &Bound<'_, PyAny>) -> PyResult<Option<Box<dyn ArrayReader + Send>>> {
    let py = object.py();
    if object.hasattr(intern!(py, "__arrow_c_stream__"))? {
        return match object.extract::<PyArrayReader>() {
            Ok(stream) => stream.into_reader().map(Some),
            // pandas has the method even if pyarrow is missing, and is iterable.
            Err(error) if error.is_instance_of::<PyImportError>(py) => Ok(None),
            Err(error) => Err(error),
        };
    }
    if object.hasattr(intern!(py, "__arrow_c_array__"))? {
        let (array, field) = object.extract::<PyArray>()?.into_inner();
        return Ok(Some(Box::new(ArrayIterator::new([Ok(array)], field))));
    }
    Ok(None)
}

/// Checks everything that memory safety depends on.
///
/// # Errors
///
/// `ValueError` for an invalid array.
pub(crate) fn validated(array: &ArrayRef) -> PyResult<()> {
    let valid = array.to_data().validate_full();
    valid.map_err(|error| PyValueError::new_err(format!("not a valid Arrow array: {error}")))
}

/// Returns the strings in a chunk, which are the chunk itself or the only column of a table, after
/// checking them.
fn checked(chunk: &ArrayRef, rows: usize, nulls: &mut Nulls) -> PyResult<ArrayRef> {
    validated(chunk)?;
    let strings = match chunk.as_struct_opt() {
        None => chunk,
        Some(table) => match table.columns() {
            [column] if table.null_count() == 0 => column,
            columns => {
                let message = format!(
                    "expected a column of strings, not a table of {}",
                    columns.len()
                );
                return Err(PyTypeError::new_err(message));
            }
        },
    };
    let kind = match strings.data_type() {
        DataType::Dictionary(_, values) => values,
        kind => kind,
    };
    if let Some(valid) = strings.logical_nulls() {
        for (index, _) in valid.iter().enumerate().filter(|&(_, valid)| !valid) {
            if !nulls.are_empty {
                let message = format!("text {}: expected a string, not null", rows + index);
                return Err(PyTypeError::new_err(message));
            }
            nulls.add(rows + index)?;
        }
    }
    match kind {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null => {
            Ok(strings.clone())
        }
        kind => Err(PyTypeError::new_err(format!(
            "expected an Arrow array of strings, not of {kind}"
        ))),
    }
}

/// Adds the strings of a checked array to `views`, and an empty one for a null.
fn add_views<'a>(array: &'a dyn Array, views: &mut Vec<&'a str>) -> PyResult<()> {
    match array.data_type() {
        DataType::Utf8 => views.extend(array.as_string::<i32>().iter().map(or_empty)),
        DataType::LargeUtf8 => views.extend(array.as_string::<i64>().iter().map(or_empty)),
        DataType::Utf8View => views.extend(array.as_string_view().iter().map(or_empty)),
        DataType::Null => views.extend(std::iter::repeat_n("", array.len())),
        DataType::Dictionary(..) if !array.is_empty() => {
            let dictionary = array.as_any_dictionary();
            let values = dictionary.values();
            if values.is_empty() {
                views.extend(std::iter::repeat_n("", array.len()));
                return Ok(());
            }
            // Some values may be null, as long as no key refers to them.
            let mut of_key = Vec::new();
            of_key.try_reserve_exact(values.len()).map_err(no_memory)?;
            match values.data_type() {
                DataType::Utf8 => of_key.extend(values.as_string::<i32>().iter()),
                DataType::LargeUtf8 => of_key.extend(values.as_string::<i64>().iter()),
                _ => of_key.extend(values.as_string_view().iter()),
            }
            let nulls = dictionary.keys().nulls();
            let keys = dictionary.normalized_keys().into_iter().enumerate();
            views.extend(keys.map(|(row, key)| {
                let is_null = nulls.is_some_and(|nulls| nulls.is_null(row));
                if is_null { "" } else { or_empty(of_key[key]) }
            }));
        }
        // An empty array may have any type.
        _ => {}
    }
    Ok(())
}

fn or_empty(text: Option<&str>) -> &str {
    text.unwrap_or_default()
}
