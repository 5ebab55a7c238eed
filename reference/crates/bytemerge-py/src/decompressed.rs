//! Reads the bytes of Python's open files in Rust, and decompresses them where needed.

use std::io::{self, Read};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use pyo3::exceptions::{PyOSError, PyValueError};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::PyBytes;

use crate::python_calls::in_python;
use crate::rust_core::{self, decompressed};

/// The content of a file, decompressed if it is compressed by gzip, zstd, bzip2 or xz. It reads one
/// ``read1`` at a time.
#[pyclass(frozen, module = "bytemerge._core")]
pub(crate) struct Decompressed {
    content: Mutex<Box<dyn Read + Send>>,
    watched: Watched,
}

/// The state of the Python file behind the decoder.
#[derive(Clone, Default)]
pub(crate) struct Watched {
    bytes_read: Arc<AtomicU64>,
    /// The exception that ended a read.
    raised: Arc<Mutex<Option<PyErr>>>,
}

/// A Python file, readable from Rust.
pub(crate) struct PythonFile {
    file: Py<PyAny>,
    /// The method that reads: `read1` returns as soon as there are some bytes.
    method: &'static str,
    watched: Watched,
}

impl PythonFile {
    /// Takes a file, which is read by its method `read`.
    pub(crate) fn new(file: Py<PyAny>) -> Self {
        Self {
            file,
            method: "read",
            watched: Watched::default(),
        }
    }

    pub(crate) fn watched(&self) -> Watched {
        self.watched.clone()
    }
}

/// Returns whether a file that starts with these bytes is compressed.
#[pyfunction]
#[pyo3(signature = (start, /))]
pub(crate) fn is_compressed(start: &[u8]) -> bool {
    rust_core::is_compressed(start)
}

#[pymethods]
impl Decompressed {
    #[new]
    #[pyo3(signature = (file, /))]
    fn new(file: Py<PyAny>) -> PyResult<Self> {
        let watched = Watched::default();
        let source = PythonFile {
            file,
            method: "read1",
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
        let raised = self.raised();
        raised.unwrap_or_else(|| PyOSError::new_err(error.to_string()))
    }

    /// Returns the exception that Python raised, if it did.
    pub(crate) fn raised(&self) -> Option<PyErr> {
        let mut raised = self.raised.lock().unwrap_or_else(PoisonError::into_inner);
        raised.take()
    }
}

impl Read for PythonFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = Python::try_attach(|py| {
            let bytes = in_python(py, || {
                self.file.call_method1(py, self.method, (buffer.len(),))
            })?;
            let bytes = bytes.extract::<PyBackedBytes>(py)?;
            let target = buffer.get_mut(..bytes.len()).ok_or_else(|| {
                let method = self.method;
                PyValueError::new_err(format!("{method} returned more than it was asked for"))
            })?;
            target.copy_from_slice(&bytes);
            Ok(bytes.len())
        });
        match read {
            // In a thread that is not Python's main one.
            None => Err(io::Error::other("Python has ended")),
            Some(Ok(read)) => {
                let bytes_read = &self.watched.bytes_read;
                bytes_read.fetch_add(read as u64, Ordering::Relaxed);
                Ok(read)
            }
            Some(Err(raised)) => {
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
