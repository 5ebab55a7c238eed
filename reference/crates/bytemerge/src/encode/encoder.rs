//! Turns pieces into ids: looks them up, and merges only what was never seen.
//!
//! Words follow Zipf's law, so that what came lately, which stays in the fast caches of a core, knows nearly all pieces,
//! tokens or not. What it does not know is looked up in the vocabulary as a whole. What is not there either is merged, which costs a
//! hundred times as much.
//!
//! Pieces are first found and then looked up, a block at a time. Where a piece ends is a hard guess for a processor, and
//! where it stands in a table is a long wait: apart from each other, the guesses of one loop do not hold up the waits of the
//! other, of which many are under way at once.

use crate::encode::cache::{Cache, FEW};
use crate::error::Error;
use crate::model::Model;
use crate::model::key::Key;
use crate::model::special::Segment;
use crate::progress::ShouldStop;

/// Bytes between two questions whether to stop: ten milliseconds at the slowest.
const BYTES_BETWEEN_QUESTIONS: usize = 1 << 16;

/// Pieces that are found before they are looked up. Of 32 to 512, all are equally good.
const BLOCK: usize = 128;

/// What becomes of ids.
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

/// Counts ids.
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

/// Encodes, with a cache of its own.
pub(crate) struct Encoder<'e, S> {
    model: &'e Model,
    cache: Cache,
    sink: &'e mut S,
    should_stop: &'e ShouldStop<'e>,
    /// Bytes since the last question whether to stop.
    unasked: usize,
}

/// The ends of pieces that are not looked up yet.
struct Block {
    ends: [usize; BLOCK],
    len: usize,
    /// Where the first of the pieces starts.
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

    /// What is encoded so far.
    pub(crate) fn sink(&self) -> &S {
        self.sink
    }

    /// The same, to take some of it back.
    pub(crate) fn sink_mut(&mut self) -> &mut S {
        self.sink
    }

    /// A part of a text.
    pub(crate) fn segment(&mut self, segment: Segment) -> Result<(), Error> {
        match segment {
            Segment::Text(text) => self.text(text),
            Segment::Special(id) => {
                self.account(1)?;
                self.sink.push(id)
            }
        }
    }

    /// A text without special tokens.
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

    /// A text without special tokens, except its last piece. Where that starts.
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

    /// Accounts for work, and asks now and then whether to stop.
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

    /// The pieces of a block.
    fn pieces(&mut self, bytes: &[u8], block: &Block) -> Result<(), Error> {
        let mut start = block.start;
        let ends = &block.ends[..block.len];
        self.account(ends.last().map_or(0, |end| end - start))?;
        // To touch a line early is to have it at hand later: a processor waits for many at once, if no guess is between.
        let mut keys = [Key::default(); BLOCK];
        let mut touched = 0;
        for (key, &end) in keys.iter_mut().zip(ends) {
            *key = Key::of_piece(bytes, start, end);
            touched ^= self.cache.recent.touch(*key);
            start = end;
        }
        std::hint::black_box(touched);
        start = block.start;
        // Each entry is copied as a whole, and only so many of its numbers count.
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

    /// The piece `bytes[start..end]`, if there is any.
    pub(crate) fn piece(&mut self, bytes: &[u8], start: usize, end: usize) -> Result<(), Error> {
        let mut block = Block::from(start);
        if start < end {
            (block.ends[0], block.len) = (end, 1);
        }
        self.pieces(bytes, &block)
    }

    /// A piece that did not come lately, or has more tokens than an entry has room for.
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
        if let Some(ids) = entry.and_then(|entry| recent.elsewhere(key, entry, piece)) {
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
