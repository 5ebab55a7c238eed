//! Turns pieces into ids: looks them up, and merges only pieces that were never seen.
//!
//! Words follow Zipf's law, so the table of pieces that are known holds nearly every piece, token
//! or not. Any other piece is looked up in the vocabulary. If it is not a token either, it is
//! merged, which costs a hundred times as much.
//!
//! Pieces are found, looked up and merged in separate loops, a block at a time. The end of a piece
//! is hard to predict for a processor, its line in the table is slow to load, and whether it is
//! known is hard to predict again. In separate loops the branch mispredictions of one do not delay
//! the loads of the other, many of which overlap, and the loop that looks pieces up has no branch.
//!
//! Against a table of each thread that forgot a piece for each new one, and a branch for each piece
//! (one thread, x86-64, November 2026; English, many languages, code): the same text again takes
//! 1/1.5, 1/2.7 and 1/1.3 of the time, counting it 1/1.6, 1/3.5 and 1/1.3. A first text is not
//! faster: new pieces are most of its work. Half of the time of a known piece is still the wait for
//! its line.

#![expect(
    clippy::cast_possible_truncation,
    reason = "a block has few pieces and few ids"
)]

use std::sync::Arc;

use crate::encode::shared::Shared;
use crate::encode::table::{FEW, Table, unpacked};
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
    /// Whether only the number of ids matters.
    const COUNTS: bool = false;

    /// Asks for memory for `ids` ids more.
    fn reserve(&mut self, _ids: usize) -> Result<(), Error> {
        Ok(())
    }

    fn push(&mut self, id: u32) -> Result<(), Error>;
    fn extend(&mut self, ids: &[u32]) -> Result<(), Error>;
}

impl Sink for Vec<u32> {
    #[inline]
    fn reserve(&mut self, ids: usize) -> Result<(), Error> {
        Ok(self.try_reserve(ids)?)
    }

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
    const COUNTS: bool = true;

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

/// Encodes pieces, with the table that all calls share.
pub(crate) struct Encoder<'e, S> {
    model: &'e Model,
    shared: &'e Shared,
    table: Arc<Table>,
    sink: &'e mut S,
    should_stop: &'e ShouldStop<'e>,
    /// The number of bytes since the last call of `should_stop`.
    unasked: usize,
    block: Block,
    /// The ids of the piece that is being merged: kept for its memory.
    merged: Vec<u32>,
}

/// Pieces that are looked up together. Kept from block to block, and not cleared.
struct Block {
    ends: [usize; BLOCK],
    len: usize,
    /// The start of the first piece.
    start: usize,
    keys: [Key; BLOCK],
    /// The lines of the table to which the pieces belong.
    lines: [u32; BLOCK],
    /// The ids of the pieces that were found, one after the other.
    ids: [u32; FEW * BLOCK],
    /// The pieces that were not found, and the number of ids before each.
    misses: [(u16, u16); BLOCK],
}

impl Block {
    /// Returns the start of a piece.
    #[inline]
    fn start_of(&self, piece: usize) -> usize {
        match piece {
            0 => self.start,
            _ => self.ends[piece - 1],
        }
    }
}

impl<'e, S: Sink> Encoder<'e, S> {
    /// Creates an encoder.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`].
    pub(crate) fn new(
        model: &'e Model,
        shared: &'e Shared,
        sink: &'e mut S,
        should_stop: &'e ShouldStop<'e>,
    ) -> Result<Self, Error> {
        Ok(Self {
            model,
            shared,
            table: shared.table()?,
            sink,
            should_stop,
            unasked: 0,
            block: Block {
                ends: [0; BLOCK],
                len: 0,
                start: 0,
                keys: [Key::default(); BLOCK],
                lines: [0; BLOCK],
                ids: [0; FEW * BLOCK],
                misses: [(0, 0); BLOCK],
            },
            merged: Vec::new(),
        })
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
        (self.block.start, self.block.len) = (0, 0);
        let model = self.model;
        model
            .pattern
            .for_each_end(text, |end| self.end(bytes, end))?;
        self.pieces(bytes)
    }

