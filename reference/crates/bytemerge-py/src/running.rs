//! Chooses how a call of `Tokenizer` runs: on this thread or on the pool, with the GIL or without.
//!
//! For a short text, a second thread costs more than it saves, and so does giving back the GIL.

use std::num::NonZero;
use std::sync::Arc;
use std::thread;

use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::types::PyList;
use rayon::ThreadPool;

use crate::pool;
use crate::rust_core::{
    BYTES_WORTH_THREADS, Error, Options, SpecialSelection, is_room_for_threads,
};
use crate::without_gil::{on_this_thread, without_gil};

/// Special tokens as Python gives them: all of them (`None`), or a list.
pub(crate) struct SpecialNames(Option<Vec<PyBackedStr>>);

impl SpecialNames {
    /// The default for allowed special tokens.
    pub(crate) const NOTHING: Self = Self(Some(Vec::new()));
    /// The default for disallowed special tokens.
    pub(crate) const ALL: Self = Self(None);

    fn names(&self) -> Option<Vec<&str>> {
        let names = self.0.as_ref()?.iter();
        Some(names.map(|name| &**name).collect())
    }
}

impl<'py> FromPyObject<'_, 'py> for SpecialNames {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        // An empty list is frequent: iterating over it would cost as much as a dozen tokens.
        match object.cast::<PyList>() {
            Ok(list) if list.is_empty() => Ok(Self::NOTHING),
            _ => Ok(Self(object.extract()?)),
        }
    }
}

/// Runs `work` on `size` bytes without the GIL, on `threads` threads if that many are worth it; 0
/// means all.
pub(crate) fn run_with_options<T: Send>(
    py: Python<'_>,
    size: usize,
    (allowed, disallowed, threads, add_special_tokens): (&SpecialNames, &SpecialNames, usize, bool),
    work: impl FnOnce(&Options) -> Result<T, Error> + Send,
) -> PyResult<T> {
    fn selection<'a>(listed: Option<&'a [&'a str]>) -> SpecialSelection<'a> {
        listed.map_or(SpecialSelection::All, SpecialSelection::Only)
    }
    let (allowed, disallowed) = (allowed.names(), disallowed.names());
    let options = Options {
        allowed_special: selection(allowed.as_deref()),
        disallowed_special: selection(disallowed.as_deref()),
        add_special_tokens,
        ..Options::default()
    };
    let Some(pool) = pool_for(threads, size) else {
        return on_this_thread(py, size, |should_stop| {
            work(&Options {
                should_stop,
                ..options
            })
        });
    };
    without_gil(py, size, |should_stop| {
        pool.install(|| {
            work(&Options {
                threads,
                should_stop,
                ..options
            })
        })
    })
}

/// Returns the thread pool for work on `size` bytes, or `None` if one thread is asked for or
/// enough, or if there is no memory for more.
pub(crate) fn pool_for(threads: usize, size: usize) -> Option<Arc<ThreadPool>> {
    // The memory of all ids, and at worst the same again for results that wait to be joined. A
    // token of English has four bytes, and so has its id.
    let results = size.saturating_mul(2);
    if threads == 1 || size < BYTES_WORTH_THREADS || !is_room_for_threads(processors() + 1, results)
    {
        return None;
    }
    pool::of_this_process().ok()
}

/// Returns the number of processors that this process may use.
pub(crate) fn processors() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}
