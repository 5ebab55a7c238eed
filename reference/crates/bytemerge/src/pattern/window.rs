//! 64 bytes of text as bit masks: a bit for each byte, the first in the lowest.
//!
//! One instruction then answers a question about 64 bytes: `m << 1` are the bytes after those in
//! `m`, and a sum carries from the start of a run of ones to its end. A window starts with a piece,
//! and no expression looks behind, so nothing is carried from one window to the next.
//!
//! A character of several bytes has the same bits in all of them. If the window cuts a character,
//! it knows nothing from the start of that character on.

use super::class::{Class, class_of_sequence, sequence_len};
use super::simd::Simd;

/// Masks of classes, as in [`Class`], and of single characters.
pub(super) struct Window<'t> {
    pub(super) text: &'t [u8],
    /// The offset of the first byte.
    pub(super) start: usize,
    pub(super) upper: u64,
    pub(super) lower: u64,
    pub(super) caseless: u64,
    pub(super) mark: u64,
    pub(super) number: u64,
    pub(super) blank: u64,
    pub(super) newline: u64,
    pub(super) space: u64,
    pub(super) apostrophe: u64,
    pub(super) slash: u64,
    /// Bytes that are not ASCII.
    pub(super) high: u64,
    /// All bytes of a character but its first.
    pub(super) inner: u64,
    /// The number of bytes that the window knows.
    pub(super) known: usize,
}

/// Returns the lowest `count` bits.
#[inline(always)]
pub(super) fn lowest(count: usize) -> u64 {
    if count < 64 { (1 << count) - 1 } else { !0 }
}

/// Returns the indices of the bits that are set.
#[inline(always)]
pub(super) fn bits(mut mask: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let index = mask.trailing_zeros() as usize;
        let found = mask != 0;
        mask &= mask.wrapping_sub(1);
        found.then_some(index)
    })
}

/// Stores the classes of the characters that are not ASCII and start at these bytes.
#[inline(never)]
fn store_classes(bytes: &[u8; 64], first_bytes: u64, classes: &mut [u8; 64]) {
    for index in bits(first_bytes) {
        classes[index] = class_of_sequence(bytes, index).bits();
    }
}

impl<'t> Window<'t> {
    #[inline(always)]
    pub(super) fn at(text: &'t [u8], start: usize, simd: impl Simd) -> Self {
        let rest = &text[start..];
        let mut padded = [0; 64];
        let bytes = rest.first_chunk().unwrap_or_else(|| {
            padded[..rest.len()].copy_from_slice(rest);
            &padded
        });
        let newline = simd.range(bytes, b'\n', b'\n') | simd.range(bytes, b'\r', b'\r');
        let space = simd.range(bytes, b' ', b' ');
        let mut window = Self {
            text,
            start,
            upper: simd.range(bytes, b'A', b'Z'),
            lower: simd.range(bytes, b'a', b'z'),
            caseless: 0,
            mark: 0,
            number: simd.range(bytes, b'0', b'9'),
            blank: simd.range(bytes, b'\t', b'\r') & !newline | space,
            newline,
            space,
            apostrophe: simd.range(bytes, b'\'', b'\''),
            slash: simd.range(bytes, b'/', b'/'),
            high: simd.range(bytes, 0x80, 0xFF),
            inner: 0,
            known: rest.len().min(64),
        };
        if window.high != 0 {
            window.inner = simd.range(bytes, 0x80, 0xBF);
            window.add_high(bytes, simd);
        }
        window
    }

