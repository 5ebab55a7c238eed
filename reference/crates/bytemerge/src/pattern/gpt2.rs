//! The pattern of GPT-2: the endings of English contractions, words, numbers and symbols with the
//! space before them, and white space.
//!
//! `'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s`
//!
//! After an optional space, the class of one character decides which alternative matches, and that
//! alternative takes the whole run. Source: Radford et al., "Language models are unsupervised
//! multitask learners", 2019, and the encoder published with it.

use super::class::{Class, class_at, letters_end, run_end, spaced_word_end};
use super::white_space::Run;

/// Returns the end of the piece that starts at `start`.
#[inline(always)]
pub(super) fn piece_end(text: &[u8], start: usize) -> usize {
    spaced_word_end(text, start).unwrap_or_else(|| any_end(text, start))
}

/// Returns the end of any piece.
#[inline(never)]
fn any_end(text: &[u8], start: usize) -> usize {
    let first = text[start];
    if first == b'\'' {
        if let Some(end) = contraction_end(text, start + 1) {
            return end;
        }
    }
    let body = start + usize::from(first == b' ');
    let (class, next) = class_at(text, body);
    if class.is(Class::LETTER) {
        letters_end(text, next)
    } else if class.is(Class::NUMBER) {
        run_end(text, next, Class::NUMBER)
    } else if class.is(Class::SYMBOL) {
        run_end(text, next, Class::SYMBOL)
    } else {
        Run::at(text, start).end(text, start)
    }
}

/// Returns the end of a contraction, after its apostrophe: `[sdmt]|ll|ve|re`.
fn contraction_end(text: &[u8], start: usize) -> Option<usize> {
    match text.get(start..)? {
        [b's' | b'd' | b'm' | b't', ..] => Some(start + 1),
        [b'l', b'l', ..] | [b'v' | b'r', b'e', ..] => Some(start + 2),
        _ => None,
    }
}
