//! A bounded cache from pieces to their ids.
//!
//! A text repeats its words, and to merge one anew costs a hundred times what it costs to find it. The table has
//! few places for a piece, and what comes takes the place of what was there. An entry is in one line of the
//! processor's cache, so that a hit costs one access. That is how the caches of
//! processors work themselves, with two places in a set (Smith, "Cache Memories", 1982).
//!
//! A cache belongs to one call at a time, hence no locks while it works. Between calls it waits in a [pool](super::pool).

#![expect(
    clippy::cast_possible_truncation,
    reason = "hashes and packed numbers are cut on purpose"
)]

use crate::error::Error;
use crate::memory::try_vec;
use crate::model::key::{Key, hash};

/// The length of the table at the start, and the most that it grows to: powers of two. A short text needs little, and clearing
/// two megabytes would take longer than its encoding. Four times as many lines leave a core's own cache: a tenth slower.
const FEWEST: usize = 1 << 7;
const MOST: usize = 1 << 15;

/// How many ids an entry has room for.
pub(crate) const FEW: u32 = 3;

/// In place of a number up to [`FEW`].
const ELSEWHERE: u32 = u32::MAX;

/// How many ids, and how many bytes, there are at most beside the table.
const MOST_IDS: usize = 1 << 18;
const MOST_BYTES: usize = 1 << 20;

/// What came lately. A line has places for two pieces: the one that came last is first, and the next one pushes it to the
/// second place.
///
/// An entry has room for a piece of up to [`Key::LONGEST`] bytes and three ids. What it has no room for stands one after
/// the other, and when that is full, all is forgotten: hardly more work than to let go of the oldest, and seldom.
pub(crate) struct Recent {
    lines: Box<[Line]>,
    /// How many pieces were remembered since there are so many lines.
    news: usize,
    /// The ids of pieces with more than three, or of more bytes.
    ids: Vec<u32>,
    /// The bytes of pieces whose key is only their hash.
    bytes: Vec<u8>,
}

#[derive(Clone, Copy, Default)]
#[repr(align(64))]
struct Line([Entry; 2]);

/// A piece: no piece has the key of nothing.
#[derive(Clone, Copy, Default)]
struct Entry {
    key: Key,
    /// Up to three ids and their number; or where there is more of them, how many, where the bytes are, and [`ELSEWHERE`].
    ids: [u32; 4],
}

impl Recent {
    fn new() -> Result<Self, Error> {
        Ok(Self {
            lines: lines(FEWEST)?,
            news: 0,
            ids: Vec::new(),
            bytes: Vec::new(),
        })
    }

    /// Something of the line in which a piece would be, so that it has to be read.
    #[inline]
    pub(crate) fn touch(&self, key: Key) -> u64 {
        self.line(key).0[0].key.number() as u64
    }

    /// Up to [`FEW`] ids, and then their number; with a larger number, what [`Self::elsewhere`] wants to know.
    #[inline]
    pub(crate) fn get(&self, key: Key) -> Option<&[u32; 4]> {
        let Line([first, second]) = self.line(key);
        // To choose without a branch: which of the two it is cannot be guessed.
        let entry = if first.key == key { first } else { second };
        (entry.key == key).then_some(&entry.ids)
    }

    /// The ids of a piece whose entry has no room for them.
    #[inline]
    pub(crate) fn elsewhere(&self, key: Key, entry: [u32; 4], piece: &[u8]) -> Option<&[u32]> {
        let [ids, len, bytes, _] = entry.map(|number| number as usize);
        let is_it = key.is_exact() || self.bytes.get(bytes..bytes + piece.len()) == Some(piece);
        self.ids.get(ids..ids + len).filter(|_| is_it)
    }

    /// Remembers a piece, if there is memory.
    #[inline]
    pub(crate) fn insert(&mut self, key: Key, piece: &[u8], ids: &[u32]) {
        let mut new = Entry { key, ids: [0; 4] };
        match new.ids[..FEW as usize].get_mut(..ids.len()) {
            Some(few) if key.is_exact() => {
                few.copy_from_slice(ids);
                new.ids[3] = ids.len() as u32;
            }
            _ => match self.put_elsewhere(key, piece, ids) {
                Some(places) => new.ids = places,
                None => return,
            },
        }
        self.put(new);
        self.news += 1;
        if self.news > self.lines.len() && self.lines.len() < MOST {
            self.grow();
        }
    }

    fn put_elsewhere(&mut self, key: Key, piece: &[u8], ids: &[u32]) -> Option<[u32; 4]> {
        let piece = if key.is_exact() { &[] } else { piece };
        if ids.len() > MOST_IDS - self.ids.len() || piece.len() > MOST_BYTES - self.bytes.len() {
            self.lines.fill(Line::default());
            self.ids.clear();
            self.bytes.clear();
        }
        let places = [self.ids.len(), ids.len(), self.bytes.len()].map(|place| place as u32);
        self.ids.try_reserve(ids.len()).ok()?;
        self.bytes.try_reserve(piece.len()).ok()?;
        self.ids.extend_from_slice(ids);
        self.bytes.extend_from_slice(piece);
        Some([places[0], places[1], places[2], ELSEWHERE])
    }

    /// Makes the table four times as long, if there is memory.
    #[cold]
    fn grow(&mut self) {
        self.news = 0;
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

/// What one call at a time remembers.
pub(crate) struct Cache {
    pub(crate) recent: Recent,
    /// Where pieces are merged: kept, so that its memory is.
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

    /// `docs/design.md` says how much memory a cache takes at most.
    #[test]
    fn lines_are_as_long_as_the_page_on_the_design_says() {
        assert_eq!(size_of::<Line>(), 64);
    }

    /// More pieces than there is room for: each is remembered right, or not at all.
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
                        let found = recent.elsewhere(key, entry, piece.as_bytes());
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

    /// Two pieces with one hash: the bytes tell them apart.
    #[test]
    fn a_hash_is_not_a_piece() {
        let mut recent = Recent::new().unwrap();
        let piece = b"sixteen or more bytes";
        let key = Key::of_piece(piece, 0, piece.len());
        recent.insert(key, piece, &[1]);
        let entry = *recent.get(key).unwrap();
        assert_eq!(recent.elsewhere(key, entry, piece), Some(&[1][..]));
        assert_eq!(
            recent.elsewhere(key, entry, b"another of that length"),
            None
        );
    }
}
