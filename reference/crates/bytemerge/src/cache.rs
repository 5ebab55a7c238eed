//! Bounded caches from pieces to their ids.
//!
//! A text repeats its words, and to merge one anew costs a hundred times what it costs to find it. The tables have
//! few places for a piece, and what comes takes the place of what was there. An entry is in one line of the
//! processor's cache and holds the whole piece, so that a hit is exact and costs one access. That is how the caches of
//! processors work themselves, with one or two places in a set (Smith, "Cache Memories", 1982).
//!
//! A cache belongs to one call at a time, hence no locks while it works. Between calls it waits in a [`Pool`].

#![expect(
    clippy::cast_possible_truncation,
    reason = "hashes and packed numbers are cut on purpose"
)]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, TryLockError};

use crate::Error;
use crate::merge::RankMemory;
use crate::vocabulary::{Key, hash};

/// The length of a table at the start, and the most that it grows to: powers of two. A short text needs little, and clearing
/// two megabytes would take longer than its encoding.
const FEWEST: usize = 1 << 7;
const MOST: usize = 1 << 15;

/// How many tokens fit into an entry for a merged piece. Pieces with more are rare, and merged anew.
const TOKENS: usize = 7;

/// Entries that are found by a hash, each in a line of the processor's cache.
struct Table<Line> {
    lines: Box<[Line]>,
    /// How many pieces were remembered since the table grew.
    news: usize,
}

impl<Line: Copy + Default> Table<Line> {
    fn new() -> Result<Self, Error> {
        Ok(Self {
            lines: Self::lines(FEWEST)?,
            news: 0,
        })
    }

    fn lines(len: usize) -> Result<Box<[Line]>, Error> {
        let mut lines = Vec::new();
        lines.try_reserve_exact(len)?;
        lines.resize(len, Line::default());
        Ok(lines.into_boxed_slice())
    }

    #[inline]
    fn line(&self, hash: u64) -> &Line {
        &self.lines[hash as usize & (self.lines.len() - 1)]
    }

    #[inline]
    fn line_mut(&mut self, hash: u64) -> &mut Line {
        let last = self.lines.len() - 1;
        &mut self.lines[hash as usize & last]
    }

    /// Counts a new piece. A table four times as long, when that has become worth its while and there is memory; what
    /// was in the old one moves there by `insert`.
    #[inline]
    fn account(&mut self, insert: impl FnMut(&mut Self, Line)) {
        self.news += 1;
        if self.news > self.lines.len() && self.lines.len() < MOST {
            self.grow(insert);
        }
    }

    #[cold]
    fn grow(&mut self, mut insert: impl FnMut(&mut Self, Line)) {
        self.news = 0;
        if let Ok(lines) = Self::lines(4 * self.lines.len()) {
            for line in std::mem::replace(&mut self.lines, lines) {
                insert(self, line);
            }
        }
    }
}

/// What came lately, of up to [`Key::LONGEST`] bytes and three tokens. A line has places for two pieces: the
/// one that came last is first, and the next one pushes it to the second place.
pub(crate) struct Recent(Table<RecentLine>);

#[derive(Clone, Copy, Default)]
#[repr(align(64))]
struct RecentLine([Short; 2]);

/// A piece: no piece has the key of nothing.
#[derive(Clone, Copy, Default)]
struct Short {
    key: Key,
    /// Up to three ids, and their number.
    ids: [u32; 4],
}

impl Recent {
    /// Something of the line in which a piece would be, so that it has to be read.
    #[inline]
    pub(crate) fn touch(&self, key: Key) -> u64 {
        self.0.line(hash(key.number())).0[0].key.number() as u64
    }

    /// Up to three ids, and then their number.
    #[inline]
    pub(crate) fn get(&self, key: Key) -> Option<&[u32; 4]> {
        let RecentLine([first, second]) = self.0.line(hash(key.number()));
        // To choose without a branch: which of the two it is cannot be guessed.
        let entry = if first.key == key { first } else { second };
        (entry.key == key).then_some(&entry.ids)
    }

