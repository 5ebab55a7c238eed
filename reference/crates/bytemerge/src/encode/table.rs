//! A table from pieces to their ids, shared by all threads without locks.
//!
//! Words follow Zipf's law, so the pieces of a text are nearly always known, and merging one again
//! would cost a hundred times as much as finding it. An entry never changes after it was published,
//! so a reader needs no lock and never sees half of one, and a fork finds nothing half done.
//!
//! A line of the table is one cache line of the processor and has two entries, so nearly every
//! lookup costs one access to memory. A piece whose line is full goes to the next line that has
//! room: linear probing (Peterson, 1957), here by lines. An entry holds a piece of up to
//! [`Key::LONGEST`] bytes and four ids. Anything larger is in a [`Store`] beside the lines.

#![expect(
    clippy::cast_possible_truncation,
    reason = "hashes and packed numbers are truncated on purpose"
)]

use super::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use super::store::Store;
use crate::error::Error;
use crate::key::{Key, hash};
use crate::memory::try_default;
use crate::pattern::simd::prefetch;

/// The number of lines of a new table, a power of two. A short text needs few, and clearing
/// megabytes would take longer than encoding it. A power of four below [`MOST_LINES`], so that the
/// last growth is by as much as the others.
pub(super) const FEWEST_LINES: usize = 1 << 8;
/// The largest number of lines, a power of two. With half of them, the distinct pieces of eight
/// megabytes in two hundred languages do not fit, and encoding the same text again takes 2.4 times
/// as long (AMD EPYC, November 2026).
const MOST_LINES: usize = 1 << 18;
/// The largest number of words in the store. A smaller table has the same number per line.
const MOST_WORDS: usize = 1 << 21;
/// The number of lines in which a piece may be.
const PROBES: usize = 8;

/// The number of bytes of the longest piece that the table keeps.
const LONGEST_PIECE: usize = 255;

/// The number of ids that an entry has room for.
pub(super) const IDS_IN_ENTRY: usize = 4;

/// The shift to the bits of an entry that hold the number of its ids, or zero if they are in the
/// store. In a [`Key`], these bits are zero.
const COUNT: u32 = 60;
/// The second word of an empty entry. No key has it.
const EMPTY: u64 = 0;
/// The second word of an entry that is being written. No key has it, whatever the count.
const BUSY: u64 = 15 << COUNT;

/// Pieces with their ids.
pub(crate) struct Table {
    lines: Box<[Line]>,
    /// The ids of each piece that has more than [`IDS_IN_ENTRY`] or whose key is a hash; with the
    /// bytes of the piece if its key is a hash.
    store: Store,
    /// The number of pieces.
    added: AtomicUsize,
    /// Whether a thread is making the table that replaces this one.
    pub(super) is_growing: AtomicBool,
}

#[derive(Default)]
#[repr(align(64))]
struct Line([Entry; 2]);

/// A piece with its ids: its key, with the number of ids in the bits from [`COUNT`], and the ids.
/// If that number is zero, the third word is their offset in the store.
#[derive(Default)]
struct Entry([AtomicU64; 4]);

impl Entry {
    #[inline]
    fn second(&self) -> u64 {
        self.0[1].load(Ordering::Acquire)
    }

    /// Returns whether the entry, whose second word was read, has a key.
    #[inline]
    fn has(&self, second: u64, key: Key) -> bool {
        let (low, high) = halves(key);
        // One comparison, so that there is no branch between two.
        (self.0[0].load(Ordering::Relaxed) ^ low) | (second ^ high) << (64 - COUNT) == 0
    }

    #[inline]
    fn ids(&self) -> [u64; 2] {
        [&self.0[2], &self.0[3]].map(|word| word.load(Ordering::Relaxed))
    }

    /// Writes an empty entry. Returns false if it is not empty any more.
    fn set(&self, key: Key, count: usize, ids: [u64; 2]) -> bool {
        let (low, high) = halves(key);
        let [first, second, third, fourth] = &self.0;
        let claimed = second.compare_exchange(EMPTY, BUSY, Ordering::Relaxed, Ordering::Relaxed);
        if claimed.is_err() {
            return false;
        }
        first.store(low, Ordering::Relaxed);
        third.store(ids[0], Ordering::Relaxed);
        fourth.store(ids[1], Ordering::Relaxed);
        second.store(high | (count as u64) << COUNT, Ordering::Release);
        true
    }
}

