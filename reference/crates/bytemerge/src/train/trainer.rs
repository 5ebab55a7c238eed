//! Learns which pairs of tokens merge: byte-pair encoding as in Sennrich, Haddow and Birch, "Neural
//! machine translation of rare words with subword units" (2016), without counting again after a
//! merge.
//!
//! All pieces are in one row of cells, one cell for each byte, with a boundary before and after
//! each piece. A token is written into its first and its last cell. The length of each token is
//! known, so the tokens before and after it are one step away, and a merge changes only the cells
//! around it, however long the piece is.
//!
//! The first cell of a token also names the pair that starts with this token. So counts are kept up
//! to date without any hash table: the cells name the pairs that a merge breaks up, and every pair
//! that it makes has the new token as one part, so the other part is an index into an array.
//!
//! Each pair has a list of the cells at which it started when it was made. Outdated cells stay in
//! the list; they name a different pair or no pair. All occurrences of a pair are made during one
//! merge, the one that makes the younger of its two tokens, so a list never grows.
//!
//! A merge costs as much as the list of its pair is long. Each occurrence removes a token and adds
//! at most two cells to lists, so all merges together are linear in the bytes of the distinct
//! pieces; the [queue](super::queue) adds a logarithm.

#![expect(
    clippy::cast_possible_truncation,
    reason = "cells, pairs and tokens are numbered with 32 bits: larger input is refused at the start"
)]

use std::collections::HashMap;

use crate::error::Error;
use crate::pattern::byte_letters;
use crate::progress::Progress;
use crate::train::counts::PieceCounts;
use crate::train::queue::{Pair, Queue};

/// The number of different bytes, and of tokens before the first merge.
const BYTES: usize = 256;

/// Marks a cell between pieces, in the field of the token. No merge makes a token with this number.
const BOUNDARY: u32 = u32::MAX;

/// Marks a cell at the end of a piece or within a token, in the field of the pair.
const NO_PAIR: u32 = u32::MAX;

/// The largest number of cells. Cells are numbered with 32 bits, and so are pairs, of which there
/// are at most three for each cell.
const MOST_CELLS: usize = u32::MAX as usize / 3 - BYTES * BYTES;

/// The number of cells between two reports to the caller: a few milliseconds.
const CELLS_BETWEEN_REPORTS: usize = 1 << 16;

/// The limits of training, besides the number of merges. By default there are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// A pair that occurs more rarely does not merge.
    pub min_frequency: u64,
    /// The number of bytes of the longest token. Single bytes are tokens in any case.
    pub token_length: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            min_frequency: 0,
            token_length: usize::MAX,
        }
    }
}

/// Learns which pairs merge from pieces and their counts, and returns the pairs in the order
/// learnt.
///
/// The ids 0 to 255 are the bytes, and merge `i` makes the token `256 + i`. There are `merges`
/// merges, or fewer if no pair within the limits is left.
///
/// The pair with the highest count merges next; among equal counts, the pair whose left token comes
/// first, then the pair whose right token comes first. Bytes come in the order of the characters
/// that GPT-2 writes for them (`!` first, the space near the end), then merged tokens in the order
/// learnt. The order of the pieces does not matter.
///
/// No two merges make the same bytes. Wherever a token is, no merge crossed its ends before it was
/// made, so its bytes merged in the same way everywhere: the first merge that makes it makes every
/// occurrence. So ids do not depend on the bytes of tokens.
///
/// `progress` receives the number of merges learnt: after each merge, and during long work as well.
///
/// # Errors
///
/// [`Error::TooManyPieces`] for more than a gigabyte of distinct pieces, [`Error::CountOverflow`]
/// if the pairs of all pieces together occur more than 2⁶⁴ - 2 times, [`Error::OutOfMemory`], and
/// the error of `progress`.
///
/// ```
/// use bytemerge::{Limits, PieceCounts, train};
///
/// let mut counts = PieceCounts::default();
/// counts.add(b"aaabdaaabac", 1)?;
/// let merges = train(&counts, 3, Limits::default(), &mut |_| Ok(()))?;
/// let (a, b) = (u32::from(b'a'), u32::from(b'b'));
/// assert_eq!(merges, [(a, a), (a, b), (256, 257)]);
/// # Ok::<(), bytemerge::Error>(())
/// ```
pub fn train(
    counts: &PieceCounts,
    merges: usize,
    limits: Limits,
    progress: &mut Progress,
) -> Result<Vec<(u32, u32)>, Error> {
    train_further(counts, &[], merges, limits, progress)
}

