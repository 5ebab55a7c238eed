//! The pattern of `cl100k_base`. It differs from [`gpt2`](super::gpt2): any symbol may precede a
//! word, numbers have up to three digits, newlines belong to the symbols before them, and
//! contractions may be in upper case.
//!
//! `'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+|
//! ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s`
//!
//! An older spelling, used by Llama 3 and by files of GPT-4 for Hugging Face, lacks `\s++$`. It is
//! not equivalent: at the end of a text it cuts white space after the last newline. Two patterns
//! differ from it in little: in Qwen's each number has one digit, and in the one of Qwen 3.5 marks
//! are letters.

use super::block::Scanner;
use super::class::{Class, class_at, run_end};
use super::white_space::Run;
use super::window::{Window, bits};

/// The scanner. `LINES` selects the older spelling, `DIGITS` is the most digits of a number, and
/// `MARKS` says whether marks are letters.
pub(super) struct Cl100k<const LINES: bool, const DIGITS: usize, const MARKS: bool>;

impl<const LINES: bool, const DIGITS: usize, const MARKS: bool> Cl100k<LINES, DIGITS, MARKS> {
    const WORD: Class = if MARKS {
        Class::LETTER.or(Class::MARK)
    } else {
        Class::LETTER
    };
    const SYMBOL: Class = if MARKS { Class::OTHER } else { Class::SYMBOL };
    /// The characters that may precede the letters of a word.
    const PREFIX: Class = Self::SYMBOL.or(Class::BLANK);
}

impl<const LINES: bool, const DIGITS: usize, const MARKS: bool> Scanner
    for Cl100k<LINES, DIGITS, MARKS>
{
    fn piece_end(text: &[u8], start: usize) -> usize {
        let first = text[start];
        if first == b'\'' {
            if let Some(end) = contraction_end(text, start + 1) {
                return end;
            }
        }
        let (class, next) = class_at(text, start);
        if class.is(Self::WORD) {
            return run_end(text, next, Self::WORD);
        }
        if class.is(Class::NUMBER) {
            return number_end::<DIGITS>(text, next);
        }
        let (second, after_second) = class_at(text, next);
        if class.is(Self::PREFIX) && second.is(Self::WORD) {
            return run_end(text, after_second, Self::WORD);
        }
        if class.is(Self::SYMBOL) || first == b' ' && second.is(Self::SYMBOL) {
            let symbols_end = run_end(text, next, Self::SYMBOL);
            return run_end(text, symbols_end, Class::NEWLINE);
        }
        let run = Run::at(text, start);
        if !LINES && run.ends(text) {
            return text.len();
        }
        run.newline_end().unwrap_or_else(|| run.end(text, start))
    }

    #[inline(always)]
    fn starts(window: &mut Window) -> u64 {
        let letter = window.letter();
        let word = if MARKS { letter | window.mark } else { letter };
        let (mut starts, symbols) = starts::<DIGITS>(window, word);
        for index in bits(window.apostrophe & symbols & letter >> 1) {
            if let Some(end) = contraction_end(window.text, window.start + index + 1) {
                starts |= window.bit_at(end);
            }
        }
        starts
    }
}

/// Returns the starts of pieces as if there were no contractions, and those of them that are
/// symbols without a space before them. `word` has the letters that a symbol or blank may precede.
#[inline(always)]
pub(super) fn starts<const DIGITS: usize>(window: &mut Window, word: u64) -> (u64, u64) {
    let newline = window.newline;
    let symbol = !(word | window.number | window.white());
    let symbols = symbol & !window.inner & !((symbol | window.space) << 1);
    // The sum goes from the first byte of a symbol to the character after it.
    let prefixed = (symbols << 1).wrapping_add(window.inner) & !window.inner;
    let words = word & !window.inner & (window.number | newline | symbol) << 1 & !prefixed;
    // Newlines after symbols belong to them: the sum goes to their end.
    let newlines_end = newline.wrapping_add(newline & symbol << 1);
    let white = window.blank | newline & newlines_end;
    let starts = symbols
        | words
        | newlines_end & !newline
        | window.white_space_starts(white)
        | if DIGITS == 1 {
            window.number & !window.inner
        } else {
            window.numbers_in_threes()
        };
    (starts, symbols)
}

/// Returns the end of a number, after its first digit: `\p{N}{1,3}` if it has at most three.
pub(super) fn number_end<const DIGITS: usize>(text: &[u8], mut offset: usize) -> usize {
    for _ in 1..DIGITS {
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