impl Table {
    /// Creates an empty table.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`].
    pub(super) fn new(lines: usize) -> Result<Self, Error> {
        Ok(Self {
            lines: try_default(lines)?,
            store: Store::new(lines * (MOST_WORDS / MOST_LINES))?,
            added: AtomicUsize::new(0),
            is_growing: AtomicBool::new(false),
        })
    }

    /// Returns the index of the first line of a piece.
    #[inline]
    pub(super) fn line(&self, key: Key) -> u32 {
        hash(key.number()) as u32 & (self.lines.len() - 1) as u32
    }

    /// Asks the processor to load a line.
    #[inline]
    pub(super) fn prefetch(&self, line: u32) {
        let Line([Entry([word, ..]), _]) = &self.lines[line as usize];
        prefetch(word, |word| word.load(Ordering::Relaxed));
    }

    /// Returns the ids of a piece and their number. The number is zero if the piece is not in this
    /// line, or its ids are in the store.
    #[inline]
    pub(super) fn get(&self, key: Key, line: u32) -> ([u64; 2], usize) {
        let Line([first, second]) = &self.lines[line as usize];
        // Without a branch: which of the two entries it is cannot be predicted.
        let words = [first.second(), second.second()];
        let is_first = first.has(words[0], key);
        let is_any = is_first | second.has(words[1], key);
        let (entry, word) = if is_first {
            (first, words[0])
        } else {
            (second, words[1])
        };
        let count = if is_any { word >> COUNT } else { 0 };
        (entry.ids(), count as usize)
    }

    /// Returns whether a piece is certain to be new: its first line has room, but not the piece.
    #[inline]
    pub(super) fn lacks(&self, key: Key, line: u32) -> bool {
        let Line([first, second]) = &self.lines[line as usize];
        second.second() == EMPTY && !first.has(first.second(), key)
    }

