//! The counts of the pieces of a text: all that training needs to know about the text.
//!
//! A text of any size has few distinct pieces (Heaps' law), so the counts are small. They can be
//! made anywhere, added up, and trained on once.
//!
//! The bytes of all pieces are concatenated in one vector, the entries are in another, and a hash
//! table finds an entry by its piece. An entry also holds the [`Key`] of its piece.

use flate2::Crc;
use hashbrown::HashTable;

use crate::error::Error;
use crate::key::{Key, hash};

/// The number of occurrences of each piece.
///
/// ```
/// use bytemerge::PieceCounts;
///
/// let mut counts = PieceCounts::default();
/// counts.add(b"low", 5)?;
/// counts.add(b"lower", 2)?;
/// counts.add(b"low", 1)?;
/// assert_eq!(counts.iter().collect::<Vec<_>>(), [(&b"low"[..], 6), (b"lower", 2)]);
/// assert_eq!((counts.len(), counts.total()), (2, 8));
/// # Ok::<(), bytemerge::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct PieceCounts {
    /// The entries, in order of first occurrence.
    entries: Vec<Entry>,
    /// The pieces in the order of the entries, concatenated.
    bytes: Vec<u8>,
    /// Indices of entries, by the hash of the key.
    table: HashTable<usize>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    key: Key,
    count: u64,
    /// The end of the piece in the bytes. It starts at the end of the piece before.
    end: usize,
}

impl PieceCounts {
    /// Adds `count` to the count of a piece. A count does not exceed 2⁶⁴ - 1.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`]; then nothing has changed.
    pub fn add(&mut self, piece: &[u8], count: u64) -> Result<(), Error> {
        self.add_at(piece, 0, piece.len(), count)
    }

    /// Adds `count` to the count of the piece `bytes[start..end]`.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`]; then nothing has changed.
    #[inline]
    pub(crate) fn add_at(
        &mut self,
        bytes: &[u8],
        start: usize,
        end: usize,
        count: u64,
    ) -> Result<(), Error> {
        self.add_key(Key::of_piece(bytes, start, end), &bytes[start..end], count)
    }

    #[inline]
    fn add_key(&mut self, key: Key, piece: &[u8], count: u64) -> Result<(), Error> {
        if let Some(index) = self.find(key, piece) {
            let entry = &mut self.entries[index];
            entry.count = entry.count.saturating_add(count);
            return Ok(());
        }
        self.insert(key, piece, count)
    }

    /// Adds a piece that is not in the table.
    #[cold]
    fn insert(&mut self, key: Key, piece: &[u8], count: u64) -> Result<(), Error> {
        self.bytes.try_reserve(piece.len())?;
        self.entries.try_reserve(1)?;
        let entries = &self.entries;
        let rehash = |&index: &usize| hash(entries[index].key.number());
        let reserved = self.table.try_reserve(1, rehash);
        reserved.map_err(|_| Error::OutOfMemory)?;
        let index = self.entries.len();
        self.table.insert_unique(hash(key.number()), index, rehash);
        self.bytes.extend_from_slice(piece);
        let end = self.bytes.len();
        self.entries.push(Entry { key, count, end });
        Ok(())
    }

    fn find(&self, key: Key, piece: &[u8]) -> Option<usize> {
        let same = |index: &usize| {
            self.entries[*index].key == key
                && (key.is_exact() || bytes_of(&self.entries, &self.bytes, *index) == piece)
        };
        self.table.find(hash(key.number()), same).copied()
    }

    /// Returns the count of a piece, if it occurs.
    #[must_use]
    pub fn get(&self, piece: &[u8]) -> Option<u64> {
        let index = self.find(Key::of_piece(piece, 0, piece.len()), piece)?;
        Some(self.entries[index].count)
    }

    /// Adds the counts of another table. New pieces come last, in the order of the other table.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`]; then part of the other table is added.
    pub fn merge(&mut self, other: &Self) -> Result<(), Error> {
        let mut start = 0;
        for entry in &other.entries {
            let piece = &other.bytes[start..entry.end];
            self.add_key(entry.key, piece, entry.count)?;
            start = entry.end;
        }
        Ok(())
    }

