//! Reports progress to Python, which may stop the work.

use std::time::Instant;

use pyo3::prelude::*;

use crate::error::to_python;
use crate::rust_core::Error;
use crate::without_gil::POLL;

/// Calls a Python function now and then, and checks for signals.
pub(crate) struct Report<'a> {
    progress: Option<&'a Py<PyAny>>,
    last: Instant,
    /// The exception that ended the work, from a signal handler or from the function.
    exception: Option<PyErr>,
}

impl<'a> Report<'a> {
    pub(crate) fn to(progress: Option<&'a Py<PyAny>>) -> Self {
        Self {
            progress,
            last: Instant::now(),
            exception: None,
        }
    }

    /// Reports to Python, if the last report was a while ago or all is done.
    ///
    /// # Errors
    ///
    /// [`Error::Interrupted`] if Python raises an exception, which [`Report::exception`] returns.
    pub(crate) fn tell(&mut self, done: u64, total: u64) -> Result<(), Error> {
        if self.last.elapsed() < POLL && done < total {
            return Ok(());
        }
        self.last = Instant::now();
        let heard = Python::attach(|py| {
            py.check_signals()?;
            match self.progress {
                Some(progress) => progress.call1(py, (done, total)).map(drop),
                None => Ok(()),
            }
        });
        heard.map_err(|raised| {
            self.exception = Some(raised);
            Error::Interrupted
        })
    }

    /// Returns the exception for an error of the reported work.
    pub(crate) fn exception(self, error: &Error) -> PyErr {
        self.exception.unwrap_or_else(|| to_python(error))
    }
}