    /// Appends the ids of a piece in any line. Returns whether the piece is in one.
    pub(super) fn find(&self, key: Key, piece: &[u8], ids: &mut Vec<u32>) -> Result<bool, Error> {
        for line in 0..PROBES {
            for entry in self.probe(key, line) {
                let second = entry.second();
                if second == EMPTY {
                    return Ok(false);
                }
                if !entry.has(second, key) {
                    continue;
                }
                let (count, words) = ((second >> COUNT) as usize, entry.ids());
                if count > 0 {
                    ids.try_reserve(count)?;
                    ids.extend_from_slice(&unpacked(words)[..count]);
                    return Ok(true);
                }
                let bytes = if key.is_exact() { &[] } else { piece };
                if self.store.find(words[0] as usize, bytes, ids)? {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// Adds a piece, unless it is too long or there is no room. A piece without ids, whose bytes
    /// have no tokens, is left out: zero ids stand for a piece in the store.
    pub(super) fn insert(&self, key: Key, piece: &[u8], ids: &[u32]) {
        if self.is_full() || piece.len() > LONGEST_PIECE || ids.is_empty() {
            return;
        }
        if key.is_exact() && ids.len() <= IDS_IN_ENTRY {
            let mut few = [0; IDS_IN_ENTRY];
            few[..ids.len()].copy_from_slice(ids);
            self.put(key, ids.len(), packed(few));
            return;
        }
        let piece = if key.is_exact() { &[] } else { piece };
        if let Some(offset) = self.store.append(piece, ids) {
            self.put(key, 0, [offset as u64, 0]);
        }
    }

    fn put(&self, key: Key, count: usize, ids: [u64; 2]) {
        for line in 0..PROBES {
            for entry in self.probe(key, line) {
                if entry.second() == EMPTY && entry.set(key, count, ids) {
                    self.added.fetch_add(1, Ordering::Relaxed);
                    return;
                }
            }
        }
    }

    /// Returns whether the table takes no more pieces, because three quarters of its entries are
    /// taken, or its store is full.
    #[inline]
    pub(super) fn is_full(&self) -> bool {
        self.added.load(Ordering::Relaxed) >= self.lines.len() / 2 * 3 || self.store.is_full()
    }

    /// Returns a table of four times the size, with the same pieces. If that would be too large,
    /// everything is forgotten: hardly more work than finding out what is no longer needed, and
    /// rare.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`].
    pub(super) fn grown(&self) -> Result<Self, Error> {
        if self.lines.len() >= MOST_LINES {
            return Self::new(MOST_LINES);
        }
        let larger = Self::new(MOST_LINES.min(4 * self.lines.len()))?;
        for entry in self.lines.iter().flat_map(|Line(entries)| entries) {
            let second = entry.second();
            if second == EMPTY || second == BUSY {
                continue;
            }
            let low = u128::from(entry.0[0].load(Ordering::Relaxed));
            let high = second & !BUSY;
            let key = Key::from_number(low | u128::from(high) << 64);
            let (count, mut ids) = ((second >> COUNT) as usize, entry.ids());
            if count == 0 {
                let bytes = if key.is_exact() { 0 } else { high as usize };
                match self.store.copy(ids[0] as usize, bytes, &larger.store) {
                    Some(offset) => ids[0] = offset as u64,
                    None => continue,
                }
            }
            larger.put(key, count, ids);
        }
        Ok(larger)
    }

    /// Returns a line in which a piece may be.
    #[inline]
    fn probe(&self, key: Key, line: usize) -> &[Entry; 2] {
        let line = self.line(key) as usize + line;
        &self.lines[line & (self.lines.len() - 1)].0
    }
}

#[inline]
fn halves(key: Key) -> (u64, u64) {
    (key.number() as u64, (key.number() >> 64) as u64)
}

#[inline]
fn packed(ids: [u32; IDS_IN_ENTRY]) -> [u64; 2] {
    let [a, b, c, d] = ids.map(u64::from);
    [a | b << 32, c | d << 32]
}

/// Returns the ids in two words.
#[inline]
pub(super) fn unpacked([first, second]: [u64; 2]) -> [u32; IDS_IN_ENTRY] {
    [
        first as u32,
        (first >> 32) as u32,
        second as u32,
        (second >> 32) as u32,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Holds the number in `docs/design.md`, which states the largest memory of a table.
    #[test]
    fn lines_are_as_long_as_the_page_on_the_design_says() {
        assert_eq!(size_of::<Line>(), 64);
    }

    /// Two pieces with the same hash: their bytes tell them apart.
    #[test]
    fn a_hash_is_not_a_piece() {
        let table = Table::new(FEWEST_LINES).unwrap();
        let piece = b"sixteen or more bytes";
        let key = Key::of_piece(piece, 0, piece.len());
        table.insert(key, piece, &[1]);
        let mut ids = Vec::new();
        assert!(table.find(key, piece, &mut ids).unwrap());
        assert_eq!(ids, [1]);
        assert!(
            !table
                .find(key, b"another of that length", &mut ids)
                .unwrap()
        );
        assert!(!table.find(key, b"sixteen or more byteS", &mut ids).unwrap());
        assert_eq!(ids, [1]);
    }

    /// Any piece is in its first line with all its ids, or `get` leaves it to `find`.
    #[test]
    fn the_first_line_tells_all_or_nothing() {
        let table = Table::new(FEWEST_LINES).unwrap();
        for number in 0..500_u32 {
            let piece = format!("{number} ").repeat(1 + number as usize % 9);
            let ids = vec![number; 1 + number as usize % 6];
            let key = Key::of_piece(piece.as_bytes(), 0, piece.len());
            assert_eq!(table.get(key, table.line(key)).1, 0);
            table.insert(key, piece.as_bytes(), &ids);
            assert!(!table.lacks(key, table.line(key)) || table.is_full());
            let (words, count) = table.get(key, table.line(key));
            assert!(count == 0 || unpacked(words)[..count] == ids);
            let mut found = Vec::new();
            let is_known = table.find(key, piece.as_bytes(), &mut found).unwrap();
            assert!(if is_known {
                found == ids
            } else {
                found.is_empty() && table.is_full()
            });
        }
    }
}
