//! Makes batches of ids from lists, and exchanges them with Arrow: as `large_list<uint32>`, or as
//! the lists of integers that the other side asks for. Ids of 32 bits are not copied.

use std::sync::Arc;

use arrow_array::cast::AsArray as _;
use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema};
use arrow_array::types::UInt32Type;
use arrow_array::{
    Array, ArrayRef, Int32Array, Int64Array, LargeListArray, ListArray, UInt64Array,
};
use arrow_buffer::{NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::{ArrowError, DataType, Field, FieldRef};
use numpy::PyArray1;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use pyo3_arrow::PyDataType;
use pyo3_arrow::buffer::{AnyBufferProtocol, PyArrowBuffer};

use crate::error::{no_memory, wrong_type};
use crate::lists::{collected, to_ids, to_vec};
use crate::numpy_arrays::to_array;
use crate::python_calls::in_python;
use crate::rust_core::TokenBatch;
use crate::texts::{reader, validated};

/// The schema and the array, as `__arrow_c_array__` returns them.
type Capsules<'py> = (Bound<'py, PyCapsule>, Bound<'py, PyCapsule>);

/// The ids of all texts, and the offset of each text's first id.
pub(crate) type Arrays<'py> = (Bound<'py, PyArray1<u32>>, Bound<'py, PyArray1<u64>>);

/// The same, and the rows of nulls.
pub(crate) type ArraysAndNulls<'py> = (
    Bound<'py, PyArray1<u32>>,
    Bound<'py, PyArray1<u64>>,
    Bound<'py, PyArray1<u64>>,
);

/// Turns arrays of ids (`uint32`) and offsets (`int64`) into an Arrow array.
///
/// `valid` has a byte for each list, 0 for a null. The type is the requested one if that is of
/// lists of integers of 32 or 64 bits; the interface leaves any other cast to the consumer.
///
/// # Errors
///
/// `ValueError` for an array of another type, offsets that do not fit the ids, or ids that do not
/// fit into the requested type.
#[pyfunction]
#[pyo3(signature = (ids, offsets, valid, requested, /))]
pub(crate) fn batch_to_arrow<'py>(
    py: Python<'py>,
    ids: AnyBufferProtocol,
    offsets: AnyBufferProtocol,
    valid: Option<PyArrowBuffer>,
    requested: Option<&Bound<'py, PyCapsule>>,
) -> PyResult<Capsules<'py>> {
    let (ids, offsets) = (ids.into_arrow_array()?, offsets.into_arrow_array()?);
    let offsets = offsets
        .as_primitive_opt::<arrow_array::types::Int64Type>()
        .ok_or_else(|| PyValueError::new_err("offsets are not of 64 bits"))?;
    check(&ids, offsets.values())?;
    let valid = valid.map(|valid| valid.into_inner().iter().map(|&byte| byte != 0).collect());
    let requested = match requested {
        Some(capsule) => Some(PyDataType::from_arrow_pycapsule(capsule)?.into_inner()),
        None => None,
    };
    let list = lists(&ids, offsets.values(), valid, requested.as_ref())?;
    let schema = FFI_ArrowSchema::try_from(list.data_type()).map_err(value_error)?;
    let array = FFI_ArrowArray::new(&list.to_data());
    Ok((
        PyCapsule::new_with_value(py, schema, c"arrow_schema")?,
        PyCapsule::new_with_value(py, array, c"arrow_array")?,
    ))
}

/// Returns the lists as an array of the requested type, or else of the default one.
///
/// # Errors
///
/// `ValueError` if the ids or the offsets do not fit into the requested type.
fn lists(
    ids: &ArrayRef,
    offsets: &ScalarBuffer<i64>,
    valid: Option<NullBuffer>,
    requested: Option<&DataType>,
) -> PyResult<ArrayRef> {
    let (item, is_large) = match requested {
        Some(DataType::List(item)) => (Arc::clone(item), false),
        Some(DataType::LargeList(item)) => (Arc::clone(item), true),
        _ => default(),
    };
    let (items, item, is_large) = match as_items(ids, item.data_type())? {
        Some(items) => (items, item, is_large),
        None => (Arc::clone(ids), default().0, true),
    };
    if is_large {
        let offsets = OffsetBuffer::new(offsets.clone());
        let lists = LargeListArray::try_new(item, offsets, items, valid);
        return lists
            .map(|lists| Arc::new(lists) as ArrayRef)
            .map_err(value_error);
    }
    let narrow: Option<ScalarBuffer<i32>> =
        offsets.iter().map(|&end| i32::try_from(end).ok()).collect();
    let offsets = narrow.ok_or_else(|| {
        PyValueError::new_err("too many ids for the offsets of list; ask for large_list")
    })?;
    let lists = ListArray::try_new(item, OffsetBuffer::new(offsets), items, valid);
    lists
        .map(|lists| Arc::new(lists) as ArrayRef)
        .map_err(value_error)
}

/// Returns the item of the default type, and that its offsets are large.
fn default() -> (FieldRef, bool) {
    (
        Arc::new(Field::new_list_field(DataType::UInt32, false)),
        true,
    )
}

