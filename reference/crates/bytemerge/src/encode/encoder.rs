//! Turns pieces into ids: looks them up, and merges only pieces that are not known.
//!
//! Words follow Zipf's law, so the table of pieces that are known holds nearly every piece, token
//! or not. Any other piece is looked up in the vocabulary. Unless it becomes a token at once, it is
//! merged, which costs a hundred times as much.
//!
//! Pieces are found, looked up and merged in separate loops, a block at a time. The end of a piece
//! is hard to predict for a processor, its line in the table is slow to load, and whether it is
//! known is hard to predict again. In separate loops the branch mispredictions of one do not delay
//! the loads of the other, many of which overlap, and the loop that looks pieces up has no branch.
//!
//! The speed as a multiple of an earlier design: one piece at a time, a branch for each, and for
//! each thread a table in which a new piece displaced an old one (one thread, AMD EPYC, medians of
//! 7 rounds, eight megabytes each, November 2026).
//!
//! | text | English | many languages | code |
//! |---|---|---|---|
//! | new | 1.4 | 1.3 | 1.3 |
//! | similar to one before | 1.6 | 1.4 | 1.4 |
//! | the same again | 2.6 | 5.3 | 2.3 |
//!
//! New pieces, which are merged, are most of the work that is left: see `model::merge::short`. A
//! table with all tokens from the start does not pay. It takes eight megabytes, of which a text
//! needs few lines, and loses more to the processor's cache than it saves.

#![expect(
    clippy::cast_possible_truncation,
    reason = "a block has few pieces and few ids"
)]

use std::cell::Cell;
use std::sync::Arc;

use crate::encode::shared::SharedTable;
use crate::encode::table::{IDS_IN_ENTRY, Table, unpacked};
use crate::error::Error;
use crate::key::Key;
use crate::memory::try_default;
use crate::model::Model;
use crate::model::special::Segment;
use crate::pattern::block::MOST_ENDS;
use crate::progress::{ShouldStop, StopCheck};

/// The number of bytes between two calls of `should_stop`: ten milliseconds at the slowest.
const BYTES_BETWEEN_QUESTIONS: usize = 1 << 16;

/// The destination of ids.
pub(crate) trait Sink {
    /// Whether only the number of ids matters.
    const COUNTS: bool = false;

    /// Reserves memory for `ids` more ids.
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
    shared: &'e SharedTable,
    table: Arc<Table>,
    sink: &'e mut S,
    stop_check: StopCheck<'e>,
    /// One value. A slice can be empty, so `drop` takes it without an allocation.
    buffers: Box<[Buffers]>,
}

thread_local! {
    /// The working memory of the last encoder of this thread. Clearing eight kilobytes would take
    /// a third of the time of a text of a hundred bytes.
    static SPARE: Cell<Option<Box<[Buffers]>>> = const { Cell::new(None) };
}

/// Working memory for the pieces of a block. Kept from block to block, and not cleared.
struct Buffers {
    keys: [Key; MOST_ENDS],
    /// The lines of the table to which the pieces belong.
    lines: [u32; MOST_ENDS],
    /// The ids of the pieces that were found, one after the other.
    ids: [u32; IDS_IN_ENTRY * MOST_ENDS],
    /// The pieces that were not found, and the number of ids before each.
    misses: [(u16, u16); MOST_ENDS],
    /// The ids of the piece that is being merged.
    merged: Vec<u32>,
}

impl Default for Buffers {
    fn default() -> Self {
        Self {
            keys: [Key::default(); MOST_ENDS],
            lines: [0; MOST_ENDS],
            ids: [0; IDS_IN_ENTRY * MOST_ENDS],
            misses: [(0, 0); MOST_ENDS],
            merged: Vec::new(),
        }
    }
}

