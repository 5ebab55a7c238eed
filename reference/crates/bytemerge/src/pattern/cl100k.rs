//! The pattern of `cl100k_base`. It differs from [`gpt2`](super::gpt2): any symbol may precede a
//! word, numbers have up to three digits, newlines belong to the symbols before them, and
//! contractions may be in upper case.
//!
//! `'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+|
//! ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s`
//!
//! An older spelling, used by Llama 3 and by files of GPT-4 for Hugging Face, lacks `\s++$`. It is
//! not equivalent: at the end of a text it cuts white space after the last newline.

use super::block::Rule;
use super::class::{Class, class_at, letters_end, run_end, spaced_word_end};
use super::white_space::Run;
use super::window::Window;

/// The characters that may precede the letters of a word.
const PREFIX: Class = Class::SYMBOL.or(Class::BLANK);

/// The rule. `LINES` selects the older spelling.
pub(super) struct Cl100k<const LINES: bool>;

impl<const LINES: bool> Rule for Cl100k<LINES> {
    #[inline(always)]
    fn piece_end(text: &[u8], start: usize) -> usize {
        spaced_word_end(text, start).unwrap_or_else(|| any_end::<LINES>(text, start))
    }

    #[inline(always)]
    fn starts(window: &mut Window) -> u64 {
        let letter = window.letter();
        let newline = window.newline;
        let symbol = !(letter | window.number | window.white());
        // A symbol without a space before it; a letter after it belongs to it.
        let symbols = symbol & !window.inner & !((symbol | window.space) << 1);
        let prefixed = (symbols << 1).wrapping_add(window.inner) & !window.inner;
        let words = letter & !window.inner & (window.number | newline | symbol) << 1 & !prefixed;
        // Newlines after symbols: the sum carries through them.
        let carried = newline.wrapping_add(newline & symbol << 1);
        let white = window.blank | newline & carried;
        let mut starts = symbols
            | words
            | carried & !newline
            | window.white_space_starts(white)
            | window.numbers_in_threes();
        let mut contractions = window.apostrophe & symbols & letter >> 1;
        while contractions != 0 {
            let index = contractions.trailing_zeros() as usize;
            contractions &= contractions - 1;
            if let Some(end) = contraction_end(window.text, window.start + index + 1) {
                starts |= 1_u64.checked_shl((end - window.start) as u32).unwrap_or(0);
            }
        }
        starts
    }
}

/// Returns the end of any piece.
#[inline(never)]
fn any_end<const LINES: bool>(text: &[u8], start: usize) -> usize {
    let first = text[start];
    if first == b'\'' {
        if let Some(end) = contraction_end(text, start + 1) {
            return end;
        }
    }
    let (class, next) = class_at(text, start);
    if class.is(Class::LETTER) {
        return letters_end(text, next);
    }
    if class.is(Class::NUMBER) {
        return number_end(text, next);
    }
    let (second, after_second) = class_at(text, next);
    if class.is(PREFIX) && second.is(Class::LETTER) {
        return letters_end(text, after_second);
    }
    if class.is(Class::SYMBOL) || first == b' ' && second.is(Class::SYMBOL) {
        let symbols_end = run_end(text, next, Class::SYMBOL);
        return run_end(text, symbols_end, Class::NEWLINE);
    }
    let run = Run::at(text, start);
    if !LINES && run.ends(text) {
        return text.len();
    }
    run.newline_end().unwrap_or_else(|| run.end(text, start))
}

/// Returns the end of a number, after its first digit: `\p{N}{1,3}`.
pub(super) fn number_end(text: &[u8], mut offset: usize) -> usize {
    for _ in 1..3 {
        let (class, next) = class_at(text, offset);
        if !class.is(Class::NUMBER) {
            break;
        }
        offset = next;
    }
    offset
}

/// Returns the end of a contraction in any case, after its apostrophe: `(?i:[sdmt]|ll|ve|re)`.
///
/// The long s, ſ, is the only other character that equals s, d, m, t, l, v, r or e if case is
/// ignored.
pub(super) fn contraction_end(text: &[u8], start: usize) -> Option<usize> {
    match text.get(start..)? {
        [b's' | b'd' | b'm' | b't' | b'S' | b'D' | b'M' | b'T', ..] => Some(start + 1),
        [b'l' | b'L', b'l' | b'L', ..] | [b'v' | b'V' | b'r' | b'R', b'e' | b'E', ..] => {
            Some(start + 2)
        }
        rest => rest
            .starts_with("ſ".as_bytes())
            .then_some(start + "ſ".len()),
    }
}
