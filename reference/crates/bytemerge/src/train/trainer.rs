//! Learns which pairs of tokens merge: byte-pair encoding as in Sennrich, Haddow and Birch, "Neural
//! machine translation of rare words with subword units" (2016), without counting anew after a merge.
//!
//! All pieces stand in one row of cells, a cell a byte, with a boundary before and after each piece.
//! A token is written in its first and in its last cell. With the length of each token at hand, the
//! token after it and the token before it are one step away, so that a merge changes the cells around
//! it and nothing else, however long the piece is.
//!
//! The first cell of a token also names the pair that the token is the left part of. Hence counts are
//! kept up to date without a single look into a hash table: the pairs that a merge breaks up are named
//! in the cells, and the pairs that it makes all have the new token as one part, so that the other
//! part finds them in an array.
//!
//! Each pair has the list of the places where it was when it came to be. Places where it is no more
//! stay in the list; their cells name another pair or none. All occurrences of a pair come to be during
//! one merge, the one that makes the younger of its two tokens, so a list never grows.
//!
//! A merge costs as much as the pair has places. Each place takes a token away and adds at most two
//! places to lists, so that all merges together are linear in the bytes of the distinct pieces; the
//! [queue](super::queue) adds a logarithm.

#![expect(
    clippy::cast_possible_truncation,
    reason = "places, pairs and tokens are numbers of 32 bits: what has more is refused at the start"
)]

use crate::error::Error;
use crate::progress::Progress;
use crate::train::counts::PieceCounts;
use crate::train::queue::{Pair, Queue};

/// The number of bytes there are, and of tokens before the first merge.
const BYTES: usize = 256;

/// Stands in a cell for a token: between pieces. It is longer than the row, so no merge has it.
const BOUNDARY: u32 = u32::MAX;

/// Stands in a cell for a pair: at the end of a piece, and within a token.
const NO_PAIR: u32 = u32::MAX;

/// Places are numbers of 32 bits, and so are pairs, of which there are at most three for each place.
const MOST_CELLS: usize = u32::MAX as usize / 3 - BYTES * BYTES;

/// So many places are worked on, a few milliseconds, before the caller hears of it.
const PLACES_BETWEEN_REPORTS: usize = 1 << 16;

