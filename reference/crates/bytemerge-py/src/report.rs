//! Reports progress to Python, which may stop the work.

use std::time::Instant;

use pyo3::prelude::*;

use crate::error::to_python;
use crate::python_calls::in_python;
use crate::rust_core::Error;
use crate::without_gil::{POLL, is_main_thread};

/// Calls a Python function now and then, and checks for signals.
pub(crate) struct Report<'a> {
    progress: Option<&'a Py<PyAny>>,
    /// Whether there is a function to call, or a signal may arrive.
    is_heard: bool,
    last: Instant,
    /// The exception that ended the work, from a signal handler or from the function.
    exception: Option<PyErr>,
}

impl<'a> Report<'a> {
    pub(crate) fn to(py: Python<'_>, progress: Option<&'a Py<PyAny>>) -> PyResult<Self> {
        Ok(Self {
            progress,
            is_heard: progress.is_some() || is_main_thread(py)?,
            last: Instant::now(),
            exception: None,
        })
    }

    /// Reports to Python, if the last report was a while ago or all is done.
    ///
    /// # Errors
    ///
    /// [`Error::Interrupted`] if Python raises an exception, which [`Report::exception`] returns,
    /// or if Python has ended, as it may in a thread that is not its main one.
    pub(crate) fn tell(&mut self, done: u64, total: u64) -> Result<(), Error> {
        if !self.is_heard || (self.last.elapsed() < POLL && done < total) {
            return Ok(());
        }
        self.last = Instant::now();
        let heard = Python::try_attach(|py| {
            py.check_signals()?;
            match self.progress {
                Some(progress) => in_python(py, || progress.call1(py, (done, total))).map(drop),
                None => Ok(()),
            }
        });
        match heard {
            Some(Ok(())) => Ok(()),
            Some(Err(raised)) => {
                self.exception = Some(raised);
                Err(Error::Interrupted)
            }
            None => Err(Error::Interrupted),
        }
    }

    /// Returns the exception for an error of the reported work.
    pub(crate) fn exception(&mut self, error: &Error) -> PyErr {
        self.exception.take().unwrap_or_else(|| to_python(error))
    }
}
