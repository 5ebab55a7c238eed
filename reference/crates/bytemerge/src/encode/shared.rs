//! The table that the calls of all threads share, and its replacement when it is full: by a larger
//! one or, at the largest size, by an empty one.
//!
//! No call ever blocks: the lock is held for nanoseconds, and a call that finds it locked goes on
//! with what it has. So a child process can use a tokenizer whatever the threads of its parent did
//! during `fork`.

use std::sync::atomic::Ordering;
use std::sync::{Arc, RwLock, TryLockError};

use super::table::{FEWEST_LINES, Table};
use crate::error::Error;

/// The number of times that a replacement tries to lock.
const TRIES: usize = 100;

/// The current table of a tokenizer.
pub(crate) struct SharedTable(RwLock<Arc<Table>>);

impl SharedTable {
    /// Creates a small table.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`].
    pub(crate) fn new() -> Result<Self, Error> {
        Ok(Self(RwLock::new(Arc::new(Table::new(FEWEST_LINES)?))))
    }

    /// Returns the current table; or a small one, if the current one is being replaced.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`].
    pub(super) fn table(&self) -> Result<Arc<Table>, Error> {
        match self.current() {
            Some(table) => Ok(table),
            None => Ok(Arc::new(Table::new(FEWEST_LINES)?)),
        }
    }

    fn current(&self) -> Option<Arc<Table>> {
        match self.0.try_read() {
            Ok(table) => Some(Arc::clone(&table)),
            Err(TryLockError::Poisoned(poisoned)) => Some(Arc::clone(&poisoned.into_inner())),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    /// Returns the table that replaces a full one: the current table, if it differs, or a larger
    /// one that becomes the current table. `None` if another thread is making it, if memory is
    /// short, or if other threads keep reading.
    #[cold]
    pub(super) fn replaced(&self, full: &Arc<Table>) -> Option<Arc<Table>> {
        let current = self.current()?;
        if !Arc::ptr_eq(&current, full) {
            return Some(current);
        }
        if full.is_growing.swap(true, Ordering::Relaxed) {
            return None;
        }
        let larger = self.put(full);
        full.is_growing.store(false, Ordering::Relaxed);
        larger
    }

    fn put(&self, full: &Table) -> Option<Arc<Table>> {
        let larger = Arc::new(full.grown().ok()?);
        for _ in 0..TRIES {
            if let Ok(mut current) = self.0.try_write() {
                *current = Arc::clone(&larger);
                return Some(larger);
            }
            std::hint::spin_loop();
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;
    use crate::key::Key;

    /// Several threads remember more pieces than there is room for, while the table grows and
    /// forgets. Each finds a piece with all its ids or not at all.
    #[test]
    fn threads_find_what_any_of_them_put() {
        const PIECES: u32 = 240_000;

        let shared = SharedTable::new().unwrap();
        let known = AtomicUsize::new(0);
        let work = &|thread: u32| {
            let mut table = shared.table().unwrap();
            let mut found = Vec::new();
            for step in 0..2 * PIECES {
                let number = (step + thread * PIECES / 2) % (2 * PIECES);
                for number in [number, number / 2] {
                    let piece = format!("{number} ").repeat(1 + number as usize % 7);
                    let ids = vec![number; 1 + number as usize % 6];
                    let key = Key::of_piece(piece.as_bytes(), 0, piece.len());
                    found.clear();
                    if table.find(key, piece.as_bytes(), &mut found).unwrap() {
                        assert_eq!(found, ids);
                        known.fetch_add(1, Ordering::Relaxed);
                    } else {
                        table.insert(key, piece.as_bytes(), &ids);
                    }
                }
                if table.is_full() {
                    table = shared.replaced(&table).unwrap_or(table);
                }
            }
        };
        std::thread::scope(|scope| {
            let threads = [0, 1, 2, 3].map(|thread| scope.spawn(move || work(thread)));
            // ThreadSanitizer does not see how a scope waits for its threads.
            for thread in threads {
                thread.join().unwrap();
            }
        });
        assert!(known.into_inner() > PIECES as usize);
    }

    /// While another thread holds the lock, as may be for ever after a fork, calls do without.
    #[test]
    fn a_lock_that_is_never_released_blocks_nobody() {
        let shared = SharedTable::new().unwrap();
        let table = shared.table().unwrap();
        let lock = shared.0.write();
        assert!(!Arc::ptr_eq(&table, &shared.table().unwrap()));
        assert!(shared.replaced(&table).is_none());
        drop(lock);
        let lock = shared.0.read();
        assert!(Arc::ptr_eq(&table, &shared.table().unwrap()));
        assert!(shared.replaced(&table).is_none());
        drop(lock);
        let larger = shared.replaced(&table).unwrap();
        assert!(Arc::ptr_eq(&larger, &shared.table().unwrap()));
    }
}