/// The pairs that merge, learnt from pieces and their counts, in the order learnt.
///
/// The ids 0 to 255 are the bytes, and merge `i` makes the token `256 + i`. There are `merges` merges,
/// or fewer when no pair is left that occurs `min_frequency` times, or at all.
///
/// The pair with the highest count merges next. Among equals it is the one whose left token comes
/// first, then the one whose right token does. Bytes come in the order of the characters that GPT-2
/// writes for them (`!` first, the space near the end), then merged tokens in the order learnt. The
/// order of the pieces does not matter.
///
/// No two merges make the same bytes. Wherever a token stands, no merge has crossed its ends before it
/// was made, so its bytes went the same way everywhere: the first merge that makes it, makes all of
/// it. Ids therefore need no look at the spelling.
///
/// `progress` hears the number of merges learnt: after each merge, and within long work as well.
///
/// # Errors
///
/// [`Error::TooManyPieces`] for more than a gigabyte of distinct pieces, [`Error::CountOverflow`] when
/// the pairs of all pieces together occur more than 2⁶⁴ - 2 times, [`Error::OutOfMemory`], and the error
/// that ends `progress`.
///
/// ```
/// use bytemerge::{PieceCounts, train};
///
/// let mut counts = PieceCounts::default();
/// counts.add(b"aaabdaaabac", 1)?;
/// let merges = train(&counts, 3, 2, &mut |_| Ok(()))?;
/// let (a, b) = (u32::from(b'a'), u32::from(b'b'));
/// assert_eq!(merges, [(a, a), (a, b), (256, 257)]);
/// # Ok::<(), bytemerge::Error>(())
/// ```
pub fn train(
    counts: &PieceCounts,
    merges: usize,
    min_frequency: u64,
    progress: &mut Progress,
) -> Result<Vec<(u32, u32)>, Error> {
    let mut trainer = Trainer::new(counts, min_frequency.max(1), progress)?;
    let mut learnt = Vec::new();
    while learnt.len() < merges {
        let Some(pair) = trainer.queue.pop(&trainer.pairs)? else {
            break;
        };
        trainer.merge(pair, &mut || progress(learnt.len()))?;
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

/// The bytes in the order of their GPT-2 characters, and the place of each byte in that order.
///
/// GPT-2 writes a byte that is a visible character of Latin-1 as this character, and the others, in
/// order, as the characters from U+0100 on.
fn byte_order() -> ([u8; BYTES], [u32; BYTES]) {
    let visible = |byte: &u8| matches!(byte, b'!'..=b'~' | 0xA1..=0xAC | 0xAE..=0xFF);
    let mut bytes = [0; BYTES];
    let mut places = [0; BYTES];
    let all = || 0..=u8::MAX;
    let order = all()
        .filter(visible)
        .chain(all().filter(|byte| !visible(byte)));
    for (place, byte) in (0..).zip(order) {
        bytes[place as usize] = byte;
        places[usize::from(byte)] = place;
    }
    (bytes, places)
}

/// A byte of a piece.
#[derive(Clone, Copy)]
struct Cell {
    /// In the first and in the last cell of a token; what stands between them is out of date.
    token: u32,
    /// In the first cell of a token: the pair of it and the next token of the piece, or [`NO_PAIR`].
    pair: u32,
    /// Index of the piece, for its count.
    piece: u32,
}

struct Trainer {
    cells: Vec<Cell>,
    /// The counts of the pieces.
    counts: Vec<u64>,
    pairs: Vec<Pair>,
    /// The lists of places of all pairs, each in ascending order.
    places: Vec<u32>,
    /// The number of bytes of each token.
    lengths: Vec<u32>,
    queue: Queue,
    /// During a merge: the pair of each token with the new one after it, or [`NO_PAIR`].
    before_new: Vec<u32>,
    /// During a merge: the pair of the new token with each one after it, or [`NO_PAIR`].
    after_new: Vec<u32>,
    /// During a merge: the new pairs and their places, as they are found.
    found: Vec<(u32, u32)>,
}

impl Trainer {
    fn new(
        counts: &PieceCounts,
        min_frequency: u64,
        progress: &mut Progress,
    ) -> Result<Self, Error> {
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
            places: Vec::new(),
            lengths: vec![1; BYTES],
            queue: Queue::new(min_frequency),
            before_new: vec![NO_PAIR; BYTES],
            after_new: vec![NO_PAIR; BYTES],
            found: Vec::new(),
        };
        // By far the largest of all, and their sizes are known.
        trainer.cells.try_reserve_exact(bytes + 1)?;
        trainer.counts.try_reserve_exact(counts.len())?;
        trainer.lay_out(counts, progress)?;
        trainer.list_places(progress)?;
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
        // Until it is known which pairs there are, the pair of two bytes is numbered by the two.
        let mut pairs = Vec::new();
        pairs.try_reserve_exact(BYTES * BYTES)?;
        pairs.extend((0..).take(BYTES * BYTES).map(|number| Pair {
            left: number >> 8,
            right: number & 0xFF,
            count: 0,
            start: 0,
            places: 0,
        }));
        self.cells.push(BOUNDARY_CELL);
        let mut total: u64 = 0;
        let mut unreported = 0;
        for (piece, count) in counts.iter() {
            // A piece of one byte has no pair.
            if piece.len() < 2 || count == 0 {
                continue;
            }
            // No pair, and no sum of pairs, ever exceeds this total.
            total = count
                .checked_mul(piece.len() as u64 - 1)
                .and_then(|pairs| total.checked_add(pairs))
                .filter(|&total| total < u64::MAX)
                .ok_or(Error::CountOverflow)?;
            let index = self.counts.len() as u32;
            self.counts.push(count);
            for chunk in piece.chunks(PLACES_BETWEEN_REPORTS) {
                for &byte in chunk {
                    let token = order[usize::from(byte)];
                    if let Some(last) = self.cells.last_mut() {
                        if last.token != BOUNDARY {
                            last.pair = last.token << 8 | token;
                            let pair = &mut pairs[last.pair as usize];
                            pair.count += count;
                            pair.places += 1;
                        }
                    }
                    self.cells.push(Cell {
                        token,
                        pair: NO_PAIR,
                        piece: index,
                    });
                }
                unreported += chunk.len();
                if unreported >= PLACES_BETWEEN_REPORTS {
                    unreported = 0;
                    progress(0)?;
                }
            }
            self.cells.push(BOUNDARY_CELL);
        }
        self.pairs = pairs;
        Ok(())
    }

    /// Lists the places of the pairs of bytes, and queues them.
    fn list_places(&mut self, progress: &mut Progress) -> Result<(), Error> {
        let mut end = 0;
        for pair in &mut self.pairs {
            pair.start = end;
            end += pair.places as usize;
            pair.places = 0;
        }
        self.places.try_reserve_exact(end)?;
        self.places.resize(end, 0);
        for (number, cells) in self.cells.chunks(PLACES_BETWEEN_REPORTS).enumerate() {
            for (place, cell) in (number * PLACES_BETWEEN_REPORTS..).zip(cells) {
                if cell.pair != NO_PAIR {
                    let pair = &mut self.pairs[cell.pair as usize];
                    self.places[pair.start + pair.places as usize] = place as u32;
                    pair.places += 1;
                }
            }
            progress(0)?;
        }
        for (number, pair) in (0..).zip(&self.pairs) {
            self.queue.push(number, pair)?;
        }
        Ok(())
    }

    /// Merges a pair wherever it stands, from left to right.
    fn merge(
        &mut self,
        pair: u32,
        report: &mut dyn FnMut() -> Result<(), Error>,
    ) -> Result<(), Error> {
        let Pair {
            left,
            right,
            start,
            places,
            ..
        } = self.pairs[pair as usize];
        let left_length = self.lengths[left as usize];
        let length = left_length + self.lengths[right as usize];
        let new = self.lengths.len() as u32;
        self.make_room(places as usize)?;
        self.lengths.push(length);
        self.before_new.push(NO_PAIR);
        self.after_new.push(NO_PAIR);
        let first_new_pair = self.pairs.len();

        let mut unreported = PLACES_BETWEEN_REPORTS;
        for index in start..start + places as usize {
            unreported -= 1;
            if unreported == 0 {
                unreported = PLACES_BETWEEN_REPORTS;
                report()?;
            }
            let place = self.places[index];
            // Both parts may have merged with other neighbours since, or, of two equal parts, the
            // left one a moment ago.
            if self.cells[place as usize].pair != pair {
                continue;
            }
            let count = self.counts[self.cells[place as usize].piece as usize];
            let middle = (place + left_length) as usize;
            let end = (place + length) as usize;

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
                self.pairs[pair_after as usize].places += 1;
                self.found.push((pair_after, place));
            }
            self.cells[middle].pair = NO_PAIR;

            let before = self.cells[place as usize - 1].token;
            if before != BOUNDARY {
                let place_before = place - self.lengths[before as usize];
                let cell_before = &mut self.cells[place_before as usize];
                self.pairs[cell_before.pair as usize].count -= count;
                // The new token itself may stand before: that pair is found here alone, as what
                // comes after has not merged yet.
                let pair_before = known_or_new(
                    &mut self.before_new[before as usize],
                    &mut self.pairs,
                    (before, new),
                );
                cell_before.pair = pair_before;
                self.pairs[pair_before as usize].count += count;
                self.pairs[pair_before as usize].places += 1;
                self.found.push((pair_before, place_before));
            }

            self.cells[end - 1].token = new;
            let cell = &mut self.cells[place as usize];
            cell.token = new;
            cell.pair = pair_after;
        }
        self.list_found(first_new_pair)
    }

    /// Allocates what the merge of a pair with so many places may need, so that its loop need not ask.
    fn make_room(&mut self, places: usize) -> Result<(), Error> {
        for of_tokens in [&mut self.lengths, &mut self.before_new, &mut self.after_new] {
            of_tokens.try_reserve(1)?;
        }
        // A place adds a pair before and one after. Each of them has the new token as one part and any token as the other.
        self.found.try_reserve(2 * places)?;
        let tokens = self.lengths.len() + 1;
        self.pairs.try_reserve(2 * places.min(tokens))?;
        Ok(())
    }

    /// Turns what a merge found into a list for each new pair, and queues them.
    fn list_found(&mut self, first_new_pair: usize) -> Result<(), Error> {
        let mut end = self.places.len();
        for (number, pair) in (first_new_pair as u32..).zip(&mut self.pairs[first_new_pair..]) {
            pair.start = end;
            end += pair.places as usize;
            pair.places = 0;
            // One of the two is the new token, whose own entries hold at most the pair with itself.
            self.before_new[pair.left as usize] = NO_PAIR;
            self.after_new[pair.right as usize] = NO_PAIR;
            self.queue.push(number, pair)?;
        }
        self.places.try_reserve(end - self.places.len())?;
        self.places.resize(end, 0);
        for (pair, place) in self.found.drain(..) {
            let pair = &mut self.pairs[pair as usize];
            self.places[pair.start + pair.places as usize] = place;
            pair.places += 1;
        }
        Ok(())
    }
}

/// The pair that a slot names, which is a new one the first time.
fn known_or_new(slot: &mut u32, pairs: &mut Vec<Pair>, (left, right): (u32, u32)) -> u32 {
    if *slot == NO_PAIR {
        *slot = pairs.len() as u32;
        pairs.push(Pair {
            left,
            right,
            count: 0,
            start: 0,
            places: 0,
        });
    }
    *slot
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_in_the_order_of_their_characters() {
        let (bytes, places) = byte_order();
        assert_eq!(bytes[..3], *b"!\"#");
        // U+0100 is byte 0, U+0120 the space, U+0143 the soft hyphen.
        assert_eq!(
            bytes[188..],
            *[(0..=32).collect(), (127..=160).collect(), vec![173]].concat()
        );
        for byte in 0..=u8::MAX {
            assert_eq!(bytes[places[usize::from(byte)] as usize], byte);
        }
    }
}
