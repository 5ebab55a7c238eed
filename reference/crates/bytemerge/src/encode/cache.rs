//! A bounded cache from pieces to their ids.
//!
//! A text repeats its words, and merging a word again costs a hundred times as much as finding it.
//! A piece can be in one line of the table only, which has two slots, and a new piece replaces an
//! old one. A line of the table is one cache line of the processor, so a hit costs one access. The
//! caches of processors work in the same way, here with two ways per set (Smith, "Cache Memories",
//! 1982).
//!
//! A cache belongs to one call at a time, so it needs no locks. Between calls it is kept in a
//! [pool](super::pool).

#![expect(
    clippy::cast_possible_truncation,
    reason = "hashes and packed numbers are truncated on purpose"
)]

use crate::error::Error;
use crate::memory::try_vec;
use crate::model::key::{Key, hash};

/// The number of lines of a new table, a power of two. A short text needs few, and clearing two
/// megabytes would take longer than encoding it.
const FEWEST: usize = 1 << 7;
/// The largest number of lines, a power of two. Four times as many do not fit into a core's own
/// cache: a tenth slower.
const MOST: usize = 1 << 15;

/// The number of ids that an entry has room for.
pub(crate) const FEW: u32 = 3;

/// The number of ids in an entry whose ids are in the overflow.
const IN_OVERFLOW: u32 = u32::MAX;

/// The largest number of ids in the overflow.
const MOST_IDS: usize = 1 << 18;
/// The largest number of bytes in the overflow.
const MOST_BYTES: usize = 1 << 20;

/// The recent pieces. A line has slots for two pieces: a new piece goes into the first slot, and
/// the piece that was there moves to the second.
///
/// An entry has room for a piece of up to [`Key::LONGEST`] bytes and three ids. Anything larger is
/// appended to the overflow. When the overflow is full, everything is forgotten: hardly more work
/// than removing the oldest, and rare.
pub(crate) struct Recent {
    lines: Box<[Line]>,
    /// The number of pieces added since the table had its present length.
    added: usize,
    /// The overflow: the ids of pieces with more than three ids or more than [`Key::LONGEST`]
    /// bytes.
    ids: Vec<u32>,
    /// The overflow: the bytes of pieces whose key is only a hash.
    bytes: Vec<u8>,
}

#[derive(Clone, Copy, Default)]
#[repr(align(64))]
struct Line([Entry; 2]);

/// A piece with its ids. An empty slot has the default key, which no piece has.
#[derive(Clone, Copy, Default)]
struct Entry {
    key: Key,
    /// Up to three ids and their number. Or the start of the ids in the overflow, their number, the
    /// start of the bytes in the overflow, and [`IN_OVERFLOW`].
    ids: [u32; 4],
}

impl Recent {
    fn new() -> Result<Self, Error> {
        Ok(Self {
            lines: lines(FEWEST)?,
            added: 0,
            ids: Vec::new(),
            bytes: Vec::new(),
        })
    }

    /// Reads a part of the line of a piece, so that the processor loads it.
    #[inline]
    pub(crate) fn touch(&self, key: Key) -> u64 {
        self.line(key).0[0].key.number() as u64
    }

    /// Returns up to [`FEW`] ids, then their number; or, with a larger number, the entry that
    /// [`Self::overflow`] takes.
    #[inline]
    pub(crate) fn get(&self, key: Key) -> Option<&[u32; 4]> {
        let Line([first, second]) = self.line(key);
        // Without a branch: which of the two slots it is cannot be predicted.
        let entry = if first.key == key { first } else { second };
        (entry.key == key).then_some(&entry.ids)
    }

    /// Returns the ids of a piece whose entry has no room for them.
    #[inline]
    pub(crate) fn overflow(&self, key: Key, entry: [u32; 4], piece: &[u8]) -> Option<&[u32]> {
        let [ids, len, bytes, _] = entry.map(|number| number as usize);
        let is_it = key.is_exact() || self.bytes.get(bytes..bytes + piece.len()) == Some(piece);
        self.ids.get(ids..ids + len).filter(|_| is_it)
    }

    /// Adds a piece, if there is memory.
    #[inline]
    pub(crate) fn insert(&mut self, key: Key, piece: &[u8], ids: &[u32]) {
        let mut new = Entry { key, ids: [0; 4] };
        match new.ids[..FEW as usize].get_mut(..ids.len()) {
            Some(few) if key.is_exact() => {
                few.copy_from_slice(ids);
                new.ids[3] = ids.len() as u32;
            }
            _ => match self.put_in_overflow(key, piece, ids) {
                Some(entry) => new.ids = entry,
                None => return,
            },
        }
        self.put(new);
        self.added += 1;
        if self.added > self.lines.len() && self.lines.len() < MOST {
            self.grow();
        }
    }

