//! Patterns in a sequence: each cuts the pieces of the one before, and sees nothing around them.
//!
//! So do the pre-tokenizers in a sequence of Hugging Face. One expression cannot always do the same:
//! in "a  1", after a cut before the digit, `\s+(?!\S)` matches both spaces.

use std::sync::Arc;

use super::{Kind, Pattern, PatternError};

/// At least two patterns, all of which cut.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sequence(Arc<[Pattern]>);

impl Sequence {
    pub(super) fn new(cuts: Vec<Pattern>) -> Self {
        Self(cuts.into())
    }

    pub(super) fn cuts(&self) -> &[Pattern] {
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
        Kind::Expression(expression) => expression.for_each_end(text, offset, piece),
        _ => first.for_each_end(text, piece),
    }
}
