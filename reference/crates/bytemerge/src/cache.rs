//! A bounded cache from pieces to their tokens, for pieces that are no token themselves.
//!
//! A text repeats its words, and to merge one anew costs a hundred times what it costs to find it. The table is
//! direct-mapped: a piece has one place, and takes it from whatever was there. An entry is one line of the
//! processor's cache and holds the whole piece, so that a hit is exact and costs one access.
//!
//! A cache belongs to one call at a time, hence no locks while it works. Between calls it waits in a [`Pool`].

#![expect(
    clippy::cast_possible_truncation,
    reason = "hashes and packed numbers are cut on purpose"
)]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, TryLockError};

use crate::Error;
use crate::vocabulary::{Key, hash};

/// Number of entries: a power of two. With 64 bytes each they take half of a usual second-level cache.
const ENTRIES: usize = 1 << 12;

/// How many tokens fit into an entry. Pieces with more are rare, and merged anew.
const TOKENS: usize = 7;

/// A piece of 1 to [`PieceKey::LONGEST`] bytes: the first 16 of them, and a key of the others.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct PieceKey {
    /// The key of a short piece, else the first 16 bytes.
    first: u128,
    /// Zero for a short piece, else the key of the rest.
    rest: u128,
}

impl PieceKey {
    /// How many bytes fit.
    pub(crate) const LONGEST: usize = 16 + Key::LONGEST;

    /// The key of `bytes[start..end]`, if it is not too long.
    #[inline]
    pub(crate) fn at(bytes: &[u8], start: usize, end: usize) -> Option<Self> {
        match end - start {
            1..=Key::LONGEST => Some(Self {
                first: Key::at(bytes, start, end).number(),
                rest: 0,
            }),
            17..=Self::LONGEST => Some(Self {
                first: u128::from_le_bytes(bytes[start..start + 16].try_into().ok()?),
                rest: Key::at(bytes, start + 16, end).number(),
            }),
            16 => Some(Self {
                first: u128::from_le_bytes(bytes[start..end].try_into().ok()?),
                rest: 1,
            }),
            _ => None,
        }
    }

    #[inline]
    fn slot(self) -> usize {
        // Half of the multiplications would do for short pieces, and an unforeseeable branch would cost more.
        hash(self.first ^ u128::from(hash(self.rest))) as usize & (ENTRIES - 1)
    }
}

#[derive(Clone, Copy)]
#[repr(align(64))]
struct Entry {
    key: PieceKey,
    tokens: [u32; TOKENS],
    /// How many of the tokens count. Zero only where nothing is.
    len: u32,
}

/// The tokens of pieces that were merged lately.
pub(crate) struct Cache {
    entries: Box<[Entry]>,
    /// Where pieces are merged: kept, so that its memory is.
    pub(crate) merged: Vec<u32>,
}

impl Cache {
    fn new() -> Result<Self, Error> {
        let key = PieceKey { first: 0, rest: 0 };
        let empty = Entry {
            key,
            tokens: [0; TOKENS],
            len: 0,
        };
        let mut entries = Vec::new();
        entries.try_reserve_exact(ENTRIES)?;
        entries.resize(ENTRIES, empty);
        Ok(Self {
            entries: entries.into_boxed_slice(),
            merged: Vec::new(),
        })
    }

    /// The tokens of a piece, and how many of them count.
    #[inline]
    pub(crate) fn get(&self, key: PieceKey) -> Option<(&[u32; TOKENS], usize)> {
        let entry = &self.entries[key.slot()];
        (entry.key == key).then_some((&entry.tokens, entry.len as usize))
    }

    /// Remembers what is merged, if it fits.
    #[inline]
    pub(crate) fn insert_merged(&mut self, key: PieceKey) {
        let len = self.merged.len();
        if len <= TOKENS {
            let entry = &mut self.entries[key.slot()];
            entry.key = key;
            entry.tokens[..len].copy_from_slice(&self.merged);
            entry.len = len as u32;
        }
    }
}

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
