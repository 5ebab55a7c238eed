//! [`Scanner`], which each known pattern implements, and the blocks of ends that it fills.
//!
//! The kind of vectors is chosen once for each block: a function that is compiled for wider vectors
//! cannot be inlined into one that is not.

use std::marker::PhantomData;

#[cfg(not(target_arch = "x86_64"))]
use super::simd::Portable;
#[cfg(target_arch = "x86_64")]
use super::simd::{Avx2, Sse2};
use super::simd::{Job, Simd};
use super::window::Window;

/// Finds the pieces of a pattern, without its regular expression.
pub(super) trait Scanner {
    /// Returns the end of the piece that starts at `start`.
    fn piece_end(text: &[u8], start: usize) -> usize;

    /// Returns the starts of pieces in a window that starts with a piece.
    ///
    /// Bits that [`Window::certain_starts`] drops need not be right: those after the known bytes,
    /// and those in white space that the window cuts.
    fn starts(window: &mut Window) -> u64;
}

/// A block is full with this many pieces.
const FULL: usize = 64;
/// The most ends in a block: those of a last window may exceed [`FULL`].
pub(crate) const MOST_ENDS: usize = FULL + 64;

/// The ends of neighbouring pieces.
pub(super) struct Block {
    ends: [usize; MOST_ENDS],
    len: usize,
    /// The end of the last piece.
    end: usize,
}

impl Block {
    /// Returns an empty block at the start of a text.
    pub(super) fn new() -> Self {
        Self {
            ends: [0; MOST_ENDS],
            len: 0,
            end: 0,
        }
    }

    /// Replaces the ends by those of the next pieces. Returns no ends at the end of the text.
    #[inline]
    pub(super) fn next<R: Scanner>(&mut self, text: &[u8]) -> &[usize] {
        #[cfg(target_arch = "x86_64")]
        match Avx2::detect() {
            Some(simd) => self.fill::<R>(text, simd),
            None => self.fill::<R>(text, Sse2),
        }
        #[cfg(not(target_arch = "x86_64"))]
        self.fill::<R>(text, Portable);
        self.ends()
    }

    /// Returns the ends.
    pub(super) fn ends(&self) -> &[usize] {
        &self.ends[..self.len]
    }

    /// Adds one end. Returns whether the block is full.
    #[inline]
    pub(super) fn add(&mut self, end: usize) -> bool {
        self.ends[self.len] = end;
        self.len += 1;
        self.end = end;
        self.len >= FULL
    }

    /// Removes the ends.
    pub(super) fn clear(&mut self) {
        self.len = 0;
    }

    /// Does the work of [`Self::next`].
    pub(super) fn fill<R: Scanner>(&mut self, text: &[u8], simd: impl Simd) {
        self.clear();
        simd.run(Fill::<R>(self, text, PhantomData));
    }

    /// Adds the end before each start.
    #[inline(always)]
    fn push(&mut self, mut starts: u64) {
        let count = starts.count_ones() as usize;
        let last = self.end + 63 - starts.leading_zeros() as usize;
        let ends = &mut self.ends[self.len..self.len + 64];
        // Eight at a time: whether there are more is easier to guess than how many.
        for eight in ends.chunks_exact_mut(8) {
            for end in eight {
                *end = self.end + starts.trailing_zeros() as usize;
                starts &= starts.wrapping_sub(1);
            }
            if starts == 0 {
                break;
            }
        }
        self.len += count;
        self.end = last;
    }
}

/// The job to fill a block with the ends of a text.
struct Fill<'b, R>(&'b mut Block, &'b [u8], PhantomData<R>);

impl<R: Scanner> Job for Fill<'_, R> {
    #[inline(always)]
    fn with(self, simd: impl Simd) {
        let Self(block, text, _) = self;
        while block.len < FULL && block.end < text.len() {
            let starts = Window::at(text, block.end, simd).certain_starts(R::starts);
            if starts == 0 {
                block.add(R::piece_end(text, block.end));
            } else {
                block.push(starts);
            }
        }
    }
}