/// Does the work of [`train`] after the merges `initial`, which are made first, in their order. It
/// returns the merges after them.
///
/// Merge `i` of `initial` makes the token `256 + i`, and the first merge that is learnt makes the
/// one after the last of these.
///
/// # Errors
///
/// Those of [`train`].
pub(crate) fn train_further(
    counts: &PieceCounts,
    initial: &[(u32, u32)],
    merges: usize,
    limits: Limits,
    progress: &mut Progress,
) -> Result<Vec<(u32, u32)>, Error> {
    let mut trainer = Trainer::new(counts, limits, progress)?;
    trainer.replay(initial, progress)?;
    trainer.queue_pairs(0)?;
    let mut learnt = Vec::new();
    while learnt.len() < merges {
        let Some(pair) = trainer.queue.pop(&trainer.pairs)? else {
            break;
        };
        let made = trainer.pairs.len();
        trainer.merge(pair, &mut || progress(learnt.len()))?;
        trainer.queue_pairs(made)?;
        let Pair { left, right, .. } = trainer.pairs[pair as usize];
        learnt.try_reserve(1)?;
        learnt.push((left, right));
        progress(learnt.len())?;
    }
    let (bytes, _) = byte_order();
    let id = |token: u32| bytes.get(token as usize).map_or(token, |&byte| byte.into());
    for (left, right) in &mut learnt {
        (*left, *right) = (id(*left), id(*right));
    }
    Ok(learnt)
}

/// Returns the bytes in the order of the letters that stand for them, and the index of each byte in
/// that order.
fn byte_order() -> ([u8; BYTES], [u32; BYTES]) {
    let letters = byte_letters::all();
    let mut bytes: [u8; BYTES] = std::array::from_fn(|byte| byte as u8);
    bytes.sort_by_key(|&byte| letters[usize::from(byte)]);
    let mut indices = [0; BYTES];
    for (index, byte) in (0..).zip(bytes) {
        indices[usize::from(byte)] = index;
    }
    (bytes, indices)
}

/// A byte of a piece.
#[derive(Clone, Copy)]
struct Cell {
    /// The token, in its first and its last cell. In the cells between them the value is out of
    /// date.
    token: u32,
    /// In the first cell of a token, the pair of this token and the next one of the piece, or
    /// [`NO_PAIR`].
    pair: u32,
    /// The index of the piece, for its count.
    piece: u32,
}

struct Trainer {
    cells: Vec<Cell>,
    /// The counts of the pieces.
    counts: Vec<u64>,
    pairs: Vec<Pair>,
    /// The lists of cells of all pairs, concatenated, each in ascending order.
    lists: Vec<u32>,
    /// The number of bytes of each token.
    lengths: Vec<u32>,
    /// The number of bytes of the longest token that a merge may make.
    longest: usize,
    queue: Queue,
    /// During a merge, for each token, its pair with the new token after it, or [`NO_PAIR`].
    before_new: Vec<u32>,
    /// During a merge, for each token, the pair of the new token with this token after it, or
    /// [`NO_PAIR`].
    after_new: Vec<u32>,
    /// During a merge, the new pairs and their cells, in the order found.
    found: Vec<(u32, u32)>,
}

impl Trainer {
    fn new(counts: &PieceCounts, limits: Limits, progress: &mut Progress) -> Result<Self, Error> {
        let bytes = counts.distinct_bytes().saturating_add(counts.len());
        if bytes >= MOST_CELLS {
            return Err(Error::TooManyPieces {
                bytes,
                limit: MOST_CELLS,
            });
        }
        let mut trainer = Self {
            cells: Vec::new(),
            counts: Vec::new(),
            pairs: Vec::new(),
            lists: Vec::new(),
            lengths: vec![1; BYTES],
            longest: limits.token_length,
            queue: Queue::new(limits.min_frequency.max(1)),
            before_new: vec![NO_PAIR; BYTES],
            after_new: vec![NO_PAIR; BYTES],
            found: Vec::new(),
        };
        // These are by far the largest, and their sizes are known.
        trainer.cells.try_reserve_exact(bytes + 1)?;
        trainer.counts.try_reserve_exact(counts.len())?;
        trainer.lay_out(counts, progress)?;
        trainer.list_cells(progress)?;
        Ok(trainer)
    }

