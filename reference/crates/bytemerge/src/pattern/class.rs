//! Classes of characters: the properties on which patterns depend.
//!
//! A class is one bit, so a test for any of several classes is one `&`. ASCII has a table of its
//! own, of which two cache lines are in use. The rest of Unicode has a table in two stages: all but
//! the last byte of UTF-8 select a block of 64 characters, and equal blocks are stored once.
//!
//! Letters come in long runs, so they are compared eight bytes at a time, in one machine word
//! (Lamport, "Multiple byte processing with full-word instructions", 1975).

use super::tables::{BLOCKS, INDEX, MARKS_BEYOND};

/// A set of classes, usually of one class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Class(u8);

impl Class {
    /// The class of the end of a text. It is in no set.
    pub(super) const END: Self = Self(0);
    /// Letters in upper or title case.
    pub(super) const UPPER: Self = Self(1);
    /// Letters in lower case.
    pub(super) const LOWER: Self = Self(1 << 1);
    /// Letters that have no case.
    pub(super) const CASELESS: Self = Self(1 << 2);
    /// Marks, which combine with the character before.
    pub(super) const MARK: Self = Self(1 << 3);
    /// Numbers: digits, and characters such as Ⅷ and ½.
    pub(super) const NUMBER: Self = Self(1 << 4);
    /// White space except [`Self::NEWLINE`].
    pub(super) const BLANK: Self = Self(1 << 5);
    /// Line feed and carriage return.
    pub(super) const NEWLINE: Self = Self(1 << 6);
    /// All other characters: punctuation, symbols, controls, unassigned characters.
    pub(super) const OTHER: Self = Self(1 << 7);

    /// Letters.
    pub(super) const LETTER: Self = Self::UPPER.or(Self::LOWER).or(Self::CASELESS);
    /// White space.
    pub(super) const WHITE_SPACE: Self = Self::BLANK.or(Self::NEWLINE);
    /// Characters that are neither letters nor numbers nor white space.
    pub(super) const SYMBOL: Self = Self::OTHER.or(Self::MARK);

    /// Returns the union of two sets.
    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Returns whether this class is in a set.
    pub(super) const fn is(self, set: Self) -> bool {
        self.0 & set.0 != 0
    }

    /// Returns the index of the only class of this set.
    pub(super) const fn index(self) -> usize {
        self.0.trailing_zeros() as usize & 7
    }

    /// Returns the class for a letter in [`BLOCKS`].
    const fn named(name: u8) -> Self {
        match name {
            b'U' => Self::UPPER,
            b'l' => Self::LOWER,
            b'c' => Self::CASELESS,
            b'm' => Self::MARK,
            b'd' => Self::NUMBER,
            b's' => Self::BLANK,
            b'n' => Self::NEWLINE,
            _ => Self::OTHER,
        }
    }

    /// Returns the class of a character that is not ASCII.
    fn of_code(code: u32) -> Self {
        match INDEX.get(code as usize / BLOCK) {
            Some(&block) => CLASSES[usize::from(block)][code as usize % BLOCK],
            None if MARKS_BEYOND.contains(&code) => Self::MARK,
            None => Self::OTHER,
        }
    }
}

/// The number of characters in a block.
const BLOCK: usize = 64;

/// [`BLOCKS`], as classes.
static CLASSES: [[Class; BLOCK]; BLOCKS.len()] = {
    let mut classes = [[Class::OTHER; BLOCK]; BLOCKS.len()];
    let mut block = 0;
    while block < BLOCKS.len() {
        let mut index = 0;
        while index < BLOCK {
            classes[block][index] = Class::named(BLOCKS[block][index]);
            index += 1;
        }
        block += 1;
    }
    classes
};

/// The classes of the ASCII characters. Other bytes are in no set.
static ASCII: [Class; 256] = {
    let mut classes = [Class::END; 256];
    let mut code = 0;
    while code < 128 {
        let block = INDEX[code / BLOCK] as usize;
        classes[code] = Class::named(BLOCKS[block][code % BLOCK]);
        code += 1;
    }
    classes
};

/// Returns the class of the character at `offset` in a UTF-8 text, and the offset of the next
/// character.
#[inline(always)]
pub(super) fn class_at(text: &[u8], offset: usize) -> (Class, usize) {
    match text.get(offset) {
        None => (Class::END, offset),
        Some(&byte) if byte < 0x80 => (ASCII[usize::from(byte)], offset + 1),
        Some(&lead) => class_of_sequence(text, offset, lead),
    }
}

