//! The class `Decompressed`: reads a Python file, compressed or not.

use std::io::{self, Read};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use pyo3::exceptions::{PyOSError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::PyBytes;

use crate::rust_core::decompressed;

/// The content of a file, decompressed if it is compressed by gzip, zstd, bzip2 or xz. It reads one
/// ``read1`` at a time.
#[pyclass(frozen, module = "bytemerge._core")]
pub(crate) struct Decompressed {
    content: Mutex<Box<dyn Read + Send>>,
    watched: Watched,
}

/// The state of the Python file behind the decoder.
#[derive(Clone, Default)]
struct Watched {
    bytes_read: Arc<AtomicU64>,
    /// The exception that ended a read.
    raised: Arc<Mutex<Option<PyErr>>>,
}

/// A Python file, readable from Rust.
struct PythonFile {
    file: Py<PyAny>,
    watched: Watched,
}

#[pymethods]
impl Decompressed {
    #[new]
    #[pyo3(signature = (file, /))]
    fn new(file: Py<PyAny>) -> PyResult<Self> {
        let watched = Watched::default();
        let source = PythonFile {
            file,
            watched: watched.clone(),
        };
        let content = decompressed(source).map_err(|error| watched.exception(&error))?;
        let content = Mutex::new(content);
        Ok(Self { content, watched })
    }

    /// Returns at most `size` bytes, as soon as there are some, or no bytes at the end.
    #[pyo3(signature = (size, /))]
    fn read1<'py>(&self, py: Python<'py>, size: usize) -> PyResult<Bound<'py, PyBytes>> {
        let mut buffer = vec![0; size];
        // Without the GIL: reading the file takes it.
        let read = py.detach(|| {
            let mut content = self.content.lock().unwrap_or_else(PoisonError::into_inner);
            content.read(&mut buffer)
        });
        let read = read.map_err(|error| self.watched.exception(&error))?;
        Ok(PyBytes::new(py, &buffer[..read]))
    }

    /// Returns the number of bytes read from the file, before decompression.
    #[getter]
    fn bytes_read(&self) -> u64 {
        self.watched.bytes_read.load(Ordering::Relaxed)
    }
}

impl Watched {
    /// Returns the exception that Python raised, or else one for the error of the decoder.
    fn exception(&self, error: &io::Error) -> PyErr {
        let mut raised = self.raised.lock().unwrap_or_else(PoisonError::into_inner);
        let raised = raised.take();
        raised.unwrap_or_else(|| PyOSError::new_err(error.to_string()))
    }
}

impl Read for PythonFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = Python::attach(|py| {
            let bytes = self
                .file
                .call_method1(py, intern!(py, "read1"), (buffer.len(),))?;
            let bytes = bytes.extract::<PyBackedBytes>(py)?;
            let target = buffer.get_mut(..bytes.len()).ok_or_else(|| {
                PyValueError::new_err("read1 returned more than it was asked for")
            })?;
            target.copy_from_slice(&bytes);
            Ok(bytes.len())
        });
        match read {
            Ok(read) => {
                let bytes_read = &self.watched.bytes_read;
                bytes_read.fetch_add(read as u64, Ordering::Relaxed);
                Ok(read)
            }
            Err(raised) => {
                let mut slot = self
                    .watched
                    .raised
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner);
                *slot = Some(raised);
                Err(io::Error::other("an exception of Python"))
            }
        }
    }
}