    /// Writes the pieces into cells and counts the pairs of bytes.
    fn lay_out(&mut self, counts: &PieceCounts, progress: &mut Progress) -> Result<(), Error> {
        const BOUNDARY_CELL: Cell = Cell {
            token: BOUNDARY,
            pair: NO_PAIR,
            piece: 0,
        };
        let (_, order) = byte_order();
        // Until the pairs that occur are known, the number of a pair is made of its two bytes.
        let mut pairs = Vec::new();
        pairs.try_reserve_exact(BYTES * BYTES)?;
        pairs.extend((0..).take(BYTES * BYTES).map(|number| Pair {
            left: number >> 8,
            right: number & 0xFF,
            count: 0,
            start: 0,
            cells: 0,
        }));
        self.cells.push(BOUNDARY_CELL);
        let mut total: u64 = 0;
        let mut unreported = 0;
        for (piece, count) in counts.iter() {
            // A piece of one byte has no pairs.
            if piece.len() < 2 || count == 0 {
                continue;
            }
            // No count of a pair, and no sum of such counts, ever exceeds this total.
            total = count
                .checked_mul(piece.len() as u64 - 1)
                .and_then(|pairs| total.checked_add(pairs))
                .filter(|&total| total < u64::MAX)
                .ok_or(Error::CountOverflow)?;
            let index = self.counts.len() as u32;
            self.counts.push(count);
            for chunk in piece.chunks(CELLS_BETWEEN_REPORTS) {
                for &byte in chunk {
                    let token = order[usize::from(byte)];
                    if let Some(last) = self.cells.last_mut() {
                        if last.token != BOUNDARY {
                            last.pair = last.token << 8 | token;
                            let pair = &mut pairs[last.pair as usize];
                            pair.count += count;
                            pair.cells += 1;
                        }
                    }
                    self.cells.push(Cell {
                        token,
                        pair: NO_PAIR,
                        piece: index,
                    });
                }
                unreported += chunk.len();
                if unreported >= CELLS_BETWEEN_REPORTS {
                    unreported = 0;
                    progress(0)?;
                }
            }
            self.cells.push(BOUNDARY_CELL);
        }
        self.pairs = pairs;
        Ok(())
    }

    /// Lists the cells of the pairs of bytes.
    fn list_cells(&mut self, progress: &mut Progress) -> Result<(), Error> {
        let mut end = 0;
        for pair in &mut self.pairs {
            pair.start = end;
            end += pair.cells as usize;
            pair.cells = 0;
        }
        self.lists.try_reserve_exact(end)?;
        self.lists.resize(end, 0);
        for (number, cells) in self.cells.chunks(CELLS_BETWEEN_REPORTS).enumerate() {
            for (index, cell) in (number * CELLS_BETWEEN_REPORTS..).zip(cells) {
                if cell.pair != NO_PAIR {
                    let pair = &mut self.pairs[cell.pair as usize];
                    self.lists[pair.start + pair.cells as usize] = index as u32;
                    pair.cells += 1;
                }
            }
            progress(0)?;
        }
        Ok(())
    }

    /// Makes merges in their order, without a queue. Those that occur nowhere only make a token.
    fn replay(&mut self, initial: &[(u32, u32)], progress: &mut Progress) -> Result<(), Error> {
        let (_, order) = byte_order();
        let number = |id: u32| order.get(id as usize).copied().unwrap_or(id);
        // The pairs that merges made. Those of bytes are numbered by their bytes.
        let mut made = HashMap::new();
        for &(left, right) in initial {
            let tokens = (number(left), number(right));
            let first_new_pair = self.pairs.len();
            let pair = if tokens.0.max(tokens.1) < BYTES as u32 {
                Some(tokens.0 << 8 | tokens.1)
            } else {
                made.get(&tokens).copied()
            };
            match pair {
                Some(pair) => {
                    self.merge(pair, &mut || progress(0))?;
                    // It is not to be learnt again.
                    self.pairs[pair as usize].count = 0;
                }
                None => self.add_token(tokens)?,
            }
            let new = &self.pairs[first_new_pair..];
            made.try_reserve(new.len())?;
            made.extend(
                (first_new_pair as u32..)
                    .zip(new)
                    .map(|(number, pair)| ((pair.left, pair.right), number)),
            );
        }
        Ok(())
    }

    /// Adds the token that a pair makes, without merging anything.
    fn add_token(&mut self, (left, right): (u32, u32)) -> Result<(), Error> {
        self.make_room(0)?;
        let length = |token: u32| self.lengths[token as usize];
        self.lengths
            .push(length(left).saturating_add(length(right)));
        self.before_new.push(NO_PAIR);
        self.after_new.push(NO_PAIR);
        Ok(())
    }

    /// Queues the pairs from a number on that make no token that is too long.
    fn queue_pairs(&mut self, first: usize) -> Result<(), Error> {
        for (number, pair) in (first as u32..).zip(&self.pairs[first..]) {
            let length = |token: u32| self.lengths[token as usize] as usize;
            if length(pair.left) + length(pair.right) <= self.longest {
                self.queue.push(number, pair)?;
            }
        }
        Ok(())
    }