/// Returns the same for a character that is not ASCII.
#[inline(never)]
fn class_of_sequence(text: &[u8], offset: usize, lead: u8) -> (Class, usize) {
    let bits = |ahead: usize| u32::from(text[offset + ahead] & 0x3F);
    let lead = u32::from(lead);
    match lead {
        0..0xE0 => (Class::of_code((lead & 0x1F) << 6 | bits(1)), offset + 2),
        0xE0..0xF0 => {
            let code = (lead & 0x0F) << 12 | bits(1) << 6 | bits(2);
            (Class::of_code(code), offset + 3)
        }
        _ => {
            let code = (lead & 0x07) << 18 | bits(1) << 12 | bits(2) << 6 | bits(3);
            (Class::of_code(code), offset + 4)
        }
    }
}

/// Returns the end of the run of characters in `set` that starts at `offset`.
#[inline]
pub(super) fn run_end(text: &[u8], mut offset: usize, set: Class) -> usize {
    loop {
        let (class, next) = class_at(text, offset);
        if !class.is(set) {
            return offset;
        }
        offset = next;
    }
}

/// Returns the end of a run of letters, comparing ASCII letters eight at a time.
#[inline(never)]
pub(super) fn letters_end(text: &[u8], mut offset: usize) -> usize {
    while let Some(eight) = Eight::at(text, offset) {
        let run = eight.letters().leading();
        offset += run;
        if run < 8 {
            break;
        }
    }
    run_end(text, offset, Class::LETTER)
}

/// Returns the end of ` ?\p{L}+` if it starts with an ASCII letter, after an optional space.
///
/// Most pieces of most texts are such words, and end within eight bytes. `None` means undecided:
/// fewer than eight bytes are left, or no ASCII letter comes first.
#[inline(always)]
pub(super) fn spaced_word_end(text: &[u8], start: usize) -> Option<usize> {
    let eight = Eight::at(text, start)?;
    let letters = eight.letters();
    let space = text[start] == b' ';
    let word = if space { letters.with_first() } else { letters };
    let length = word.leading();
    if length <= usize::from(space) {
        return None;
    }
    let end = start + length;
    if length < 8 && eight.is_ascii_at(length) {
        return Some(end);
    }
    Some(letters_end(text, end))
}

/// Eight bytes of text, the first in the lowest bits.
#[derive(Clone, Copy)]
pub(super) struct Eight(u64);

/// A set of eight bytes: the highest bit of each byte tells whether it is in the set.
#[derive(Clone, Copy)]
pub(super) struct Mask(u64);

/// Repeats a byte eight times.
const fn eight_times(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// The highest bit of each byte.
const HIGH: u64 = eight_times(0x80);

impl Eight {
    /// Returns the eight bytes from `offset` on, if the text has them.
    #[inline]
    pub(super) fn at(text: &[u8], offset: usize) -> Option<Self> {
        let bytes = text.get(offset..)?.first_chunk()?;
        Some(Self(u64::from_le_bytes(*bytes)))
    }

    /// Returns the ASCII letters.
    #[inline]
    pub(super) fn letters(self) -> Mask {
        Self(self.0 | eight_times(0x20)).range(b'a', b'z')
    }

    /// Returns the ASCII letters in lower case.
    #[inline]
    pub(super) fn lower(self) -> Mask {
        self.range(b'a', b'z')
    }

    /// Returns the ASCII letters in upper case.
    #[inline]
    pub(super) fn upper(self) -> Mask {
        self.range(b'A', b'Z')
    }

    /// Returns the bytes from `first` to `last`, both ASCII. No sum carries into the next byte.
    #[inline]
    fn range(self, first: u8, last: u8) -> Mask {
        let low = self.0 & !HIGH;
        let from_first = low + eight_times(0x80 - first);
        let after_last = low + eight_times(0x7F - last);
        Mask(from_first & !after_last & !self.0 & HIGH)
    }

    /// Returns whether the byte at `index` is ASCII.
    #[inline]
    pub(super) fn is_ascii_at(self, index: usize) -> bool {
        self.0 >> (8 * index) & 0x80 == 0
    }
}

impl Mask {
    /// Returns this set with the first byte added.
    #[inline]
    pub(super) fn with_first(self) -> Self {
        Self(self.0 | 0x80)
    }

    /// Returns this set with the leading bytes of another set added, up to its first gap.
    #[inline]
    pub(super) fn or_start(self, other: Self) -> Self {
        let gap = !other.0 & HIGH;
        // Below the lowest bit of the gap.
        Self(self.0 | (gap.wrapping_sub(1) & !gap & HIGH))
    }

    /// Returns the number of leading bytes in this set.
    #[inline]
    pub(super) fn leading(self) -> usize {
        (!self.0 & HIGH).trailing_zeros() as usize / 8
    }
}
