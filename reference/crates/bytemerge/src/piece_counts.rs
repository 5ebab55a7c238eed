//! How often each piece of a text occurs: all that training needs to know of the text.
//!
//! A text of any size has few distinct pieces (Heaps' law), so the counts are small, can be made
//! anywhere, added up, and trained on once.
//!
//! The bytes of all pieces stand one after the other in one vector, the entries in another, and a
//! hash table finds an entry by its piece. An entry also holds a key of 128 bits, which is the whole
//! piece when that has at most 15 bytes, as nearly all have: hashing and comparing such a piece are a
//! few instructions on two words, without a look at the bytes.

#![expect(
    clippy::cast_possible_truncation,
    reason = "lengths that are cut are those of short pieces"
)]

use std::hash::BuildHasher as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use hashbrown::HashTable;

use crate::Pattern;
use crate::hasher::BuildHasher;
use crate::threads::is_room_for_threads;
use crate::{Error, ShouldStop};

/// Counting asks this often, in bytes of text, whether to go on. The slowest pattern, an expression
/// that backtracks, takes about 10 ms for it.
const BYTES_BETWEEN_QUESTIONS: usize = 1 << 16;

/// Texts longer than this are shared between threads, where the pattern allows a cut.
const BYTES_PER_PART: usize = 1 << 20;

/// How often each piece occurs.
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
    /// In order of first occurrence.
    entries: Vec<Entry>,
    /// The pieces in the order of the entries, with nothing between them.
    bytes: Vec<u8>,
    /// Indices of entries, by the hash of the key.
    table: HashTable<usize>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    key: u128,
    count: u64,
    /// Where the piece ends in the bytes. It starts where the one before ends.
    end: usize,
}