    /// Returns the same counts. Unlike `clone`, it does not end the process if memory runs out.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`].
    pub fn try_clone(&self) -> Result<Self, Error> {
        let mut copy = Self::default();
        copy.reserve(self.len(), self.bytes.len())?;
        copy.bytes.extend_from_slice(&self.bytes);
        copy.entries.extend_from_slice(&self.entries);
        for (index, entry) in self.entries.iter().enumerate() {
            let unused = |_: &usize| unreachable!("the memory is reserved");
            let hash = hash(entry.key.number());
            copy.table.insert_unique(hash, index, unused);
        }
        Ok(copy)
    }

    /// Returns the pieces one after the other, their ends, and their counts.
    ///
    /// Numbers are of 64 bits, the low byte first, on any machine.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`].
    pub fn to_buffers(&self) -> Result<[Vec<u8>; 3], Error> {
        let (mut pieces, mut ends, mut counts) = (Vec::new(), Vec::new(), Vec::new());
        pieces.try_reserve_exact(self.bytes.len())?;
        pieces.extend_from_slice(&self.bytes);
        ends.try_reserve_exact(8 * self.len())?;
        counts.try_reserve_exact(8 * self.len())?;
        for entry in &self.entries {
            ends.extend_from_slice(&(entry.end as u64).to_le_bytes());
            counts.extend_from_slice(&entry.count.to_le_bytes());
        }
        Ok([pieces, ends, counts])
    }

    /// Returns the counts of which [`PieceCounts::to_buffers`] made the buffers, or `None` if they
    /// are damaged.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`].
    pub fn from_buffers(pieces: &[u8], ends: &[u8], counts: &[u8]) -> Result<Option<Self>, Error> {
        if ends.len() != counts.len() {
            return Ok(None);
        }
        let mut all = Self::default();
        all.reserve(ends.len() / 8, pieces.len())?;
        let mut start = 0;
        for (end, count) in ends.chunks(8).zip(counts.chunks(8)) {
            let [Ok(end), Ok(count)] =
                [end, count].map(|bytes| bytes.try_into().map(u64::from_le_bytes))
            else {
                return Ok(None);
            };
            let end = usize::try_from(end).unwrap_or(usize::MAX);
            if end <= start || end > pieces.len() || count == 0 {
                return Ok(None);
            }
            let known = all.len();
            all.add_at(pieces, start, end, count)?;
            if all.len() == known {
                return Ok(None); // the piece is there twice
            }
            start = end;
        }
        Ok((start == pieces.len()).then_some(all))
    }

    /// Reserves memory for more pieces and for their bytes, so that adding them is faster.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`]; then nothing has changed.
    pub fn reserve(&mut self, pieces: usize, bytes: usize) -> Result<(), Error> {
        self.entries.try_reserve(pieces)?;
        self.bytes.try_reserve(bytes)?;
        let entries = &self.entries;
        let rehash = |&index: &usize| hash(entries[index].key.number());
        let reserved = self.table.try_reserve(pieces, rehash);
        reserved.map_err(|_| Error::OutOfMemory)
    }

    /// Returns the pieces that occur at least `min_count` times.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`].
    pub fn at_least(&self, min_count: u64) -> Result<Self, Error> {
        let mut kept = Self::default();
        for (piece, count) in self.iter().filter(|&(_, count)| count >= min_count) {
            kept.add(piece, count)?;
        }
        Ok(kept)
    }

    /// Splits the pieces into `shares` tables, by their CRC-32: a piece is in the table with the
    /// index of its CRC-32 modulo the number of tables. So it has the same index everywhere.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`].
    ///
    /// # Panics
    ///
    /// If `shares` is 0.
    pub fn split(&self, shares: usize) -> Result<Vec<Self>, Error> {
        let mut split = Vec::new();
        split.try_reserve_exact(shares)?;
        split.resize_with(shares, Self::default);
        for share in &mut split {
            share.reserve(self.len() / shares, self.bytes.len() / shares)?;
        }
        for (piece, count) in self.iter() {
            split[crc32(piece) as usize % shares].add(piece, count)?;
        }
        Ok(split)
    }