    /// Adds the characters that are not ASCII.
    ///
    /// First the class of each is stored at its first byte, and then these bytes are compared like
    /// the text. With masks that grow by a character at a time, each step would wait for the one
    /// before: encoding a known text again takes a tenth longer in many languages.
    #[inline(always)]
    fn add_high(&mut self, bytes: &[u8; 64], simd: impl Simd) {
        let mut first_bytes = self.high & !self.inner;
        let last = 63 - first_bytes.leading_zeros() as usize;
        if last + sequence_len(bytes[last]) > 64 {
            self.known = last;
            first_bytes ^= 1 << last;
        }
        let mut classes = [0; 64];
        store_classes(bytes, first_bytes, &mut classes);
        // The sum goes from the second byte of a character to the one after it.
        let all_bytes = |first: u64| first | self.inner & !(first << 1).wrapping_add(self.inner);
        let mask = |class: Class| all_bytes(simd.range(&classes, class.bits(), class.bits()));
        self.upper |= mask(Class::UPPER);
        self.lower |= mask(Class::LOWER);
        self.caseless |= mask(Class::CASELESS);
        self.mark |= mask(Class::MARK);
        self.number |= mask(Class::NUMBER);
        self.blank |= mask(Class::BLANK);
    }

    /// Returns the bit of the byte at `offset` in the text, if it is in the window.
    #[inline(always)]
    pub(super) fn bit_at(&self, offset: usize) -> u64 {
        lowest(offset - self.start + 1) & !lowest(offset - self.start)
    }

    /// Knows nothing from the first byte in `mask` on.
    #[inline(always)]
    pub(super) fn forget_from(&mut self, mask: u64) {
        self.known = self.known.min(mask.trailing_zeros() as usize);
    }

    /// Returns the letters.
    #[inline(always)]
    pub(super) fn letter(&self) -> u64 {
        self.upper | self.lower | self.caseless
    }

    /// Returns white space.
    #[inline(always)]
    pub(super) fn white(&self) -> u64 {
        self.blank | self.newline
    }

    /// Moves each bit to the first byte of its character.
    #[inline(always)]
    pub(super) fn first_bytes(&self, mut bits: u64) -> u64 {
        for _ in 0..2 {
            bits = bits & !self.inner | (bits & self.inner) >> 1;
        }
        bits
    }

    /// Returns the starts that are certain whatever follows the window, without the start of the
    /// window itself. If the text ends with the window, its end counts as a start.
    #[inline(always)]
    pub(super) fn certain_starts(mut self, starts: impl Fn(&mut Self) -> u64) -> u64 {
        let mut starts = starts(&mut self);
        let known = lowest(self.known);
        // White space that the window cuts may go on in either of two ways.
        let certain = 64 - (known & !self.white()).leading_zeros() as usize;
        starts &= known;
        if self.start + self.known == self.text.len() && self.known < 64 {
            starts |= 1 << self.known;
        }
        starts & lowest(certain + 1) & !1
    }

    /// Returns the starts of `\p{N}{1,3}`.
    #[inline(always)]
    pub(super) fn numbers_in_threes(&mut self) -> u64 {
        let numbers = self.number;
        // Three digits of several bytes have no fixed length.
        self.forget_from(numbers & self.high);
        let pairs = numbers & numbers << 1;
        let fours = pairs & pairs << 2;
        let mut starts = 0;
        let mut next = numbers & !(numbers << 1);
        while next != 0 {
            starts |= next;
            next = next << 3 & fours;
        }
        starts
    }

    /// Returns the starts in `white`, which is white space outside other pieces, by the
    /// expression `\s*[\r\n]+|\s+(?!\S)|\s`: of runs, after their last newline, and of their last
    /// character, unless it is a newline.
    #[inline(always)]
    pub(super) fn white_space_starts(&self, white: u64) -> u64 {
        let last = self.first_bytes(self.blank & !(self.white() >> 1));
        let mut after_newline = self.blank & self.newline << 1;
        // Lines of blanks, which are rare, end in a newline again.
        for end in bits(self.blank.wrapping_add(after_newline) & self.newline) {
            let before = after_newline & lowest(end);
            after_newline &= !(1 << before.ilog2());
        }
        white & !(white << 1) | last | after_newline
    }
}
