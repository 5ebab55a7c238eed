//! Work in Rust while Python goes on.

#![allow(dead_code, reason = "machinery: a function takes what it needs of it")]

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;

use crate::error::to_python;
use crate::rust_core::{Error, ShouldStop};

/// Bytes of text from which on work is worth interrupting: some milliseconds. Below, the thread
/// that watches for Ctrl-C would cost more than the work.
const LONG: usize = 1 << 20;

/// How long Ctrl-C may wait. Python only notes a signal; somebody has to ask for it.
pub(crate) const POLL: Duration = Duration::from_millis(50);

/// Runs `work` on `size` bytes without the GIL; on long work, Ctrl-C stops it.
///
/// `RuntimeError` when the system gives no thread for it.
/// Only the main thread of Python receives signals: elsewhere the work runs to its end.
pub(crate) fn without_gil<T: Send>(
    py: Python<'_>,
    size: usize,
    work: impl FnOnce(&ShouldStop) -> Result<T, Error> + Send,
) -> PyResult<T> {
    if size < LONG {
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
                    // Dropped at the end, also by a panic: that is what the watcher sees.
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
