//! The thread pool of this process.

#![allow(dead_code, reason = "machinery: a function takes what it needs of it")]

use std::sync::{Arc, Mutex};

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

/// The pool, and the process that made it.
static POOL: Mutex<Option<(u32, Arc<ThreadPool>)>> = Mutex::new(None);

/// Returns the shared pool of this process, which the first call creates.
///
/// rayon's global pool does not survive `os.fork`, which multiprocessing uses: the child lacks its
/// threads and would wait for them for ever. So each child creates its own pool.
///
/// # Errors
///
/// `RuntimeError` if the system cannot start threads.
pub(crate) fn of_this_process() -> PyResult<Arc<ThreadPool>> {
    let process = std::process::id();
    // Never block: a lock held by another thread during `fork` stays locked in the child. At worst,
    // this call gets a pool of its own.
    let Ok(mut slot) = POOL.try_lock() else {
        return build();
    };
    match &*slot {
        Some((owner, pool)) if *owner == process => return Ok(Arc::clone(pool)),
        _ => {}
    }
    let pool = build()?;
    if let Some(of_parent) = slot.replace((process, Arc::clone(&pool))) {
        // Dropping it would wait for threads that this process does not have.
        std::mem::forget(of_parent);
    }
    Ok(pool)
}

fn build() -> PyResult<Arc<ThreadPool>> {
    ThreadPoolBuilder::new()
        .thread_name(|index| format!("{{= cookiecutter.__crate =}}-{index}"))
        .build()
        .map(|pool| {
            // Start all threads now: they need memory, and the work may later use all of it.
            pool.broadcast(|_| ());
            Arc::new(pool)
        })
        .map_err(|error| PyRuntimeError::new_err(format!("no thread pool: {error}")))
}
