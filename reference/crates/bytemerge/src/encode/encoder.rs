//! Turns pieces into ids: looks them up, and merges only pieces that were never seen.
//!
//! Words follow Zipf's law, so a cache of recent pieces, small enough for the fast caches of a
//! core, holds nearly every piece, token or not. Any other piece is looked up in the vocabulary. If
//! it is not a token either, it is merged, which costs a hundred times as much.
//!
//! Pieces are found and looked up in separate loops, a block at a time. The end of a piece is hard
//! to predict for a processor, and its line in a table is slow to load. In separate loops the
//! branch mispredictions of one do not delay the loads of the other, many of which overlap.

use crate::encode::cache::{Cache, FEW};
use crate::error::Error;
use crate::model::Model;
use crate::model::key::Key;
use crate::model::special::Segment;
use crate::progress::ShouldStop;

/// The number of bytes between two calls of `should_stop`: ten milliseconds at the slowest.
const BYTES_BETWEEN_QUESTIONS: usize = 1 << 16;

/// The number of pieces that are found before they are looked up. 32 to 512 are equally good.
const BLOCK: usize = 128;

/// The destination of ids.
pub(crate) trait Sink {
    fn push(&mut self, id: u32) -> Result<(), Error>;
    fn extend(&mut self, ids: &[u32]) -> Result<(), Error>;
}

impl Sink for Vec<u32> {
    #[inline]
    fn push(&mut self, id: u32) -> Result<(), Error> {
        self.try_reserve(1)?;
        self.push(id);
        Ok(())
    }

    #[inline]
    fn extend(&mut self, ids: &[u32]) -> Result<(), Error> {
        self.try_reserve(ids.len())?;
        self.extend_from_slice(ids);
        Ok(())
    }
}

/// Counts ids without keeping them.
impl Sink for usize {
    #[inline]
    fn push(&mut self, _: u32) -> Result<(), Error> {
        *self += 1;
        Ok(())
    }

    #[inline]
    fn extend(&mut self, ids: &[u32]) -> Result<(), Error> {
        *self += ids.len();
        Ok(())
    }
}

/// Encodes pieces, with a cache of its own.
pub(crate) struct Encoder<'e, S> {
    model: &'e Model,
    cache: Cache,
    sink: &'e mut S,
    should_stop: &'e ShouldStop<'e>,
    /// The number of bytes since the last call of `should_stop`.
    unasked: usize,
}

/// The ends of pieces that have not been looked up yet.
struct Block {
    ends: [usize; BLOCK],
    len: usize,
    /// The start of the first piece.
    start: usize,
}

impl Block {
    fn from(start: usize) -> Self {
        Self {
            ends: [0; BLOCK],
            len: 0,
            start,
        }
    }
}

impl<'e, S: Sink> Encoder<'e, S> {
    pub(crate) fn new(
        model: &'e Model,
        cache: Cache,
        sink: &'e mut S,
        should_stop: &'e ShouldStop<'e>,
    ) -> Self {
        Self {
            model,
            cache,
            sink,
            should_stop,
            unasked: 0,
        }
    }

    pub(crate) fn into_cache(self) -> Cache {
        self.cache
    }

    /// Returns the ids so far.
    pub(crate) fn sink(&self) -> &S {
        self.sink
    }

    /// Returns the ids so far, so that some can be taken back.
    pub(crate) fn sink_mut(&mut self) -> &mut S {
        self.sink
    }

    /// Encodes a segment of a text.
    pub(crate) fn segment(&mut self, segment: Segment) -> Result<(), Error> {
        match segment {
            Segment::Text(text) => self.text(text),
            Segment::Special(id) => {
                self.account(1)?;
                self.sink.push(id)
            }
        }
    }

