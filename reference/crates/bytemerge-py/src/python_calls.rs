//! Calls Python code from Rust, also in threads that are at work while Python ends.
//!
//! When Python ends, it stops every other thread that asks for the GIL. Before 3.14, it unwinds the
//! stack of the thread (<https://github.com/python/cpython/issues/87135>), and the process aborts
//! when that reaches Rust. PyO3 prevents this where a thread takes the GIL back after working
//! without it. But any code written in Python gives the GIL back and takes it. So when Python ends,
//! no other thread should be in Python code that Rust has called.

#![allow(dead_code, reason = "machinery: a function takes what it needs of it")]

use std::iter;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use pyo3::prelude::*;
use pyo3::types::{PyCFunction, PyList, PyTuple};

/// The number of calls of Python code that have not returned.
static CALLS: AtomicUsize = AtomicUsize::new(0);

/// Whether Python is ending, so that no other call may begin.
static IS_ENDING: AtomicBool = AtomicBool::new(false);

/// The thread that runs what Python does at its end.
static LAST_THREAD: OnceLock<ThreadId> = OnceLock::new();

/// How long the end of Python waits for running calls, and a new call for the process to end.
const PATIENCE: Duration = Duration::from_secs(1);

/// Returns the items of an iterable, which may be a generator.
pub(crate) fn iterate<'py>(
    iterable: &Bound<'py, PyAny>,
) -> PyResult<impl Iterator<Item = PyResult<Bound<'py, PyAny>>>> {
    let py = iterable.py();
    let is_plain =
        iterable.is_exact_instance_of::<PyList>() || iterable.is_exact_instance_of::<PyTuple>();
    let mut iterator = in_python(py, || iterable.try_iter())?;
    Ok(iter::from_fn(move || {
        if is_plain {
            return iterator.next();
        }
        in_python(py, || iterator.next().transpose()).transpose()
    }))
}

/// Returns the result of `work`, which may run code written in Python.
pub(crate) fn in_python<T>(py: Python<'_>, work: impl FnOnce() -> PyResult<T>) -> PyResult<T> {
    static IS_REGISTERED: AtomicBool = AtomicBool::new(false);
    // No lock is held while Python runs: if another thread forked meanwhile, the child would wait
    // for it forever. So two threads may both register, which does no harm.
    if !IS_REGISTERED.load(Ordering::Relaxed) {
        wait_at_end(py)?;
        IS_REGISTERED.store(true, Ordering::Relaxed);
    }
    if IS_ENDING.load(Ordering::Relaxed) && LAST_THREAD.get() != Some(&thread::current().id()) {
        // Usually the process ends meanwhile. If not, Python may be waiting for this thread.
        py.detach(|| thread::sleep(PATIENCE));
        IS_ENDING.store(false, Ordering::Relaxed);
    }
    let _call = Call::begin();
    work()
}

/// Makes the end of Python wait for calls of Python code, and lets no other begin.
fn wait_at_end(py: Python<'_>) -> PyResult<()> {
    let wait = PyCFunction::new_closure(py, None, None, |arguments, _| {
        LAST_THREAD.get_or_init(|| thread::current().id());
        IS_ENDING.store(true, Ordering::Relaxed);
        let start = Instant::now();
        arguments.py().detach(|| {
            while CALLS.load(Ordering::Relaxed) > 0 && start.elapsed() < PATIENCE {
                thread::sleep(Duration::from_millis(1));
            }
        });
    })?;
    let atexit = py.import("atexit")?;
    atexit.call_method1("register", (wait,)).map(drop)
}

/// A call of Python code, until it is dropped: also by a panic.
struct Call;

impl Call {
    fn begin() -> Self {
        CALLS.fetch_add(1, Ordering::Relaxed);
        Self
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        CALLS.fetch_sub(1, Ordering::Relaxed);
    }
}
