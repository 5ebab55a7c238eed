//! Keeps caches between calls.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, TryLockError};

use crate::encode::cache::Cache;
use crate::error::Error;

/// Caches that wait for the next call, each thread's in a place of its own.
///
/// Nothing here ever waits: a place that is locked, which takes nanoseconds, is passed over. So a child process can use
/// a pool whatever the other threads of its parent did when it was forked.
pub(crate) struct Pool(Box<[Place]>);

/// In a line of its own, so that threads do not disturb each other.
#[derive(Default)]
#[repr(align(64))]
struct Place(Mutex<Option<Cache>>);

/// More threads than this share places: then some calls start with an empty cache.
const PLACES: usize = 64;

thread_local! {
    /// A number for each thread.
    static THREAD: usize = NEXT_THREAD.fetch_add(1, Ordering::Relaxed);
}
static NEXT_THREAD: AtomicUsize = AtomicUsize::new(0);

impl Pool {
    pub(crate) fn new() -> Self {
        Self((0..PLACES).map(|_| Place::default()).collect())
    }

    /// The cache of this thread, or a new one.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`].
    pub(crate) fn take(&self) -> Result<Cache, Error> {
        let kept = self.with_place(Option::take).flatten();
        kept.map_or_else(Cache::new, Ok)
    }

    /// Keeps a cache for the next call.
    pub(crate) fn give_back(&self, cache: Cache) {
        self.with_place(|place| *place = Some(cache));
    }

    fn with_place<T>(&self, work: impl FnOnce(&mut Option<Cache>) -> T) -> Option<T> {
        let place = &self.0[THREAD.with(|&number| number) % PLACES];
        match place.0.try_lock() {
            Ok(mut cache) => Some(work(&mut cache)),
            Err(TryLockError::Poisoned(poisoned)) => Some(work(&mut poisoned.into_inner())),
            Err(TryLockError::WouldBlock) => None,
        }
    }
}
