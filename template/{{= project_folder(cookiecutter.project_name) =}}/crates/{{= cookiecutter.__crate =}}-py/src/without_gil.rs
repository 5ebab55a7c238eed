//! Runs Rust code while other Python threads run.

#![allow(dead_code, reason = "machinery: a function takes what it needs of it")]

use std::cell::Cell;
use std::panic::resume_unwind;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread::{self, ThreadId};
use std::time::Duration;

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::PyCFunction;

use crate::error::to_python;
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
    note_the_end(py)?;
    if size < LONG {
        let result = py.detach(|| {
            let result = work(&|| false);
            wait_for_the_end();
            result
        });
        return result.map_err(|error| to_python(&error));
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
                if is_left_behind() {
                    continue;
                }
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
            let result = worker.join().unwrap_or_else(|panic| resume_unwind(panic));
            wait_for_the_end();
            Ok(result)
        })
    })?;
    result.map_err(|error| to_python(&error))
}

/// The thread that ends Python, once it has begun to.
static ENDED_BY: OnceLock<ThreadId> = OnceLock::new();

/// Has Python say when it begins to end.
fn note_the_end(py: Python<'_>) -> PyResult<()> {
    static IS_NOTED: AtomicBool = AtomicBool::new(false);
    if IS_NOTED.load(Ordering::Relaxed) || IS_NOTED.swap(true, Ordering::Relaxed) {
        return Ok(());
    }
    let end = PyCFunction::new_closure(py, None, None, |_, _| {
        ENDED_BY.get_or_init(|| thread::current().id());
    })?;
    py.import("atexit")?.call_method1("register", (end,))?;
    Ok(())
}

/// Returns whether Python is ending on another thread.
fn is_left_behind() -> bool {
    ENDED_BY
        .get()
        .is_some_and(|&thread| thread != thread::current().id())
}

/// Waits once in each thread while Python ends on another one, which usually ends the process.
///
/// A daemon thread that asks for the GIL then may read what Python has freed, and crash. It waits
/// only for so long, because a function that Python calls at its end may be waiting for the thread.
fn wait_for_the_end() {
    thread_local! {
        static HAS_WAITED: Cell<bool> = const { Cell::new(false) };
    }
    if is_left_behind() && !HAS_WAITED.replace(true) {
        thread::sleep(Duration::from_secs(1));
    }
}