impl<S> Drop for Encoder<'_, S> {
    fn drop(&mut self) {
        SPARE.set(Some(std::mem::take(&mut self.buffers)));
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
        shared: &'e SharedTable,
        sink: &'e mut S,
        should_stop: &'e ShouldStop<'e>,
    ) -> Result<Self, Error> {
        Ok(Self {
            model,
            shared,
            table: shared.table()?,
            sink,
            stop_check: StopCheck::new(should_stop, BYTES_BETWEEN_QUESTIONS),
            buffers: match SPARE.take() {
                Some(buffers) if !buffers.is_empty() => buffers,
                _ => try_default(1)?,
            },
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
                self.stop_check.count(1)?;
                self.sink.push(id)
            }
        }
    }

    /// Encodes a text without special tokens.
    pub(crate) fn text(&mut self, text: &str) -> Result<(), Error> {
        let bytes = text.as_bytes();
        let mut start = 0;
        let model = self.model;
        model.pattern.for_each_block(text, |ends| {
            self.pieces(bytes, start, ends)?;
            start = ends.last().copied().unwrap_or(start);
            Ok::<(), Error>(())
        })
    }

    /// Encodes a text without special tokens, except its last piece. Returns the start of that
    /// piece.
    pub(crate) fn text_before_last_piece(&mut self, text: &str) -> Result<usize, Error> {
        let bytes = text.as_bytes();
        let (mut start, mut last) = (0, 0);
        let model = self.model;
        model.pattern.for_each_end(text, |end| {
            self.piece(bytes, start, last)?;
            (start, last) = (last, end);
            Ok::<(), Error>(())
        })?;
        Ok(start)
    }

    /// Encodes the piece `bytes[start..end]`, unless it is empty.
    pub(crate) fn piece(&mut self, bytes: &[u8], start: usize, end: usize) -> Result<(), Error> {
        if start == end {
            return Ok(());
        }
        self.pieces(bytes, start, &[end])
    }

    /// Encodes neighbouring pieces, at most [`MOST_ENDS`]: the start of the first, and all ends.
    fn pieces(&mut self, bytes: &[u8], first: usize, ends: &[usize]) -> Result<(), Error> {
        self.stop_check
            .count(ends.last().map_or(0, |end| end - first))?;
        let buffers = &mut self.buffers[0];
        // Ask for all lines first, so that their loads overlap.
        let mut start = first;
        let pieces = buffers.keys.iter_mut().zip(&mut buffers.lines);
        for ((key, line), &end) in pieces.zip(ends) {
            *key = Key::of_piece(bytes, start, end);
            *line = self.table.line(*key);
            self.table.prefetch(*line);
            start = end;
        }
        // Copying all four ids of an entry takes no branch; the next piece overwrites the excess. A
        // piece that is not found counts as zero ids.
        let (mut ids, mut misses) = (0, 0);
        let pieces = buffers.keys[..ends.len()].iter().zip(&buffers.lines);
        for (piece, (&key, &line)) in (0..).zip(pieces) {
            let (found, count) = self.table.get(key, line);
            if !S::COUNTS {
                buffers.ids[ids..ids + IDS_IN_ENTRY].copy_from_slice(&unpacked(found));
            }
            buffers.misses[misses] = (piece, ids as u16);
            misses += usize::from(count == 0);
            ids += count;
        }
        if misses > 0 {
            self.misses(bytes, first, ends, ids, misses)
        } else {
            self.sink.extend(&buffers.ids[..ids])
        }
    }

    /// Encodes the pieces that were not found, and hands over all ids in order.
    #[inline(never)]
    fn misses(
        &mut self,
        bytes: &[u8],
        first: usize,
        ends: &[usize],
        ids: usize,
        misses: usize,
    ) -> Result<(), Error> {
        let buffers = &mut self.buffers[0];
        let merged = &mut buffers.merged;
        let vocabulary = &self.model.vocabulary;
        // Ask for what the vocabulary would read, as above. Asking in another loop for the tokens
        // in its table does not pay.
        for &(piece, _) in &buffers.misses[..misses] {
            let (key, line) = (
                buffers.keys[usize::from(piece)],
                buffers.lines[usize::from(piece)],
            );
            if self.table.lacks(key, line) {
                vocabulary.prefetch(key);
            }
        }
        self.sink.reserve(ids + misses)?;
        let mut done = 0;
        for &(piece, before) in &buffers.misses[..misses] {
            let piece = usize::from(piece);
            let start = if piece == 0 { first } else { ends[piece - 1] };
            let (key, end) = (buffers.keys[piece], ends[piece]);
            let piece = &bytes[start..end];
            merged.clear();
            if !self.table.find(key, piece, merged)? {
                let token = vocabulary.id_at(bytes, start, end);
                if let Some(id) = self.model.token_of_piece(token) {
                    merged.try_reserve(1)?;
                    merged.push(id);
                } else {
                    let should_stop = self.stop_check.should_stop();
                    self.model.merge(piece, merged, should_stop)?;
                }
                self.table.insert(key, piece, merged);
            }
            let before = usize::from(before);
            self.sink.extend(&buffers.ids[done..before])?;
            self.sink.extend(merged)?;
            done = before;
        }
        self.sink.extend(&buffers.ids[done..ids])?;
        if self.table.is_full() {
            if let Some(table) = self.shared.replaced(&self.table) {
                self.table = table;
            }
        }
        Ok(())
    }
}
