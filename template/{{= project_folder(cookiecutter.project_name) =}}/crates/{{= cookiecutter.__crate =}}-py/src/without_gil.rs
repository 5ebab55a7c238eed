//! Runs Rust code while other Python threads run.

#![allow(dead_code, reason = "machinery: a function takes what it needs of it")]

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use pyo3::exceptions::{PyImportError, PyRuntimeError};
use pyo3::prelude::*;

use crate::error::to_python;
use crate::python_calls::in_python;
use crate::rust_core::{Error, ShouldStop};

/// The smallest size in bytes for which Ctrl-C stops the work. It stands for a few milliseconds:
/// for less text, a thread that watches for Ctrl-C would cost more than the work.
const LONG: usize = 1 << 20;

/// The longest delay of Ctrl-C. Python only records a signal; a thread must check for it.
pub(crate) const POLL: Duration = Duration::from_millis(50);

/// Runs `work` on `size` bytes without the GIL; Ctrl-C stops it if it is long.
///
/// Only Python's main thread receives signals: in other threads, the work runs to its end.
///
/// # Errors
///
/// `RuntimeError` if the system cannot start a thread.
pub(crate) fn without_gil<T: Send>(
    py: Python<'_>,
    size: usize,
    work: impl FnOnce(&ShouldStop) -> Result<T, Error> + Send,
) -> PyResult<T> {
    if size < LONG || !is_main_thread(py)? {
        return py
            .detach(|| work(&|| false))
            .map_err(|error| to_python(&error));
    }
    let stop = AtomicBool::new(false);
    let should_stop = || stop.load(Ordering::Relaxed);
    let result = py.detach(|| {
        thread::scope(|scope| {
            let (at_work, watch) = channel::<()>();
            let worker = thread::Builder::new()
                .spawn_scoped(scope, move || {
                    // Dropped at the end, even by a panic: the watcher sees the channel close.
                    let _at_work = at_work;
                    work(&should_stop)
                })
                .map_err(|error| PyRuntimeError::new_err(format!("no thread: {error}")))?;
            while watch.recv_timeout(POLL) == Err(RecvTimeoutError::Timeout) {
                #[expect(
                    clippy::redundant_closure_for_method_calls,
                    reason = "the method alone does not fit every lifetime"
                )]
                let signals = Python::attach(|py| py.check_signals());
                if let Err(signal) = signals {
                    stop.store(true, Ordering::Relaxed);
                    return Err(signal);
                }
            }
            Ok(worker.join().unwrap_or_else(|panic| resume_unwind(panic)))
        })
    })?;
    result.map_err(|error| to_python(&error))
}

/// Returns whether this is Python's main thread, the only one that receives signals.
///
/// No other thread may call `Python::attach` while it works, since that crashes if Python has ended
/// meanwhile. At the end of `Python::detach`, such a thread stops by itself.
fn is_main_thread(py: Python<'_>) -> PyResult<bool> {
    let threading = match in_python(py, || py.import("threading")) {
        // While Python ends, it is too late to import anything.
        Err(error) if error.is_instance_of::<PyImportError>(py) => return Ok(false),
        imported => imported?,
    };
    in_python(py, || {
        let main = threading.call_method0("main_thread")?.getattr("ident")?;
        threading.call_method0("get_ident")?.eq(main)
    })
}
