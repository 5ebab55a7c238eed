//! How Python hears how far work has come, and stops it.

use std::time::Instant;

use pyo3::prelude::*;

use crate::error::to_python;
use crate::rust_core::Error;
use crate::without_gil::POLL;

/// Calls a function of Python's now and then, and asks for signals.
pub(crate) struct Report<'a> {
    progress: Option<&'a Py<PyAny>>,
    last: Instant,
    /// What ended the work: a signal's exception, or the function's.
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

    /// Python hears of it when it has not for a while, or when all is done.
    ///
    /// # Errors
    ///
    /// [`Error::Interrupted`] when Python raises something; [`Report::exception`] has it.
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

    /// What to raise for an error of work that has told this.
    pub(crate) fn exception(self, error: &Error) -> PyErr {
        self.exception.unwrap_or_else(|| to_python(error))
    }
}