    /// Iterates over pieces and their counts, in order of first occurrence.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&[u8], u64)> {
        let mut start = 0;
        self.entries.iter().map(move |entry| {
            let piece = &self.bytes[start..entry.end];
            start = entry.end;
            (piece, entry.count)
        })
    }

    /// Returns the number of distinct pieces.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Returns whether there are no pieces.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Returns the sum of all counts; at most 2⁶⁴ - 1.
    #[must_use]
    pub fn total(&self) -> u64 {
        let counts = self.entries.iter().map(|entry| entry.count);
        counts.fold(0, u64::saturating_add)
    }

    /// Returns the number of bytes that the table takes in memory.
    #[must_use]
    pub fn memory(&self) -> usize {
        let entries = self.entries.capacity() * size_of::<Entry>();
        entries + self.bytes.capacity() + self.table.allocation_size()
    }

    /// Returns the number of bytes in all distinct pieces.
    pub(crate) fn distinct_bytes(&self) -> usize {
        self.bytes.len()
    }
}

/// Equal when all counts are, in any order.
impl PartialEq for PieceCounts {
    fn eq(&self, other: &Self) -> bool {
        let same = |(piece, count)| other.get(piece) == Some(count);
        self.len() == other.len() && self.iter().all(same)
    }
}

impl Eq for PieceCounts {}

/// Returns the CRC-32 of a piece: that of gzip, and of `zlib.crc32` in Python.
fn crc32(piece: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(piece);
    crc.sum()
}

/// Returns the bytes of the piece at an index.
fn bytes_of<'a>(entries: &[Entry], bytes: &'a [u8], index: usize) -> &'a [u8] {
    let start = index.checked_sub(1).map_or(0, |before| entries[before].end);
    &bytes[start..entries[index].end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_pieces_with_equal_hashes_are_compared() {
        let mut counts = PieceCounts::default();
        counts.add(&[1; 20], 1).unwrap();
        counts.add(&[2; 20], 1).unwrap();
        counts.entries[1].key = counts.entries[0].key;
        assert_ne!(bytes_of(&counts.entries, &counts.bytes, 0), [2; 20]);
        counts.add(&[1; 20], 1).unwrap();
        assert_eq!(counts.entries[0].count, 2);
    }

    #[test]
    fn counts_of_any_length() {
        let mut counts = PieceCounts::default();
        let all: Vec<Vec<u8>> = (0..40).map(|length| vec![b'a'; length]).collect();
        for _ in 0..3 {
            for piece in &all {
                counts.add(piece, 2).unwrap();
            }
        }
        let expected: Vec<(&[u8], u64)> = all.iter().map(|piece| (&piece[..], 6)).collect();
        assert_eq!(counts.iter().collect::<Vec<_>>(), expected);
        let mut twice = counts.clone();
        twice.merge(&counts).unwrap();
        assert_eq!((twice.len(), twice.total()), (40, 480));
    }

    #[test]
    fn shares_are_the_whole() {
        let mut counts = PieceCounts::default();
        for number in 0..1000_u64 {
            counts
                .add(format!("piece {number}").as_bytes(), number + 1)
                .unwrap();
        }
        for number in [1, 2, 7] {
            let shares = counts.split(number).unwrap();
            assert!(shares.iter().all(|share| share.len() > 800 / number));
            let mut sum = PieceCounts::default();
            sum.reserve(counts.len(), 0).unwrap();
            for share in &shares {
                sum.merge(share).unwrap();
            }
            assert_eq!(sum, counts);
        }
        // The check value of CRC-32, as published.
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        let frequent = counts.at_least(901).unwrap();
        assert_eq!(
            (frequent.len(), frequent.get(b"piece 900")),
            (100, Some(901))
        );
        assert_eq!(counts.at_least(0).unwrap(), counts);
        assert_eq!(counts.try_clone().unwrap(), counts);
        let [pieces, ends, numbers] = counts.to_buffers().unwrap();
        let again = PieceCounts::from_buffers(&pieces, &ends, &numbers).unwrap();
        assert_eq!(again.unwrap(), counts);
        assert!(
            PieceCounts::from_buffers(&pieces, &ends[..9], &numbers[..9])
                .unwrap()
                .is_none()
        );
    }

    #[test]
    fn a_count_ends_at_the_maximum() {
        let mut counts = PieceCounts::default();
        counts.add(b"a", u64::MAX).unwrap();
        counts.add(b"a", 1).unwrap();
        counts.add(b"b", 1).unwrap();
        assert_eq!(counts.iter().next(), Some((&b"a"[..], u64::MAX)));
        assert_eq!(counts.total(), u64::MAX);
    }
}
