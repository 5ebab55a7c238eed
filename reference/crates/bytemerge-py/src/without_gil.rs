//! Runs work in Rust without the GIL, so that other Python threads run meanwhile.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use pyo3::exceptions::PyImportError;
use pyo3::prelude::*;

use crate::error::to_python;
use crate::python_calls::in_python;
use crate::rust_core::{Error, ShouldStop, is_room_for_threads};

/// Bytes of text from which interrupting the work is worth it: some milliseconds. Below, the thread
/// that watches for Ctrl-C would cost more than the work.
const LONG: usize = 1 << 20;

/// Bytes of text below which the GIL is kept: some microseconds, of which giving it back and taking
/// it again would be a tenth.
const SHORT: usize = 1 << 10;

/// How long Ctrl-C may take. Python only notes a signal; the code must check for it.
pub(crate) const POLL: Duration = Duration::from_millis(50);

/// Runs `work` on `size` bytes without the GIL, on a thread of its own if it is long. On long work,
/// Ctrl-C stops it.
///
/// For work that several threads share, so that the calling thread waits for them anyway. If the
/// system has no thread to give, the calling thread does the work. Only the main thread of Python
/// receives signals: on any other, the work runs to its end.
pub(crate) fn without_gil<T: Send>(
    py: Python<'_>,
    size: usize,
    work: impl FnOnce(&ShouldStop) -> Result<T, Error> + Send,
) -> PyResult<T> {
    if size < LONG || !is_main_thread(py)? || !is_room_for_threads(1, size) {
        return on_this_thread(py, size, work);
    }
    let stop = AtomicBool::new(false);
    let should_stop = || stop.load(Ordering::Relaxed);
    let work = Mutex::new(Some(work));
    let take_work = || work.lock().unwrap_or_else(PoisonError::into_inner).take();
    let finished = Finished::default();
    let done = py.detach(|| {
        thread::scope(|scope| {
            let spawned = thread::Builder::new().spawn_scoped(scope, || {
                // Runs after a panic too.
                let _at_end = AtEnd(&finished);
                take_work().map(|work| work(&should_stop))
            });
            let Ok(worker) = spawned else {
                return Ok(None);
            };
            while !finished.within(POLL) {
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

/// Runs `work` on `size` bytes without the GIL, on the calling thread alone. On long work, Ctrl-C
/// stops it. Short work keeps the GIL.
pub(crate) fn on_this_thread<T: Send>(
    py: Python<'_>,
    size: usize,
    work: impl FnOnce(&ShouldStop) -> Result<T, Error> + Send,
) -> PyResult<T> {
    if size < SHORT {
        return work(&|| false).map_err(|error| to_python(&error));
    }
    if size < LONG || !is_main_thread(py)? {
        return py
            .detach(|| work(&|| false))
            .map_err(|error| to_python(&error));
    }
    // The time of the last check, and the exception of the signal handler.
    let asked = Mutex::new((Instant::now(), None));
    let result = py.detach(|| {
        work(&|| {
            // Another thread is checking.
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

/// A flag for finished work. Unlike with a channel, waiting takes no memory, which the work may
/// just have used up.
#[derive(Default)]
struct Finished(Mutex<bool>, Condvar);

impl Finished {
    /// Waits for at most `time`, and returns whether the work is done.
    fn within(&self, time: Duration) -> bool {
        let finished = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self
            .1
            .wait_timeout_while(finished, time, |finished| !*finished);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

/// Sets the flag when it goes out of scope.
struct AtEnd<'a>(&'a Finished);

impl Drop for AtEnd<'_> {
    fn drop(&mut self) {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.0.1.notify_one();
    }
}

/// Returns whether this is Python's main thread, the only one that receives signals.
///
/// No other thread may call `Python::attach` while it works, since that crashes if Python has ended
/// meanwhile: it needs `Python::try_attach`. At the end of `Python::detach`, such a thread stops by
/// itself.
pub(crate) fn is_main_thread(py: Python<'_>) -> PyResult<bool> {
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

fn check_signals() -> PyResult<()> {
    #[expect(
        clippy::redundant_closure_for_method_calls,
        reason = "the method alone does not fit every lifetime"
    )]
    Python::attach(|py| py.check_signals())
}