impl PieceCounts {
    /// The pieces of texts, counted on the calling thread.
    ///
    /// # Errors
    ///
    /// [`Error::Interrupted`] when `should_stop` says so, [`Error::OutOfMemory`], and what the pattern reports.
    pub fn count<'a>(
        pattern: &Pattern,
        texts: impl IntoIterator<Item = &'a str>,
        should_stop: &ShouldStop,
    ) -> Result<Self, Error> {
        let mut counts = Self::default();
        for text in texts {
            counts.add_text(pattern, text, should_stop)?;
        }
        Ok(counts)
    }

    /// The pieces of texts, counted on several threads. The order of the pieces differs from run to
    /// run, the counts do not.
    ///
    /// Each thread takes the next text, or part of one, when it is done with the last, so a stream
    /// of texts is never held as a whole. The threads are new and end with the call, hence a process
    /// that forks after it can count again. Where the system gives fewer threads, these do the work.
    ///
    /// # Errors
    ///
    /// As [`PieceCounts::count`].
    pub fn count_parallel<'a, Texts>(
        pattern: &Pattern,
        texts: Texts,
        threads: usize,
        should_stop: &ShouldStop,
    ) -> Result<Self, Error>
    where
        Texts: IntoIterator<Item = &'a str>,
        Texts::IntoIter: Send,
    {
        if threads <= 1 || !is_room_for_threads(threads, 0) {
            return Self::count(pattern, texts, should_stop);
        }
        let parts = Mutex::new(Parts {
            pattern,
            texts: texts.into_iter(),
            rest: "",
        });
        let failed = AtomicBool::new(false);
        let should_stop: &ShouldStop = &|| failed.load(Ordering::Relaxed) || should_stop();
        let work = || {
            let next = || parts.lock().ok().and_then(|mut parts| parts.next());
            let counts = Self::count(pattern, std::iter::from_fn(next), should_stop);
            if counts.is_err() {
                failed.store(true, Ordering::Relaxed);
            }
            counts
        };
        thread::scope(|scope| {
            let spawn = |_| thread::Builder::new().spawn_scoped(scope, work).ok();
            let others: Vec<_> = (1..threads).map_while(spawn).collect();
            let mut results = vec![work()];
            results.extend(others.into_iter().map(|thread| {
                let result = thread.join();
                result.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            }));
            // The error of one thread interrupts the others: it is the one to report.
            let first_error = results
                .iter()
                .position(|result| !matches!(result, Ok(_) | Err(Error::Interrupted)));
            if let Some(index) = first_error {
                return results.swap_remove(index);
            }
            let mut tables = results.into_iter().collect::<Result<Vec<_>, _>>()?;
            // The largest takes the others in.
            tables.sort_by_key(Self::len);
            let mut counts = tables.pop().unwrap_or_default();
            for table in tables {
                counts.merge(&table)?;
            }
            Ok(counts)
        })
    }

    /// Counts the pieces of one more text.
    ///
    /// # Errors
    ///
    /// As [`PieceCounts::count`]; then part of the text is counted.
    pub fn add_text(
        &mut self,
        pattern: &Pattern,
        text: &str,
        should_stop: &ShouldStop,
    ) -> Result<(), Error> {
        let mut unasked = 0;
        pattern.for_each_piece(text, |piece| {
            unasked += piece.len();
            if unasked >= BYTES_BETWEEN_QUESTIONS {
                unasked = 0;
                if should_stop() {
                    return Err(Error::Interrupted);
                }
            }
            self.add(piece.as_bytes(), 1)
        })?;
        if should_stop() {
            return Err(Error::Interrupted);
        }
        Ok(())
    }

    /// Counts a piece `count` times more. A count ends at 2⁶⁴ - 1 and stays there.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`]; then nothing has changed.
    pub fn add(&mut self, piece: &[u8], count: u64) -> Result<(), Error> {
        let key = key(piece);
        if let Some(index) = self.find(key, piece) {
            let entry = &mut self.entries[index];
            entry.count = entry.count.saturating_add(count);
            return Ok(());
        }
        self.insert(key, piece, count)
    }

    /// Adds a piece that is not there.
    #[cold]
    fn insert(&mut self, key: u128, piece: &[u8], count: u64) -> Result<(), Error> {
        self.bytes.try_reserve(piece.len())?;
        self.entries.try_reserve(1)?;
        let entries = &self.entries;
        let rehash = |&index: &usize| hash(entries[index].key);
        let reserved = self.table.try_reserve(1, rehash);
        reserved.map_err(|_| Error::OutOfMemory)?;
        let index = self.entries.len();
        self.table.insert_unique(hash(key), index, rehash);
        self.bytes.extend_from_slice(piece);
        let end = self.bytes.len();
        self.entries.push(Entry { key, count, end });
        Ok(())
    }

    fn find(&self, key: u128, piece: &[u8]) -> Option<usize> {
        let same = |index: &usize| {
            self.entries[*index].key == key
                && (is_whole(key) || bytes_of(&self.entries, &self.bytes, *index) == piece)
        };
        self.table.find(hash(key), same).copied()
    }

    /// How often a piece occurs, if it does.
    #[must_use]
    pub fn get(&self, piece: &[u8]) -> Option<u64> {
        let index = self.find(key(piece), piece)?;
        Some(self.entries[index].count)
    }

    /// Adds the counts of another table. What is new comes last, in the order of the other.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`]; then part of the other is added.
    pub fn merge(&mut self, other: &Self) -> Result<(), Error> {
        let mut pieces = other.iter();
        pieces.try_for_each(|(piece, count)| self.add(piece, count))
    }

    /// The pieces and their counts, in order of first occurrence.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&[u8], u64)> {
        let mut start = 0;
        self.entries.iter().map(move |entry| {
            let piece = &self.bytes[start..entry.end];
            start = entry.end;
            (piece, entry.count)
        })
    }

    /// The number of distinct pieces.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no piece.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The number of pieces, each as often as it occurs; at most 2⁶⁴ - 1.
    #[must_use]
    pub fn total(&self) -> u64 {
        let counts = self.entries.iter().map(|entry| entry.count);
        counts.fold(0, u64::saturating_add)
    }

    /// The bytes in all distinct pieces.
    pub(crate) fn distinct_bytes(&self) -> usize {
        self.bytes.len()
    }
}

/// The order in which pieces came does not matter.
impl PartialEq for PieceCounts {
    fn eq(&self, other: &Self) -> bool {
        let same = |(piece, count)| other.get(piece) == Some(count);
        self.len() == other.len() && self.iter().all(same)
    }
}

impl Eq for PieceCounts {}

fn bytes_of<'a>(entries: &[Entry], bytes: &'a [u8], index: usize) -> &'a [u8] {
    let start = index.checked_sub(1).map_or(0, |before| entries[before].end);
    &bytes[start..entries[index].end]
}

/// The highest byte of a key that is not the whole piece: no length of a short piece.
const LONG: u128 = 0xFF << 120;

