//! An append-only store of ids and bytes, shared by threads without locks.
//!
//! A record is appended by one thread, which publishes its offset only when the record is complete.
//! From then on the record never changes, so any thread can read it.

#![expect(
    clippy::cast_possible_truncation,
    reason = "numbers of ids are far below 2^32"
)]

use super::atomic::{AtomicU32, AtomicUsize, Ordering};
use crate::error::Error;
use crate::memory::try_default;

/// Records: the number of ids, the bytes in words of four, and the ids.
pub(super) struct Store {
    words: Box<[AtomicU32]>,
    /// The number of words that are taken or were asked for.
    asked: AtomicUsize,
}

impl Store {
    /// Creates an empty store.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`].
    pub(super) fn new(words: usize) -> Result<Self, Error> {
        Ok(Self {
            words: try_default(words)?,
            asked: AtomicUsize::new(0),
        })
    }

    /// Appends a record and returns its offset, or `None` if there is no room.
    pub(super) fn append(&self, bytes: &[u8], ids: &[u32]) -> Option<usize> {
        let (start, record) = self.take(1 + bytes.len().div_ceil(4) + ids.len())?;
        let numbers = [ids.len() as u32].into_iter().chain(words(bytes));
        for (word, number) in record.iter().zip(numbers.chain(ids.iter().copied())) {
            word.store(number, Ordering::Relaxed);
        }
        Some(start)
    }

    /// Appends the ids of a record if it has these bytes. Returns whether it has them.
    pub(super) fn find(
        &self,
        start: usize,
        bytes: &[u8],
        ids: &mut Vec<u32>,
    ) -> Result<bool, Error> {
        let mut record = self.words[start..].iter().map(load);
        let count = record.next().unwrap_or(0) as usize;
        for word in words(bytes) {
            if record.next() != Some(word) {
                return Ok(false);
            }
        }
        ids.try_reserve(count)?;
        ids.extend(record.take(count));
        Ok(true)
    }

    /// Copies a record of a piece with `bytes` bytes into another store. Returns its offset there.
    pub(super) fn copy(&self, start: usize, bytes: usize, other: &Self) -> Option<usize> {
        let count = load(&self.words[start]) as usize;
        let len = 1 + bytes.div_ceil(4) + count;
        let (copied, record) = other.take(len)?;
        for (word, number) in record.iter().zip(self.words[start..].iter().map(load)) {
            word.store(number, Ordering::Relaxed);
        }
        Some(copied)
    }

    /// Returns whether a record found no room.
    pub(super) fn is_full(&self) -> bool {
        self.asked.load(Ordering::Relaxed) > self.words.len()
    }

    /// Takes words, and returns the offset of the first.
    fn take(&self, len: usize) -> Option<(usize, &[AtomicU32])> {
        let start = self.asked.fetch_add(len, Ordering::Relaxed);
        Some((start, self.words.get(start..start + len)?))
    }
}

fn load(word: &AtomicU32) -> u32 {
    word.load(Ordering::Relaxed)
}

/// Iterates over bytes as words of four, the last one padded with zeros.
fn words(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes.chunks(4).map(|chunk| match chunk.try_into() {
        Ok(whole) => u32::from_le_bytes(whole),
        Err(_) => (0..)
            .step_by(8)
            .zip(chunk)
            .fold(0, |word, (shift, &byte)| word | u32::from(byte) << shift),
    })
}