    fn put_in_overflow(&mut self, key: Key, piece: &[u8], ids: &[u32]) -> Option<[u32; 4]> {
        let piece = if key.is_exact() { &[] } else { piece };
        if ids.len() > MOST_IDS - self.ids.len() || piece.len() > MOST_BYTES - self.bytes.len() {
            self.lines.fill(Line::default());
            self.ids.clear();
            self.bytes.clear();
        }
        let [start, len, bytes] = [self.ids.len(), ids.len(), self.bytes.len()].map(|n| n as u32);
        self.ids.try_reserve(ids.len()).ok()?;
        self.bytes.try_reserve(piece.len()).ok()?;
        self.ids.extend_from_slice(ids);
        self.bytes.extend_from_slice(piece);
        Some([start, len, bytes, IN_OVERFLOW])
    }

    /// Makes the table four times as long, if there is memory.
    #[cold]
    fn grow(&mut self) {
        self.added = 0;
        let Ok(lines) = lines(4 * self.lines.len()) else {
            return;
        };
        for Line([first, second]) in std::mem::replace(&mut self.lines, lines) {
            self.put(second);
            self.put(first);
        }
    }

    #[inline]
    fn put(&mut self, new: Entry) {
        let at = self.index(new.key);
        let Line([first, second]) = &mut self.lines[at];
        *second = *first;
        *first = new;
    }

    #[inline]
    fn line(&self, key: Key) -> &Line {
        &self.lines[self.index(key)]
    }

    #[inline]
    fn index(&self, key: Key) -> usize {
        hash(key.number()) as usize & (self.lines.len() - 1)
    }
}

fn lines(len: usize) -> Result<Box<[Line]>, Error> {
    Ok(try_vec(Line::default(), len)?.into_boxed_slice())
}

/// The cache of one call at a time.
pub(crate) struct Cache {
    pub(crate) recent: Recent,
    /// The ids of the piece that is being merged: kept for its memory.
    pub(crate) ids: Vec<u32>,
}

impl Cache {
    pub(super) fn new() -> Result<Self, Error> {
        Ok(Self {
            recent: Recent::new()?,
            ids: Vec::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Holds the number in `docs/design.md`, which states the largest memory of a cache.
    #[test]
    fn lines_are_as_long_as_the_page_on_the_design_says() {
        assert_eq!(size_of::<Line>(), 64);
    }

    /// With more pieces than there is room for, each is remembered correctly or not at all.
    #[test]
    fn what_is_forgotten_is_not_mistaken() {
        let mut recent = Recent::new().unwrap();
        let ids_of = |number: u32| vec![number; 1 + number as usize % 9];
        let piece_of = |number: u32| number.to_string().repeat(1 + number as usize % 30);
        let mut known = 0;
        for number in 0..60_000 {
            for number in [number, number / 2] {
                let (piece, ids) = (piece_of(number), ids_of(number));
                let key = Key::of_piece(piece.as_bytes(), 0, piece.len());
                match recent.get(key).copied() {
                    Some(entry) if entry[3] <= FEW => {
                        assert_eq!(entry[..entry[3] as usize], ids);
                        known += 1;
                    }
                    Some(entry) => {
                        let found = recent.overflow(key, entry, piece.as_bytes());
                        assert_eq!(found, Some(&ids[..]));
                        known += 1;
                    }
                    None => recent.insert(key, piece.as_bytes(), &ids),
                }
            }
        }
        assert!(known > 10_000, "{known}");
        assert!(recent.bytes.len() <= MOST_BYTES && recent.ids.len() <= MOST_IDS);
    }

    /// Two pieces with the same hash: their bytes tell them apart.
    #[test]
    fn a_hash_is_not_a_piece() {
        let mut recent = Recent::new().unwrap();
        let piece = b"sixteen or more bytes";
        let key = Key::of_piece(piece, 0, piece.len());
        recent.insert(key, piece, &[1]);
        let entry = *recent.get(key).unwrap();
        assert_eq!(recent.overflow(key, entry, piece), Some(&[1][..]));
        assert_eq!(recent.overflow(key, entry, b"another of that length"), None);
    }
}
