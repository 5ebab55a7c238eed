//! The pattern of GPT-2: the endings of English contractions, words, numbers and symbols with the
//! space before them, and white space.
//!
//! `'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s`
//!
//! After an optional space, the class of one character decides which alternative matches, and that
//! alternative takes the whole run. Source: Radford et al., "Language models are unsupervised
//! multitask learners", 2019, and the encoder published with it.

use super::block::Scanner;
use super::class::{Class, class_at, run_end};
use super::white_space::Run;
use super::window::{Window, bits};

/// The scanner.
pub(super) struct Gpt2;

impl Scanner for Gpt2 {
    fn piece_end(text: &[u8], start: usize) -> usize {
        let first = text[start];
        if first == b'\'' {
            if let Some(end) = contraction_end(text, start + 1) {
                return end;
            }
        }
        let body = start + usize::from(first == b' ');
        let (class, next) = class_at(text, body);
        if class.is(Class::LETTER) {
            run_end(text, next, Class::LETTER)
        } else if class.is(Class::NUMBER) {
            run_end(text, next, Class::NUMBER)
        } else if class.is(Class::SYMBOL) {
            run_end(text, next, Class::SYMBOL)
        } else {
            Run::at(text, start).end(text, start)
        }
    }

    #[inline(always)]
    fn starts(window: &mut Window) -> u64 {
        let (letter, number, white) = (window.letter(), window.number, window.white());
        let symbol = !(letter | number | white);
        // Runs without a space before them.
        let runs = |class: u64| class & !window.inner & !((class | window.space) << 1);
        let symbols = runs(symbol);
        // White space starts where it begins, and at its last character.
        let last = window.first_bytes(white & !(white >> 1));
        let mut starts = runs(letter) | runs(number) | symbols | white & !(white << 1) | last;
        for index in bits(window.apostrophe & symbols & letter >> 1) {
            if let Some(end) = contraction_end(window.text, window.start + index + 1) {
                starts = starts & !(2 << index) | window.bit_at(end);
            }
        }
        starts
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
