//! Runs tasks on several threads and returns their results in order.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::error::Error;
use crate::options::Options;

/// Runs all tasks, each on one of several threads, and returns the results in order.
///
/// # Errors
///
/// The error of the first task that has one. All tasks before it have run, since tasks are taken in
/// order.
pub(super) fn run<T: Sync, R: Send>(
    tasks: &[T],
    options: &Options,
    work: impl Fn(&T) -> Result<R, Error> + Sync,
) -> Result<Vec<R>, Error> {
    let threads = match options.threads {
        0 => rayon::current_num_threads(),
        threads => threads,
    };
    let next = AtomicUsize::new(0);
    let failed = AtomicBool::new(false);
    let results: Vec<Mutex<Option<Result<R, Error>>>> =
        tasks.iter().map(|_| Mutex::new(None)).collect();
    rayon::scope(|scope| {
        for _ in 0..threads.min(tasks.len()) {
            scope.spawn(|_| {
                while !failed.load(Ordering::Relaxed) {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(task) = tasks.get(index) else {
                        break;
                    };
                    let result = work(task);
                    if result.is_err() {
                        failed.store(true, Ordering::Relaxed);
                    }
                    *results[index]
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner) = Some(result);
                }
            });
        }
    });
    let results = results.into_iter().map(Mutex::into_inner);
    // Tasks without a result come after one that failed.
    results
        .filter_map(|result| result.unwrap_or_else(PoisonError::into_inner))
        .collect()
}
