//! White space between words: where a run of it is cut. The patterns differ only in details.
//!
//! The expression `\s+(?!\S)` matches white space except the last character before a word. Taking
//! the whole run and giving its last character back has the same result, without trying shorter
//! matches.

use super::class::{Class, class_at};

/// A run of white space.
pub(super) struct Run {
    /// The start of its last character.
    last: usize,
    /// Its end.
    end: usize,
    /// The end of its last newline.
    newline_end: Option<usize>,
}

impl Run {
    /// Returns the run that starts with the white space at `start`.
    pub(super) fn at(text: &[u8], start: usize) -> Self {
        let mut run = Self {
            last: start,
            end: start,
            newline_end: None,
        };
        loop {
            let (class, next) = class_at(text, run.end);
            if !class.is(Class::WHITE_SPACE) {
                return run;
            }
            run.last = run.end;
            run.end = next;
            if class.is(Class::NEWLINE) {
                run.newline_end = Some(next);
            }
        }
    }

    /// Returns whether the text ends with this run.
    pub(super) fn ends(&self, text: &[u8]) -> bool {
        self.end == text.len()
    }

    /// Returns the end of `\s*[\r\n]+`: the end of the last newline.
    pub(super) fn newline_end(&self) -> Option<usize> {
        self.newline_end
    }

    /// Returns the end of `\s+(?!\S)|\s+`: the last of several characters is left for the text that
    /// follows, if any.
    pub(super) fn end(&self, text: &[u8], start: usize) -> usize {
        if self.last == start || self.ends(text) {
            self.end
        } else {
            self.last
        }
    }
}