    /// Merges all occurrences of a pair, from left to right.
    fn merge(
        &mut self,
        pair: u32,
        report: &mut dyn FnMut() -> Result<(), Error>,
    ) -> Result<(), Error> {
        let Pair {
            left,
            right,
            start,
            cells,
            ..
        } = self.pairs[pair as usize];
        let left_length = self.lengths[left as usize];
        let length = left_length + self.lengths[right as usize];
        let new = self.lengths.len() as u32;
        self.make_room(cells as usize)?;
        self.lengths.push(length);
        self.before_new.push(NO_PAIR);
        self.after_new.push(NO_PAIR);
        let first_new_pair = self.pairs.len();

        let mut unreported = CELLS_BETWEEN_REPORTS;
        for index in start..start + cells as usize {
            unreported -= 1;
            if unreported == 0 {
                unreported = CELLS_BETWEEN_REPORTS;
                report()?;
            }
            let first = self.lists[index];
            // Both parts may have merged with other neighbours since. If they are equal, the left
            // one may have merged a moment ago.
            if self.cells[first as usize].pair != pair {
                continue;
            }
            let count = self.counts[self.cells[first as usize].piece as usize];
            let middle = (first + left_length) as usize;
            let end = (first + length) as usize;

            let after = self.cells[end].token;
            let mut pair_after = NO_PAIR;
            if after != BOUNDARY {
                let broken = self.cells[middle].pair;
                self.pairs[broken as usize].count -= count;
                pair_after = known_or_new(
                    &mut self.after_new[after as usize],
                    &mut self.pairs,
                    (new, after),
                );
                self.pairs[pair_after as usize].count += count;
                self.pairs[pair_after as usize].cells += 1;
                self.found.push((pair_after, first));
            }
            self.cells[middle].pair = NO_PAIR;

            let before = self.cells[first as usize - 1].token;
            if before != BOUNDARY {
                let first_before = first - self.lengths[before as usize];
                let cell_before = &mut self.cells[first_before as usize];
                self.pairs[cell_before.pair as usize].count -= count;
                // The token before may itself be new. Such a pair is found only here, since the
                // tokens after have not merged yet.
                let pair_before = known_or_new(
                    &mut self.before_new[before as usize],
                    &mut self.pairs,
                    (before, new),
                );
                cell_before.pair = pair_before;
                self.pairs[pair_before as usize].count += count;
                self.pairs[pair_before as usize].cells += 1;
                self.found.push((pair_before, first_before));
            }

            self.cells[end - 1].token = new;
            let cell = &mut self.cells[first as usize];
            cell.token = new;
            cell.pair = pair_after;
        }
        self.list_found(first_new_pair)
    }

    /// Reserves the memory for the merge of a pair with `cells` cells, so that its loop need not
    /// ask.
    fn make_room(&mut self, cells: usize) -> Result<(), Error> {
        for by_token in [&mut self.lengths, &mut self.before_new, &mut self.after_new] {
            by_token.try_reserve(1)?;
        }
        // A cell adds a pair before and a pair after. Each has the new token as one part and any
        // token as the other.
        self.found.try_reserve(2 * cells)?;
        let tokens = self.lengths.len() + 1;
        self.pairs.try_reserve(2 * cells.min(tokens))?;
        Ok(())
    }

    /// Makes a list of cells for each new pair of a merge.
    fn list_found(&mut self, first_new_pair: usize) -> Result<(), Error> {
        let mut end = self.lists.len();
        for pair in &mut self.pairs[first_new_pair..] {
            pair.start = end;
            end += pair.cells as usize;
            pair.cells = 0;
            // One of the two is the new token. Its own entries hold at most its pair with itself.
            self.before_new[pair.left as usize] = NO_PAIR;
            self.after_new[pair.right as usize] = NO_PAIR;
        }
        self.lists.try_reserve(end - self.lists.len())?;
        self.lists.resize(end, 0);
        for (pair, cell) in self.found.drain(..) {
            let pair = &mut self.pairs[pair as usize];
            self.lists[pair.start + pair.cells as usize] = cell;
            pair.cells += 1;
        }
        Ok(())
    }
}

/// Returns the pair in a slot, which is made the first time.
fn known_or_new(slot: &mut u32, pairs: &mut Vec<Pair>, (left, right): (u32, u32)) -> u32 {
    if *slot == NO_PAIR {
        *slot = pairs.len() as u32;
        pairs.push(Pair {
            left,
            right,
            count: 0,
            start: 0,
            cells: 0,
        });
    }
    *slot
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_in_the_order_of_their_characters() {
        let (bytes, indices) = byte_order();
        assert_eq!(bytes[..3], *b"!\"#");
        // U+0100 is byte 0, U+0120 the space, U+0143 the soft hyphen.
        assert_eq!(
            bytes[188..],
            *[(0..=32).collect(), (127..=160).collect(), vec![173]].concat()
        );
        for byte in 0..=u8::MAX {
            assert_eq!(bytes[indices[usize::from(byte)] as usize], byte);
        }
    }
}
