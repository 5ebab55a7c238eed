//! The class of a character: what the patterns want to know of it.
//!
//! A class is one bit, so that a test for any of several classes is one `&`. ASCII is a table of its
//! own, two cache lines of it in use. For the rest of Unicode there is a table in two stages: a block
//! of 64 characters is what all but the last byte of UTF-8 select, and equal blocks are stored once.
//!
//! Letters come in long runs, so they have a way of their own: eight bytes are compared at once, in one
//! word of the machine (Lamport, "Multiple byte processing with full-word instructions", 1975).

use super::tables::{BLOCKS, INDEX, MARKS_BEYOND};

/// A set of classes, mostly of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Class(u8);

impl Class {
    /// The class of the end of the text. It is in no set.
    pub(super) const END: Self = Self(0);
    /// Letters in upper or title case.
    pub(super) const UPPER: Self = Self(1);
    /// Letters in lower case.
    pub(super) const LOWER: Self = Self(1 << 1);
    /// Letters that have no case.
    pub(super) const CASELESS: Self = Self(1 << 2);
    /// Marks, which combine with the character before.
    pub(super) const MARK: Self = Self(1 << 3);
    /// Numbers: digits, and others like Ⅷ and ½.
    pub(super) const NUMBER: Self = Self(1 << 4);
    /// White space except [`Self::NEWLINE`].
    pub(super) const BLANK: Self = Self(1 << 5);
    /// Line feed and carriage return.
    pub(super) const NEWLINE: Self = Self(1 << 6);
    /// All the rest: punctuation, symbols, controls, what is not assigned.
    pub(super) const OTHER: Self = Self(1 << 7);

    /// Letters.
    pub(super) const LETTER: Self = Self::UPPER.or(Self::LOWER).or(Self::CASELESS);
    /// White space.
    pub(super) const WHITE_SPACE: Self = Self::BLANK.or(Self::NEWLINE);
    /// What is neither letter nor number nor white space.
    pub(super) const SYMBOL: Self = Self::OTHER.or(Self::MARK);

    /// The union of two sets.
    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether this class is in a set.
    pub(super) const fn is(self, set: Self) -> bool {
        self.0 & set.0 != 0
    }

    /// The class that a letter stands for in [`BLOCKS`].
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

    /// The class of a character that is not ASCII.
    fn of(code: u32) -> Self {
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
        let mut place = 0;
        while place < BLOCK {
            classes[block][place] = Class::named(BLOCKS[block][place]);
            place += 1;
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

/// The class of the character that starts at a place of a text in UTF-8, and where the next one starts.
#[inline(always)]
pub(super) fn class_at(text: &[u8], place: usize) -> (Class, usize) {
    match text.get(place) {
        None => (Class::END, place),
        Some(&byte) if byte < 0x80 => (ASCII[usize::from(byte)], place + 1),
        Some(&lead) => class_of_sequence(text, place, lead),
    }
}

/// The same for a character that is not ASCII.
#[inline(never)]
fn class_of_sequence(text: &[u8], place: usize, lead: u8) -> (Class, usize) {
    let bits = |ahead: usize| u32::from(text[place + ahead] & 0x3F);
    let lead = u32::from(lead);
    match lead {
        0..0xE0 => (Class::of((lead & 0x1F) << 6 | bits(1)), place + 2),
        0xE0..0xF0 => {
            let code = (lead & 0x0F) << 12 | bits(1) << 6 | bits(2);
            (Class::of(code), place + 3)
        }
        _ => {
            let code = (lead & 0x07) << 18 | bits(1) << 12 | bits(2) << 6 | bits(3);
            (Class::of(code), place + 4)
        }
    }
}

/// Where the run of characters of a set ends that starts at a place.
#[inline]
pub(super) fn run_end(text: &[u8], mut place: usize, set: Class) -> usize {
    loop {
        let (class, next) = class_at(text, place);
        if !class.is(set) {
            return place;
        }
        place = next;
    }
}

/// As [`run_end`] for letters, eight at a time where they are ASCII.
#[inline(never)]
pub(super) fn letters_end(text: &[u8], mut place: usize) -> usize {
    while let Some(eight) = Eight::at(text, place) {
        let run = eight.letters().leading();
        place += run;
        if run < 8 {
            break;
        }
    }
    run_end(text, place, Class::LETTER)
}

/// The end of ` ?\p{L}+` where it starts with a letter of ASCII, after the space that it may have.
///
/// Most pieces of most texts are such, and end within eight bytes. None says nothing: the text may be
/// about to end.
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

/// For each of eight bytes, its highest bit says whether it belongs to a set.
#[derive(Clone, Copy)]
pub(super) struct Mask(u64);

/// A byte, eight times.
const fn eight_times(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// The highest bit of each byte.
const HIGH: u64 = eight_times(0x80);

impl Eight {
    /// The eight bytes from a place on, if there are as many.
    #[inline]
    pub(super) fn at(text: &[u8], place: usize) -> Option<Self> {
        let bytes = text.get(place..)?.first_chunk()?;
        Some(Self(u64::from_le_bytes(*bytes)))
    }

    /// The ASCII letters.
    #[inline]
    pub(super) fn letters(self) -> Mask {
        Self(self.0 | eight_times(0x20)).range(b'a', b'z')
    }

    /// The ASCII letters in lower case.
    #[inline]
    pub(super) fn lower(self) -> Mask {
        self.range(b'a', b'z')
    }

    /// The ASCII letters in upper case.
    #[inline]
    pub(super) fn upper(self) -> Mask {
        self.range(b'A', b'Z')
    }

    /// The bytes between two ASCII characters, both included. No sum carries into the next byte.
    #[inline]
    fn range(self, first: u8, last: u8) -> Mask {
        let low = self.0 & !HIGH;
        let from_first = low + eight_times(0x80 - first);
        let after_last = low + eight_times(0x7F - last);
        Mask(from_first & !after_last & !self.0 & HIGH)
    }

    /// Whether the byte at a place in the eight is ASCII.
    #[inline]
    pub(super) fn is_ascii_at(self, place: usize) -> bool {
        self.0 >> (8 * place) & 0x80 == 0
    }
}

impl Mask {
    /// The same with the first byte in it.
    #[inline]
    pub(super) fn with_first(self) -> Self {
        Self(self.0 | 0x80)
    }

    /// The same with the bytes of the start that are in another: those before the first that is not.
    #[inline]
    pub(super) fn or_start(self, other: Self) -> Self {
        let gap = !other.0 & HIGH;
        // Below the lowest bit of the gap.
        Self(self.0 | (gap.wrapping_sub(1) & !gap & HIGH))
    }

    /// How many bytes of the start are in it.
    #[inline]
    pub(super) fn leading(self) -> usize {
        (!self.0 & HIGH).trailing_zeros() as usize / 8
    }
}