    /// Encodes a text without special tokens, except its last piece. Returns the start of that
    /// piece.
    pub(crate) fn text_before_last_piece(&mut self, text: &str) -> Result<usize, Error> {
        let bytes = text.as_bytes();
        (self.block.start, self.block.len) = (0, 0);
        let (mut start, mut last) = (0, 0);
        let model = self.model;
        model.pattern.for_each_end(text, |end| {
            (start, last) = (last, end);
            if start == 0 {
                return Ok(());
            }
            self.end(bytes, start)
        })?;
        self.pieces(bytes)?;
        Ok(start)
    }

    /// Encodes the piece `bytes[start..end]`, unless it is empty.
    pub(crate) fn piece(&mut self, bytes: &[u8], start: usize, end: usize) -> Result<(), Error> {
        (self.block.start, self.block.len) = (start, 0);
        if start < end {
            self.end(bytes, end)?;
        }
        self.pieces(bytes)
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

    /// Adds the end of the next piece to the block, and encodes the block if that was the last.
    #[inline]
    fn end(&mut self, bytes: &[u8], end: usize) -> Result<(), Error> {
        let block = &mut self.block;
        block.ends[block.len] = end;
        block.len += 1;
        if block.len == BLOCK {
            self.pieces(bytes)?;
        }
        Ok(())
    }

    /// Encodes the pieces of the block. The next block starts at its end.
    fn pieces(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let block = &mut self.block;
        let len = block.len;
        let end = block.start_of(len);
        let size = end - block.start;
        // Touch every line first: without a branch between them, the loads overlap.
        let mut touched = 0;
        let mut start = block.start;
        let places = block.keys.iter_mut().zip(&mut block.lines);
        for ((key, line), &end) in places.zip(&block.ends[..len]) {
            *key = Key::of_piece(bytes, start, end);
            *line = self.table.line(*key);
            touched ^= self.table.touch(*line);
            start = end;
        }
        std::hint::black_box(touched);
        // All four ids of an entry are copied, and the next piece overwrites those that are too
        // many. A piece that is not found has none.
        let (mut ids, mut misses) = (0, 0);
        let pieces = block.keys[..len].iter().zip(&block.lines);
        for (piece, (&key, &line)) in (0..).zip(pieces) {
            let (found, count) = self.table.get(key, line);
            if !S::COUNTS {
                block.ids[ids..ids + FEW].copy_from_slice(&unpacked(found));
            }
            block.misses[misses] = (piece, ids as u16);
            misses += usize::from(count == 0);
            ids += count;
        }
        self.account(size)?;
        if misses > 0 {
            self.misses(bytes, ids, misses)?;
        } else {
            self.sink.extend(&self.block.ids[..ids])?;
        }
        (self.block.start, self.block.len) = (end, 0);
        Ok(())
    }

    /// Encodes the pieces that were not found, and hands over all ids in order.
    #[inline(never)]
    fn misses(&mut self, bytes: &[u8], ids: usize, misses: usize) -> Result<(), Error> {
        let (block, merged) = (&self.block, &mut self.merged);
        let Model {
            vocabulary, merges, ..
        } = self.model;
        // Touch what the vocabulary would read, as above.
        let mut touched = 0;
        for &(piece, _) in &block.misses[..misses] {
            let (key, line) = (
                block.keys[usize::from(piece)],
                block.lines[usize::from(piece)],
            );
            if self.table.lacks(key, line) {
                touched ^= vocabulary.touch(key);
            }
        }
        std::hint::black_box(touched);
        self.sink.reserve(ids + misses)?;
        let mut done = 0;
        for &(piece, before) in &block.misses[..misses] {
            let piece = usize::from(piece);
            let (key, start, end) = (block.keys[piece], block.start_of(piece), block.ends[piece]);
            let piece = &bytes[start..end];
            merged.clear();
            if !self.table.find(key, piece, merged)? {
                let token = vocabulary.id_at(bytes, start, end);
                if let Some(id) = self.model.token_of_piece(token) {
                    merged.try_reserve(1)?;
                    merged.push(id);
                } else {
                    merges.apply(vocabulary, piece, merged, self.should_stop)?;
                }
                if key.is_any() {
                    self.table.insert(key, piece, merged);
                }
            }
            let before = usize::from(before);
            self.sink.extend(&block.ids[done..before])?;
            self.sink.extend(merged)?;
            done = before;
        }
        self.sink.extend(&block.ids[done..ids])?;
        if self.table.is_full() {
            if let Some(table) = self.shared.replaced(&self.table) {
                self.table = table;
            }
        }
        Ok(())
    }
}
