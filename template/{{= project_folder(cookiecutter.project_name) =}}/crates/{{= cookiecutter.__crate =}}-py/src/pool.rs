//! The threads of this process.

#![allow(dead_code, reason = "machinery: a function takes what it needs of it")]

use std::sync::{Arc, Mutex};

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

/// The pool, and the process that made it.
static POOL: Mutex<Option<(u32, Arc<ThreadPool>)>> = Mutex::new(None);

/// The shared pool of this process, made at its first use.
///
/// rayon's own global pool does not survive `os.fork`, which multiprocessing uses: its threads are
/// not there in the child, which would wait for them for ever. So a child makes its own.
///
/// # Errors
///
/// `RuntimeError` when the system gives no threads.
pub(crate) fn of_this_process() -> PyResult<Arc<ThreadPool>> {
    let process = std::process::id();
    // A lock that another thread held at the moment of a fork stays locked in the child for ever:
    // never wait for it. A pool for one call is the worst that can happen.
    let Ok(mut slot) = POOL.try_lock() else {
        return build();
    };
    match &*slot {
        Some((owner, pool)) if *owner == process => return Ok(Arc::clone(pool)),
        _ => {}
    }
    let pool = build()?;
    if let Some(of_parent) = slot.replace((process, Arc::clone(&pool))) {
        // Dropping it would wait for threads that are not here.
        std::mem::forget(of_parent);
    }
    Ok(pool)
}

fn build() -> PyResult<Arc<ThreadPool>> {
    ThreadPoolBuilder::new()
        .thread_name(|index| format!("{{= cookiecutter.__crate =}}-{index}"))
        .build()
        .map(|pool| {
            // A thread takes memory when it starts: before the work does, which may need all there is.
            pool.broadcast(|_| ());
            Arc::new(pool)
        })
        .map_err(|error| PyRuntimeError::new_err(format!("no thread pool: {error}")))
}
