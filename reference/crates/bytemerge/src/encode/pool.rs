//! A pool that keeps caches between calls.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, TryLockError};

use crate::encode::cache::Cache;
use crate::error::Error;

/// Caches that are kept for the next call, with a slot for each thread.
///
/// No call ever blocks: a slot is locked for nanoseconds, and a locked slot is passed over. So a
/// child process can use a pool whatever the threads of its parent did during `fork`.
pub(crate) struct Pool(Box<[Slot]>);

/// A slot. It has a cache line of its own, so that threads do not slow each other down.
#[derive(Default)]
#[repr(align(64))]
struct Slot(Mutex<Option<Cache>>);

/// The number of slots. More threads than this share slots; then some calls start with an empty
/// cache.
const SLOTS: usize = 64;

thread_local! {
    /// The number of this thread.
    static THREAD: usize = NEXT_THREAD.fetch_add(1, Ordering::Relaxed);
}
static NEXT_THREAD: AtomicUsize = AtomicUsize::new(0);

impl Pool {
    pub(crate) fn new() -> Self {
        Self((0..SLOTS).map(|_| Slot::default()).collect())
    }

    /// Takes the cache of this thread, or a new one.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`].
    pub(crate) fn take(&self) -> Result<Cache, Error> {
        let kept = self.with_slot(Option::take).flatten();
        kept.map_or_else(Cache::new, Ok)
    }

    /// Keeps a cache for the next call.
    pub(crate) fn give_back(&self, cache: Cache) {
        self.with_slot(|slot| *slot = Some(cache));
    }

    fn with_slot<T>(&self, work: impl FnOnce(&mut Option<Cache>) -> T) -> Option<T> {
        let slot = &self.0[THREAD.with(|&number| number) % SLOTS];
        match slot.0.try_lock() {
            Ok(mut cache) => Some(work(&mut cache)),
            Err(TryLockError::Poisoned(poisoned)) => Some(work(&mut poisoned.into_inner())),
            Err(TryLockError::WouldBlock) => None,
        }
    }
}