/// The bytes of a short piece with its length in the highest byte, or a hash of a long one.
fn key(piece: &[u8]) -> u128 {
    // The first and the last bytes of a piece, which may overlap, are read in one go each: a copy of
    // variable length would be a call.
    let (low, high) = match piece.len() {
        0 => (0, 0),
        1 => (u64::from(piece[0]), 0),
        length @ 2..4 => {
            let start = u16::from_le_bytes([piece[0], piece[1]]);
            let last = u64::from(piece[length - 1]);
            (u64::from(start) | last << (8 * (length - 1)), 0)
        }
        length @ 4..8 => {
            let (first, last) = ends::<4>(piece);
            let first = u64::from(u32::from_le_bytes(first));
            let last = u64::from(u32::from_le_bytes(last));
            (first | last << (8 * (length - 4)), 0)
        }
        length @ 8..16 => {
            let (first, last) = ends::<8>(piece);
            let overlap = 8 * (16 - length as u32);
            let last = u64::from_le_bytes(last);
            // A shift by 64 would be one too many: the last eight are the first eight.
            (
                u64::from_le_bytes(first),
                last.checked_shr(overlap).unwrap_or(0),
            )
        }
        _ => return LONG | u128::from(BuildHasher::default().hash_one(piece)),
    };
    u128::from(low) | u128::from(high) << 64 | (piece.len() as u128) << 120
}

/// The first and the last `N` bytes of a piece that has as many.
fn ends<const N: usize>(piece: &[u8]) -> ([u8; N], [u8; N]) {
    let first = piece.first_chunk().copied().unwrap_or([0; N]);
    (first, piece.last_chunk().copied().unwrap_or([0; N]))
}

/// Whether a key says all about its piece.
fn is_whole(key: u128) -> bool {
    key < LONG
}

fn hash(key: u128) -> u64 {
    BuildHasher::default().hash_one(key)
}

/// Texts, the long ones in parts.
struct Parts<'pattern, 'text, Texts> {
    pattern: &'pattern Pattern,
    texts: Texts,
    /// What is left of the last text.
    rest: &'text str,
}

impl<'text, Texts: Iterator<Item = &'text str>> Iterator for Parts<'_, 'text, Texts> {
    type Item = &'text str;

    fn next(&mut self) -> Option<&'text str> {
        if self.rest.is_empty() {
            self.rest = self.texts.next()?;
        }
        let cut = if self.rest.len() > BYTES_PER_PART {
            self.pattern.safe_cut(self.rest, BYTES_PER_PART)
        } else {
            None
        };
        let part;
        (part, self.rest) = self.rest.split_at(cut.unwrap_or(self.rest.len()));
        Some(part)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    /// Pieces that differ in their bytes, in their length alone, or at one place.
    #[test]
    fn keys_tell_short_pieces_apart() {
        let mut seen = HashMap::new();
        for length in 0..16 {
            for place in 0..length.max(1) {
                for byte in [0, 1, 255] {
                    let mut piece = vec![0; length];
                    if let Some(there) = piece.get_mut(place) {
                        *there = byte;
                    }
                    let key = key(&piece);
                    assert!(is_whole(key));
                    assert_eq!(*seen.entry(key).or_insert_with(|| piece.clone()), piece);
                }
            }
        }
        assert!(!is_whole(key(&[0; 16])));
    }

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
    fn a_count_ends_at_the_maximum() {
        let mut counts = PieceCounts::default();
        counts.add(b"a", u64::MAX).unwrap();
        counts.add(b"a", 1).unwrap();
        counts.add(b"b", 1).unwrap();
        assert_eq!(counts.iter().next(), Some((&b"a"[..], u64::MAX)));
        assert_eq!(counts.total(), u64::MAX);
    }

    #[test]
    fn threads_do_not_matter() {
        let text = "the cat sat on the mat, don't you know 123 \n\n  é ".repeat(60_000);
        let texts = ["one", "", &text, "two"];
        let sorted = |counts: &PieceCounts| {
            let mut all: Vec<_> = counts.iter().map(|(p, n)| (p.to_vec(), n)).collect();
            all.sort();
            all
        };
        let one =
            PieceCounts::count(&Pattern::new(Some("gpt2")).unwrap(), texts, &|| false).unwrap();
        for threads in [0, 1, 2, 3, 8] {
            let many = PieceCounts::count_parallel(
                &Pattern::new(Some("gpt2")).unwrap(),
                texts,
                threads,
                &|| false,
            );
            assert_eq!(sorted(&many.unwrap()), sorted(&one));
        }
    }

    #[test]
    fn stops_when_asked() {
        let text = "word ".repeat(1 << 20);
        for threads in [1, 2] {
            let counts = PieceCounts::count_parallel(
                &Pattern::new(Some("gpt2")).unwrap(),
                [&text[..]],
                threads,
                &|| true,
            );
            assert!(matches!(counts, Err(Error::Interrupted)));
        }
    }
}