    /// Remembers a piece, if it has few ids.
    #[inline]
    pub(crate) fn insert(&mut self, key: Key, ids: &[u32]) {
        let mut new = Short { key, ids: [0; 4] };
        if let Some(few) = new.ids[..3].get_mut(..ids.len()) {
            few.copy_from_slice(ids);
            new.ids[3] = ids.len() as u32;
            Self::put(&mut self.0, new);
            self.0.account(|table, RecentLine([first, second])| {
                Self::put(table, second);
                Self::put(table, first);
            });
        }
    }

    #[inline]
    fn put(table: &mut Table<RecentLine>, new: Short) {
        let RecentLine([first, second]) = table.line_mut(hash(new.key.number()));
        *second = *first;
        *first = new;
    }
}

/// A piece of 1 to [`PieceKey::LONGEST`] bytes: the first 16 of them, and a key of the others.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
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
    fn hash(self) -> u64 {
        hash(self.first ^ u128::from(hash(self.rest)))
    }
}

/// The tokens of pieces that were merged, of which each has one place.
pub(crate) struct Merged(Table<Entry>);

#[derive(Clone, Copy, Default)]
#[repr(align(64))]
struct Entry {
    key: PieceKey,
    tokens: [u32; TOKENS],
    /// How many of the tokens count. Zero only where nothing is.
    len: u32,
}

impl Merged {
    /// The tokens of a piece.
    #[inline]
    pub(crate) fn get(&self, key: PieceKey) -> Option<&[u32]> {
        let entry = self.0.line(key.hash());
        (entry.key == key).then(|| &entry.tokens[..entry.len as usize])
    }

    /// Remembers a piece, if it has few tokens.
    #[inline]
    pub(crate) fn insert(&mut self, key: PieceKey, tokens: &[u32]) {
        let mut new = Entry {
            key,
            ..Entry::default()
        };
        if let Some(few) = new.tokens.get_mut(..tokens.len()) {
            few.copy_from_slice(tokens);
            new.len = tokens.len() as u32;
            *self.0.line_mut(key.hash()) = new;
            self.0.account(|table, entry| {
                *table.line_mut(entry.key.hash()) = entry;
            });
        }
    }
}

/// The ranks of pairs of tokens, each of which has one place.
///
/// Words differ more than the pairs in them do: that two tokens merge, or do not, is mostly known before the word is.
pub(crate) struct Pairs(Table<PairLine>);

/// Of the empty pair both tokens are the one that there never is.
#[derive(Clone, Copy, Default)]
struct PairLine {
    /// Both ids, and all bits of them turned.
    pair: u64,
    rank: u32,
}

impl RankMemory for Pairs {
    #[inline]
    fn rank(&mut self, left: u32, right: u32, find: impl FnOnce() -> u32) -> u32 {
        let pair = !(u64::from(left) << 32 | u64::from(right));
        let line = self.0.line(hash(u128::from(pair)));
        if line.pair == pair {
            return line.rank;
        }
        let rank = find();
        *self.0.line_mut(hash(u128::from(pair))) = PairLine { pair, rank };
        self.0.account(|table, line| {
            *table.line_mut(hash(u128::from(line.pair))) = line;
        });
        rank
    }
}

/// What one call at a time remembers.
pub(crate) struct Cache {
    pub(crate) recent: Recent,
    pub(crate) merged: Merged,
    pub(crate) pairs: Pairs,
    /// Where pieces are merged: kept, so that its memory is.
    pub(crate) ids: Vec<u32>,
}

impl Cache {
    fn new() -> Result<Self, Error> {
        Ok(Self {
            recent: Recent(Table::new()?),
            merged: Merged(Table::new()?),
            pairs: Pairs(Table::new()?),
            ids: Vec::new(),
        })
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

#[cfg(test)]
mod tests {
    use super::*;

    /// `docs/design.md` says how much memory a cache takes at most.
    #[test]
    fn lines_are_as_long_as_the_page_on_the_design_says() {
        let lines = [
            size_of::<RecentLine>(),
            size_of::<Entry>(),
            size_of::<PairLine>(),
        ];
        assert_eq!(lines, [64, 64, 16]);
    }
}
