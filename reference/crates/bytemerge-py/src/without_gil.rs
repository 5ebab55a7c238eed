//! Work in Rust while Python goes on.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use pyo3::prelude::*;

use crate::error::to_python;
use crate::rust_core::{Error, ShouldStop};

/// Bytes of text from which on work is worth interrupting: some milliseconds. Below, the thread
/// that watches for Ctrl-C would cost more than the work.
const LONG: usize = 1 << 20;

/// How long Ctrl-C may wait. Python only notes a signal; somebody has to ask for it.
pub(crate) const POLL: Duration = Duration::from_millis(50);

/// Runs `work` on `size` bytes without the GIL, on a thread of its own if it is long. On long work, Ctrl-C stops it.
///
/// For work that several threads share, so that the calling thread waits for them anyhow. Where the system gives no
/// thread, it is the calling one that works.
/// Only the main thread of Python receives signals: elsewhere the work runs to its end.
pub(crate) fn without_gil<T: Send>(
    py: Python<'_>,
    size: usize,
    work: impl FnOnce(&ShouldStop) -> Result<T, Error> + Send,
) -> PyResult<T> {
    if size < LONG {
        return on_this_thread(py, size, work);
    }
    let stop = AtomicBool::new(false);
    let should_stop = || stop.load(Ordering::Relaxed);
    let work = Mutex::new(Some(work));
    let take_work = || work.lock().unwrap_or_else(PoisonError::into_inner).take();
    let done = py.detach(|| {
        thread::scope(|scope| {
            let (at_work, watch) = channel::<()>();
            let spawned = thread::Builder::new().spawn_scoped(scope, || {
                // Dropped at the end, also by a panic: that is what the watcher sees.
                let _at_work = at_work;
                take_work().map(|work| work(&should_stop))
            });
            let Ok(worker) = spawned else {
                return Ok(None);
            };
            while watch.recv_timeout(POLL) == Err(RecvTimeoutError::Timeout) {
                if let Err(signal) = check_signals() {
                    stop.store(true, Ordering::Relaxed);
                    return Err(signal);
                }
            }
            Ok(worker.join().unwrap_or_else(|panic| resume_unwind(panic)))
        })
    })?;
    match (done, take_work()) {
        (Some(result), _) => result.map_err(|error| to_python(&error)),
        (None, Some(work)) => on_this_thread(py, size, work),
        (None, None) => Err(to_python(&Error::OutOfMemory)),
    }
}

/// Runs `work` on `size` bytes without the GIL, on the calling thread alone. On long work, Ctrl-C stops it.
pub(crate) fn on_this_thread<T: Send>(
    py: Python<'_>,
    size: usize,
    work: impl FnOnce(&ShouldStop) -> Result<T, Error> + Send,
) -> PyResult<T> {
    if size < LONG {
        return py
            .detach(|| work(&|| false))
            .map_err(|error| to_python(&error));
    }
    // When the last question was, and the exception of the signal.
    let asked = Mutex::new((Instant::now(), None));
    let result = py.detach(|| {
        work(&|| {
            // Somebody else is asking.
            let Ok(mut asked) = asked.try_lock() else {
                return false;
            };
            if asked.1.is_none() && asked.0.elapsed() >= POLL {
                asked.1 = check_signals().err();
                asked.0 = Instant::now();
            }
            asked.1.is_some()
        })
    });
    match asked.into_inner().unwrap_or_else(PoisonError::into_inner).1 {
        Some(signal) => Err(signal),
        None => result.map_err(|error| to_python(&error)),
    }
}

fn check_signals() -> PyResult<()> {
    #[expect(
        clippy::redundant_closure_for_method_calls,
        reason = "the method alone does not fit every lifetime"
    )]
    Python::attach(|py| py.check_signals())
}