    /// Encodes a text without special tokens.
    pub(crate) fn text(&mut self, text: &str) -> Result<(), Error> {
        let bytes = text.as_bytes();
        let mut block = Block::from(0);
        let model = self.model;
        model.pattern.for_each_end(text, |end| {
            block.ends[block.len] = end;
            block.len += 1;
            if block.len == BLOCK {
                self.pieces(bytes, &block)?;
                (block.start, block.len) = (end, 0);
            }
            Ok::<(), Error>(())
        })?;
        self.pieces(bytes, &block)
    }

    /// Encodes a text without special tokens, except its last piece. Returns the start of that
    /// piece.
    pub(crate) fn text_before_last_piece(&mut self, text: &str) -> Result<usize, Error> {
        let bytes = text.as_bytes();
        let (mut start, mut last) = (0, 0);
        let model = self.model;
        model.pattern.for_each_end(text, |end| {
            if start < last {
                self.piece(bytes, start, last)?;
            }
            (start, last) = (last, end);
            Ok::<(), Error>(())
        })?;
        Ok(start)
    }

    /// Counts the bytes of work done, and asks now and then whether to stop.
    #[inline]
    fn account(&mut self, bytes: usize) -> Result<(), Error> {
        self.unasked += bytes;
        if self.unasked >= BYTES_BETWEEN_QUESTIONS {
            self.unasked = 0;
            if (self.should_stop)() {
                return Err(Error::Interrupted);
            }
        }
        Ok(())
    }

    /// Encodes the pieces of a block.
    fn pieces(&mut self, bytes: &[u8], block: &Block) -> Result<(), Error> {
        let mut start = block.start;
        let ends = &block.ends[..block.len];
        self.account(ends.last().map_or(0, |end| end - start))?;
        // Touch every cache line first: without a branch between them, the loads overlap.
        let mut keys = [Key::default(); BLOCK];
        let mut touched = 0;
        for (key, &end) in keys.iter_mut().zip(ends) {
            *key = Key::of_piece(bytes, start, end);
            touched ^= self.cache.recent.touch(*key);
            start = end;
        }
        std::hint::black_box(touched);
        start = block.start;
        // Each entry is copied as a whole; its last number says how many of the others count.
        let mut ids = [0; 4 * BLOCK];
        let mut len = 0;
        for (&key, &end) in keys.iter().zip(ends) {
            match self.cache.recent.get(key) {
                Some(entry) if entry[3] <= FEW => {
                    ids[len..len + 4].copy_from_slice(entry);
                    len += entry[3] as usize;
                }
                entry => {
                    let entry = entry.copied();
                    self.sink.extend(&ids[..len])?;
                    len = 0;
                    self.other_piece(key, entry, bytes, start, end)?;
                }
            }
            start = end;
        }
        self.sink.extend(&ids[..len])
    }

    /// Encodes the piece `bytes[start..end]`, unless it is empty.
    pub(crate) fn piece(&mut self, bytes: &[u8], start: usize, end: usize) -> Result<(), Error> {
        let mut block = Block::from(start);
        if start < end {
            (block.ends[0], block.len) = (end, 1);
        }
        self.pieces(bytes, &block)
    }

    /// Encodes a piece that is not in the cache, or has more tokens than an entry has room for.
    #[inline(never)]
    fn other_piece(
        &mut self,
        key: Key,
        entry: Option<[u32; 4]>,
        bytes: &[u8],
        start: usize,
        end: usize,
    ) -> Result<(), Error> {
        let model = self.model;
        let piece = &bytes[start..end];
        let Cache { recent, ids } = &mut self.cache;
        if let Some(ids) = entry.and_then(|entry| recent.overflow(key, entry, piece)) {
            return self.sink.extend(ids);
        }
        let vocabulary = &model.vocabulary;
        ids.clear();
        if let Some(id) = model.token_of_piece(vocabulary.id_at(bytes, start, end)) {
            ids.push(id);
        } else {
            model
                .merges
                .apply(vocabulary, piece, ids, self.should_stop)?;
        }
        if key.is_any() {
            recent.insert(key, piece, ids);
        }
        self.sink.extend(ids)
    }
}
