//! The pattern of `o200k_base`. It differs from [`cl100k`]: a word ends where lower
//! case turns into upper case, marks belong to words, contractions belong to the word before them,
//! and slashes are treated like the newlines after symbols.
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
//! Tekken, the pattern of Mistral Nemo, has no contractions, and numbers of one digit.
//!
//! The two parts of the first two alternatives share characters, so an engine backtracks. The
//! result is simple: see [`word_end`].

use super::block::Scanner;
use super::cl100k::{self, contraction_end, number_end};
use super::class::{Class, class_at, run_end};
use super::white_space::Run;
use super::window::{Window, bits, lowest};

/// The characters that may precede a word. A mark may also be the word.
const PREFIX: Class = Class::SYMBOL.or(Class::BLANK);
/// The characters that both parts of a word may contain.
const BOTH: Class = Class::CASELESS.or(Class::MARK);
/// The characters of the second part of a word.
const SECOND: Class = Class::LOWER.or(BOTH);

/// The scanner. `CONTRACTIONS` says whether a word may have one, and `DIGITS` is the most digits of
/// a number.
pub(super) struct O200k<const CONTRACTIONS: bool, const DIGITS: usize>;

impl<const CONTRACTIONS: bool, const DIGITS: usize> Scanner for O200k<CONTRACTIONS, DIGITS> {
    fn piece_end(text: &[u8], start: usize) -> usize {
        let first = text[start];
        let (class, next) = class_at(text, start);
        if class.is(Class::NUMBER) {
            return number_end::<DIGITS>(text, next);
        }
        if let Some(end) = word_end(text, start, class, next) {
            return if CONTRACTIONS {
                with_contraction(text, end)
            } else {
                end
            };
        }
        if class.is(Class::SYMBOL) || first == b' ' && class_at(text, next).0.is(Class::SYMBOL) {
            let symbols_end = run_end(text, next, Class::SYMBOL);
            let rest = text[symbols_end..].iter();
            return symbols_end + rest.take_while(|byte| b"\r\n/".contains(byte)).count();
        }
        let run = Run::at(text, start);
        run.newline_end().unwrap_or_else(|| run.end(text, start))
    }

    #[inline(always)]
    fn starts(window: &mut Window) -> u64 {
        let both = window.caseless | window.mark;
        let word = window.letter() | window.mark;
        let after_symbol = !(word | window.number | window.white()) << 1;
        let (mut starts, _) = cl100k::starts::<DIGITS>(window, word);
        // Left to the scanner of single pieces: marks after several symbols, and slashes after
        // newlines after symbols.
        window.forget_from(starts & window.mark & after_symbol);
        let newlines_end = window.newline.wrapping_add(window.newline & after_symbol);
        window.forget_from(newlines_end & !window.newline & window.slash);

        starts |= window.upper & !window.inner & window.lower << 1;
        if both != 0 {
            starts |= mixed_starts(window, both, word);
        }
        if !CONTRACTIONS {
            return starts;
        }
        // Also before letters that the window cuts.
        let other = !(window.letter() | window.high) >> 1;
        let mut contracted = 0;
        for index in bits(window.apostrophe & word << 1 & !other) {
            // An apostrophe right after a contraction starts a piece.
            if contracted >> index & 1 != 0 {
                continue;
            }
            if let Some(end) = contraction_end(window.text, window.start + index + 1) {
                let end = window.bit_at(end);
                starts = starts & !(end.wrapping_sub(1) & !lowest(index)) | end;
                contracted = end;
                // What follows is a new word, which `mixed_starts` does not see.
                window.forget_from(both & end);
            }
        }
        starts
    }
}

/// Returns the starts of upper case after characters that both parts of a word may contain.
///
/// Such a letter starts a word if a letter in lower case came before these characters. Otherwise it
/// does so unless other characters of a word follow the letters in upper case.
#[inline(never)]
fn mixed_starts(window: &mut Window, both: u64, word: u64) -> u64 {
    let upper = window.upper;
    let mut starts = both.wrapping_add(both & window.lower << 1) & !both & upper;
    let undecided = upper & both << 1 & !starts;
    let ends_text = window.start + window.known == window.text.len();
    for index in bits(undecided) {
        let end = (upper.wrapping_add(1 << index) & !upper).trailing_zeros() as usize;
        if end < window.known {
            starts |= (!word >> end & 1) << index;
        } else if ends_text {
            starts |= 1 << index;
        } else {
            window.forget_from(1 << index);
            break;
        }
    }
    starts
}

/// Returns the end of a word with the contraction that may follow.
fn with_contraction(text: &[u8], end: usize) -> usize {
    if text.get(end) == Some(&b'\'') {
        contraction_end(text, end + 1).unwrap_or(end)
    } else {
        end
    }
}

/// Returns the end of the word that starts at `start`, including an optional prefix.
///
/// The engine tries the first alternative with and without a prefix, then the second. Without a
/// prefix the first character is part of the word: a letter or a mark. After a mark that was tried
/// as a prefix, the first alternative has no end, so the mark alone is a word.
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
    /// The first alternative, with its end.
    Ended(usize),
    /// Only the second alternative: letters in upper case, with their end.
    UpperCase(usize),
    /// There is no word.
    None,
}

impl Body {
    /// Returns the word that starts at `start`.
    ///
    /// The first part takes as much as it can. If a letter in lower case follows, the second part
    /// takes it and as much as it can. Otherwise the first part gives back characters until the
    /// second part has the last character that both may contain.
    fn at(text: &[u8], start: usize) -> Self {
        let mut offset = start;
        let mut last_of_both = None;
        loop {
            let (class, next) = class_at(text, offset);
            if class.is(BOTH) {
                last_of_both = Some(next);
            } else if class.is(Class::LOWER) {
                return Self::Ended(run_end(text, next, SECOND));
            } else if !class.is(Class::UPPER) {
                break;
            }
            offset = next;
        }
        match last_of_both {
            Some(end) => Self::Ended(end),
            None if offset > start => Self::UpperCase(offset),
            None => Self::None,
        }
    }
}
