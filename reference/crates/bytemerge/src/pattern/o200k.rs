//! The pattern of `o200k_base`: as [`cl100k`](super::cl100k), but a word is cut where lower case turns
//! into upper case, marks belong to words, contractions to the word before them, and slashes to the
//! newlines after symbols.
//!
//! ```text
//! [^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?
//! [^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?
//! \p{N}{1,3}
//!  ?[^\s\p{L}\p{N}]+[\r\n/]*
//! \s*[\r\n]+
//! \s+(?!\S)
//! \s+
//! ```
//!
//! The first two alternatives share characters between their parts, and an engine tries one part
//! after the other. What comes out is simple, see [`word_end`].

use super::cl100k::{contraction_end, number_end};
use super::class::{Class, Eight, class_at, run_end};
use super::white_space::Run;

/// What may stand before a word. A mark may also be the word.
const PREFIX: Class = Class::SYMBOL.or(Class::BLANK);
/// What the first part of a word and the second have in common.
const BOTH: Class = Class::CASELESS.or(Class::MARK);
/// The second part of a word.
const SECOND: Class = Class::LOWER.or(BOTH);

/// Where the piece that starts at a place ends.
#[inline(always)]
pub(super) fn piece_end(text: &[u8], start: usize) -> usize {
    match ascii_word_end(text, start) {
        Some(end) => with_contraction(text, end),
        None => any_end(text, start),
    }
}

/// The end of a word that starts with letters of ASCII, after the space that it may have.
///
/// Most pieces of most texts are such, and end within eight bytes. None says nothing: the text may be
/// about to end.
#[inline(always)]
fn ascii_word_end(text: &[u8], start: usize) -> Option<usize> {
    let eight = Eight::at(text, start)?;
    let space = text[start] == b' ';
    let upper = eight.upper();
    let first_part = if space { upper.with_first() } else { upper };
    let length = eight.lower().or_start(first_part).leading();
    if length <= usize::from(space) {
        return None;
    }
    let end = start + length;
    if length < 8 && eight.is_ascii_at(length) {
        return Some(end);
    }
    // In the second part, what is left is a run.
    let second_part = text[end - 1].is_ascii_lowercase();
    second_part.then(|| run_end(text, end, SECOND))
}

/// The end of a word with the contraction that may follow.
#[inline(always)]
fn with_contraction(text: &[u8], end: usize) -> usize {
    if text.get(end) == Some(&b'\'') {
        contraction_end(text, end + 1).unwrap_or(end)
    } else {
        end
    }
}

/// The end of any piece.
fn any_end(text: &[u8], start: usize) -> usize {
    let first = text[start];
    let (class, next) = class_at(text, start);
    if class.is(Class::NUMBER) {
        return number_end(text, next);
    }
    if let Some(end) = word_end(text, start, class, next) {
        return with_contraction(text, end);
    }
    if class.is(Class::SYMBOL) || first == b' ' && class_at(text, next).0.is(Class::SYMBOL) {
        let symbols_end = run_end(text, next, Class::SYMBOL);
        let rest = text[symbols_end..].iter();
        return symbols_end + rest.take_while(|byte| b"\r\n/".contains(byte)).count();
    }
    let run = Run::at(text, start);
    run.newline_end().unwrap_or_else(|| run.end(text, start))
}

/// The end of the word that starts at a place, with the prefix that it may have.
///
/// The engine tries the first alternative with a prefix and without, then the second. Without a prefix
/// the first character is part of the word: a letter, or a mark. After a mark that was tried as a
/// prefix there is nothing for the first alternative to end with, so the mark alone is a word.
fn word_end(text: &[u8], start: usize, class: Class, next: usize) -> Option<usize> {
    if class.is(Class::LETTER) {
        return match Body::at(text, start) {
            Body::Ended(end) | Body::UpperCase(end) => Some(end),
            Body::None => None,
        };
    }
    if !class.is(PREFIX) {
        return None;
    }
    match Body::at(text, next) {
        Body::Ended(end) => Some(end),
        _ if class.is(Class::MARK) => Some(next),
        Body::UpperCase(end) => Some(end),
        Body::None => None,
    }
}

/// A word without its prefix.
enum Body {
    /// The first alternative: it ends here.
    Ended(usize),
    /// Only the second alternative: letters in upper case, up to here.
    UpperCase(usize),
    /// There is no word.
    None,
}

impl Body {
    /// The word that starts at a place.
    ///
    /// The first part takes all it can. If a letter in lower case follows, the second part takes that
    /// and all it can. Otherwise the first part gives back, until the second has one character of
    /// those that both may have, the last such.
    fn at(text: &[u8], start: usize) -> Self {
        let mut place = start;
        let mut last_of_both = None;
        loop {
            let (class, next) = class_at(text, place);
            if class.is(BOTH) {
                last_of_both = Some(next);
            } else if class.is(Class::LOWER) {
                return Self::Ended(run_end(text, next, SECOND));
            } else if !class.is(Class::UPPER) {
                break;
            }
            place = next;
        }
        match last_of_both {
            Some(end) => Self::Ended(end),
            None if place > start => Self::UpperCase(place),
            None => Self::None,
        }
    }
}
