//! Classes of characters: the properties on which patterns depend.
//!
//! A class is one bit, so a test for any of several classes is one `&`. ASCII has a table of its
//! own, of which two cache lines are in use. The rest of Unicode has a table in two stages: all but
//! the last byte of UTF-8 select a block of 64 characters, and equal blocks are stored once.

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

    /// Returns the bits of this set. Those of a class differ from those of all others.
    pub(super) const fn bits(self) -> u8 {
        self.0
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
    #[inline(always)]
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
        Some(&lead) => (
            class_beyond_ascii(text, offset),
            offset + sequence_len(lead),
        ),
    }
}

/// Returns the class of a character that is not ASCII, in a function of its own: such characters
/// are rare where a single one is looked at.
#[inline(never)]
fn class_beyond_ascii(text: &[u8], offset: usize) -> Class {
    class_of_sequence(text, offset)
}

/// Returns the class of a character that is not ASCII.
#[inline(always)]
pub(super) fn class_of_sequence(text: &[u8], offset: usize) -> Class {
    let bits = |ahead: usize| u32::from(text[offset + ahead] & 0x3F);
    let lead = u32::from(text[offset]);
    Class::of_code(match lead {
        0..0xE0 => (lead & 0x1F) << 6 | bits(1),
        0xE0..0xF0 => (lead & 0x0F) << 12 | bits(1) << 6 | bits(2),
        _ => (lead & 0x07) << 18 | bits(1) << 12 | bits(2) << 6 | bits(3),
    })
}

/// Returns the number of bytes of a character that is not ASCII, from the first of them.
#[inline(always)]
pub(super) fn sequence_len(lead: u8) -> usize {
    2 + usize::from(lead >= 0xE0) + usize::from(lead >= 0xF0)
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