/// Returns the ids as an array of a type of integers, if it is one of 32 or 64 bits; those of 32
/// bits share the memory.
fn as_items(ids: &ArrayRef, kind: &DataType) -> PyResult<Option<ArrayRef>> {
    let Some(numbers) = ids.as_primitive_opt::<UInt32Type>() else {
        return Ok(None);
    };
    let numbers = numbers.values();
    Ok(match kind {
        DataType::UInt32 => Some(Arc::clone(ids)),
        DataType::Int32 => {
            if let Some(id) = numbers.iter().find(|&&id| i32::try_from(id).is_err()) {
                let message = format!("the id {id} does not fit into int32");
                return Err(PyValueError::new_err(message));
            }
            let same = ScalarBuffer::<i32>::from(numbers.inner().clone());
            Some(Arc::new(Int32Array::new(same, None)))
        }
        DataType::UInt64 => {
            let wide = collected(numbers.iter().map(|&id| u64::from(id)))?;
            Some(Arc::new(UInt64Array::from(wide)))
        }
        DataType::Int64 => {
            let wide = collected(numbers.iter().map(|&id| i64::from(id)))?;
            Some(Arc::new(Int64Array::from(wide)))
        }
        _ => None,
    })
}

fn value_error(error: ArrowError) -> PyErr {
    PyValueError::new_err(error.to_string())
}

/// Checks that offsets never fall, and end within the ids. They may start anywhere.
fn check(ids: &ArrayRef, offsets: &[i64]) -> PyResult<()> {
    let fits = match (offsets.first(), offsets.last()) {
        (Some(&first), Some(&last)) => {
            first >= 0 && usize::try_from(last).is_ok_and(|last| last <= ids.len())
        }
        _ => false,
    };
    if !fits || !offsets.is_sorted() || ids.data_type() != &DataType::UInt32 {
        return Err(PyValueError::new_err("offsets do not fit the ids"));
    }
    Ok(())
}

/// Returns the ids of Arrow lists, as buffers of `uint32`, and the offsets of the lists.
#[pyfunction]
#[pyo3(signature = (lists, /))]
pub(crate) fn batch_from_arrow(
    lists: &Bound<'_, PyAny>,
) -> PyResult<(Vec<PyArrowBuffer>, Vec<u64>)> {
    let Some(reader) = reader(lists)? else {
        let kind = lists.get_type();
        let message = format!("expected an Arrow array of lists, not {}", kind.name()?);
        return Err(PyTypeError::new_err(message));
    };
    let (mut buffers, mut ends, mut end) = (Vec::new(), vec![0_u64], 0_u64);
    for chunk in reader {
        let chunk = chunk.map_err(|error| PyValueError::new_err(error.to_string()))?;
        validated(&chunk)?;
        if let Some(null) = chunk
            .logical_nulls()
            .and_then(|n| n.iter().position(|v| !v))
        {
            let message = format!("list {} is null", ends.len() - 1 + null);
            return Err(PyValueError::new_err(message));
        }
        let (offsets, values): (Vec<usize>, &ArrayRef) = match chunk.data_type() {
            DataType::List(_) => {
                let list = chunk.as_list::<i32>();
                let offsets = list.value_offsets().iter();
                let offsets = offsets.map(|&offset| usize::try_from(offset).unwrap_or(0));
                (offsets.collect(), list.values())
            }
            DataType::LargeList(_) => {
                let list = chunk.as_list::<i64>();
                let offsets = list.value_offsets().iter();
                let offsets = offsets.map(|&offset| usize::try_from(offset).unwrap_or(0));
                (offsets.collect(), list.values())
            }
            other => {
                let message = format!("expected an Arrow array of lists of uint32, not of {other}");
                return Err(PyTypeError::new_err(message));
            }
        };
        let Some(ids) = values.as_primitive_opt::<UInt32Type>() else {
            let message = format!("expected lists of uint32, not of {}", values.data_type());
            return Err(PyTypeError::new_err(message));
        };
        let (Some(&first), Some(&last)) = (offsets.first(), offsets.last()) else {
            continue;
        };
        let used = ids.slice(first, last - first);
        if used.null_count() > 0 {
            return Err(PyValueError::new_err("an id is null"));
        }
        ends.extend(
            offsets[1..]
                .iter()
                .map(|&offset| end + (offset - first) as u64),
        );
        end += (last - first) as u64;
        buffers.push(PyArrowBuffer::new(used.values().inner().clone()));
    }
    Ok((buffers, ends))
}

/// Returns the ids of all lists or arrays, and the offset of each one's first id.
#[pyfunction]
#[pyo3(signature = (lists, /))]
pub(crate) fn batch_from_lists<'py>(lists: &Bound<'py, PyAny>) -> PyResult<Arrays<'py>> {
    in_python(lists.py(), || lists.try_iter())
        .map_err(|error| wrong_type(error, "expected an iterable of lists of ids", lists))?;
    let (mut ids, mut row) = (Vec::new(), 0..);
    let mut ends = to_vec(lists, |list| {
        let row = row.next().unwrap_or(0_usize);
        if list.is_none() {
            let message = format!("list {row}: expected an iterable of ids, not None");
            return Err(PyTypeError::new_err(message));
        }
        let list = to_ids(&list)?;
        ids.try_reserve(list.len()).map_err(no_memory)?;
        ids.extend_from_slice(&list);
        Ok(ids.len() as u64)
    })?;
    ends.try_reserve(1).map_err(no_memory)?;
    ends.insert(0, 0);
    Ok((to_array(lists.py(), ids)?, to_array(lists.py(), ends)?))
}

/// Makes a batch of arrays that a user may have made, after checking them.
pub(crate) fn checked_batch(ids: Vec<u32>, offsets: Vec<u64>) -> PyResult<TokenBatch> {
    let fits = offsets.last().is_some_and(|&last| last <= ids.len() as u64);
    if !fits || !offsets.is_sorted() {
        return Err(PyValueError::new_err("offsets do not fit the ids"));
    }
    Ok(TokenBatch { ids, offsets })
}
