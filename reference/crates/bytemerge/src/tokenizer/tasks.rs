//! Runs tasks on several threads, and joins their results in order while the others still run.
//!
//! Joining at the end instead kept all results until then. Each had pages of its own from the
//! system, and one thread copied them all. Joined at once, a result is still in the processor's
//! cache, and its memory serves the next task.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::error::Error;
use crate::options::Options;

/// The results that are joined so far.
struct Joined<R, J> {
    join: J,
    /// The index of the next task to join.
    next: usize,
    /// Results of later tasks, by the index of their task.
    waiting: BTreeMap<usize, R>,
    /// Results that were joined, for their memory.
    spare: Vec<R>,
    /// The first task that failed, and its error.
    failed: Option<(usize, Error)>,
}

impl<R: Default, J: FnMut(&mut R) -> Result<(), Error>> Joined<R, J> {
    /// Takes the result of a task, and leaves one that may be overwritten.
    fn take(&mut self, index: usize, result: &mut R) -> Result<(), Error> {
        if index > self.next {
            let spare = self.spare.pop().unwrap_or_default();
            self.waiting.insert(index, std::mem::replace(result, spare));
            return Ok(());
        }
        (self.join)(result)?;
        self.next += 1;
        while let Some(mut result) = self.waiting.remove(&self.next) {
            (self.join)(&mut result)?;
            self.next += 1;
            self.spare.push(result);
        }
        Ok(())
    }
}

/// Runs all tasks, each on one of several threads. `work` overwrites a result, which may be that of
/// an earlier task. `join` gets the results in the order of the tasks.
///
/// # Errors
///
/// The error of the first task that has one. All tasks before it have run, since tasks are taken in
/// order.
pub(super) fn run<T: Sync, R: Default + Send>(
    tasks: &[T],
    options: &Options,
    work: impl Fn(&T, &mut R) -> Result<(), Error> + Sync,
    join: impl FnMut(&mut R) -> Result<(), Error> + Send,
) -> Result<(), Error> {
    let threads = match options.threads {
        0 => rayon::current_num_threads(),
        threads => threads,
    };
    let first = AtomicUsize::new(0);
    let has_failed = AtomicBool::new(false);
    let joined = Mutex::new(Joined {
        join,
        next: 0,
        waiting: BTreeMap::new(),
        spare: Vec::new(),
        failed: None,
    });
    rayon::scope(|scope| {
        for _ in 0..threads.min(tasks.len()) {
            scope.spawn(|_| {
                let mut result = R::default();
                while !has_failed.load(Ordering::Relaxed) {
                    let index = first.fetch_add(1, Ordering::Relaxed);
                    let Some(task) = tasks.get(index) else {
                        break;
                    };
                    // A task may be too short to ask for itself.
                    let done = if (options.should_stop)() {
                        Err(Error::Interrupted)
                    } else {
                        work(task, &mut result)
                    };
                    let mut joined = joined.lock().unwrap_or_else(PoisonError::into_inner);
                    let Err(error) = done.and_then(|()| joined.take(index, &mut result)) else {
                        continue;
                    };
                    has_failed.store(true, Ordering::Relaxed);
                    if joined
                        .failed
                        .as_ref()
                        .is_none_or(|(first, _)| index < *first)
                    {
                        joined.failed = Some((index, error));
                    }
                }
            });
        }
    });
    let joined = joined.into_inner().unwrap_or_else(PoisonError::into_inner);
    joined.failed.map_or(Ok(()), |(_, error)| Err(error))
}
