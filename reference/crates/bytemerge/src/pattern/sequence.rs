//! Patterns in a sequence: each cuts the pieces of the one before, and sees nothing around them.
//!
//! So do the pre-tokenizers in a sequence of Hugging Face. One expression cannot always do the
//! same: in "a  1", after a cut before the digit, `\s+(?!\S)` matches both spaces.

use std::sync::Arc;

use super::{Kind, Pattern, PatternError, byte_letters};

/// At least two patterns, all of which cut.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sequence(Arc<[Pattern]>);

impl Sequence {
    pub(super) fn new(cuts: Vec<Pattern>) -> Self {
        Self(cuts.into())
    }

    pub(super) fn patterns(&self) -> &[Pattern] {
        &self.0
    }

    /// Does the work of [`Pattern::for_each_end`].
    pub(super) fn for_each_end<E: From<PatternError>>(
        &self,
        text: &str,
        mut visit: impl FnMut(usize) -> Result<(), E>,
    ) -> Result<(), E> {
        cut(&self.0, text, 0, &mut visit)
    }
}

/// Calls `visit` with the ends of the pieces of a text at an offset of a longer one.
fn cut<E: From<PatternError>>(
    cuts: &[Pattern],
    text: &str,
    offset: usize,
    visit: &mut dyn FnMut(usize) -> Result<(), E>,
) -> Result<(), E> {
    if text.is_empty() {
        return Ok(());
    }
    let Some((first, others)) = cuts.split_first() else {
        return visit(offset + text.len());
    };
    let mut start = 0;
    let piece = |end| {
        let piece = &text[start..end];
        let at = offset + std::mem::replace(&mut start, end);
        cut(others, piece, at, visit)
    };
    match &first.0 {
        Kind::ByteLetters => cut_letters(others, text, offset, visit),
        Kind::Expression(expression) => expression.for_each_end(text, offset, piece),
        _ => first.for_each_end(text, piece),
    }
}

/// Does the work of [`cut`] for patterns that see a letter for each byte.
fn cut_letters<E: From<PatternError>>(
    cuts: &[Pattern],
    text: &str,
    offset: usize,
    visit: &mut dyn FnMut(usize) -> Result<(), E>,
) -> Result<(), E> {
    let letters = byte_letters::letters(text.as_bytes());
    let (mut start, mut bytes) = (0, 0);
    cut(cuts, &letters, 0, &mut |end| {
        // Among `cuts` may be letters again, after which a cut may be inside a letter.
        let Some(whole) = letters.get(start..end) else {
            return Ok(());
        };
        bytes += whole.chars().count();
        start = end;
        visit(offset + bytes)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(names: &[&str], text: &str) -> Vec<String> {
        let pattern = Pattern::from_names(names).unwrap();
        let mut pieces = Vec::new();
        pattern
            .for_each_piece(text, |piece| {
                pieces.push(piece.to_owned());
                Ok::<(), PatternError>(())
            })
            .unwrap();
        let mut ends = Vec::new();
        pattern
            .for_each_block(text, |block| {
                ends.extend_from_slice(block);
                Ok::<(), PatternError>(())
            })
            .unwrap();
        let mut end = 0;
        assert!(ends.iter().zip(&pieces).all(|(&found, piece)| {
            end += piece.len();
            found == end
        }));
        assert_eq!(ends.len(), pieces.len());
        pieces
    }

    #[test]
    fn each_pattern_sees_only_the_piece() {
        assert_eq!(pieces(&["gpt2"], "a  1"), ["a", " ", " 1"]);
        assert_eq!(pieces(&[r"\p{N}", "gpt2"], "a  1"), ["a", "  ", "1"]);
        assert_eq!(
            pieces(&["gpt2", r"\p{N}"], "a  12"),
            ["a", " ", " ", "1", "2"]
        );
        assert_eq!(pieces(&["b", "c"], ""), [""; 0]);
        assert_eq!(pieces(&["byte_letters", "byte_letters"], ""), [""; 0]);
        assert_eq!(pieces(&[r"\p{N}", "gpt2"], &"12 ".repeat(200)).len(), 600);
    }

    #[test]
    fn after_byte_letters_a_cut_may_be_inside_a_character() {
        // The bytes of "\u{f2}" are C3 and B2, the letters of which are "\u{c3}" and "\u{b2}".
        let pattern = Pattern::from_names(&["gpt2", "byte_letters", r"[\d\u{b2}]"]).unwrap();
        let mut ends = Vec::new();
        let end = |end| {
            ends.push(end);
            Ok::<(), PatternError>(())
        };
        pattern.for_each_end("a \u{f2}12", end).unwrap();
        assert_eq!(ends, [1, 3, 4, 5, 6]);
        let names: Vec<_> = pattern.patterns().iter().map(Pattern::name).collect();
        assert_eq!(
            names,
            [Some("gpt2"), Some("byte_letters"), Some(r"[\d\u{b2}]")]
        );
        assert_eq!(pieces(&["byte_letters"], "a 1"), ["a 1"]);
    }

    #[test]
    fn a_cut_inside_a_letter_of_letters_is_no_cut() {
        // The letter of the first byte is "\u{e4}", and those of its bytes are "\u{c3}\u{a4}".
        let names = ["byte_letters", "byte_letters", r"\u{a4}"];
        let pattern = Pattern::from_names(&names).unwrap();
        let mut ends = Vec::new();
        let end = |end| {
            ends.push(end);
            Ok::<(), PatternError>(())
        };
        pattern.for_each_end("\u{4e2d}", end).unwrap();
        assert_eq!(ends, [1, 3]);
        assert_eq!(
            pieces(&["byte_letters", "byte_letters"], "\u{4e2d}"),
            ["\u{4e2d}"]
        );
    }

    #[test]
    fn a_sequence_of_one_is_that_one() {
        let gpt2 = Pattern::new(Some("gpt2")).unwrap();
        let whole = Pattern::new(None).unwrap();
        assert_eq!(Pattern::sequence([whole.clone(), gpt2.clone()]), gpt2);
        assert_eq!(Pattern::sequence([]), whole);
        let both = Pattern::sequence([gpt2.clone(), gpt2.clone()]);
        assert_eq!(Pattern::sequence([both.clone(), whole]), both);
        assert_eq!(both.patterns(), [gpt2.clone(), gpt2]);
    }
}
