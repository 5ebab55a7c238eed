//! White space between words: where a run of it is cut. The three patterns differ only here and there.
//!
//! The expressions say `\s+(?!\S)`: as much as leaves one character for the word that follows. To take a run and to give
//! its last character back is the same, without trying shorter ones one after the other.

use super::class::{Class, class_at};

/// A run of white space.
pub(super) struct Run {
    /// Where the last character of it starts.
    last: usize,
    /// Where it ends.
    end: usize,
    /// Where the last newline in it ends.
    newline_end: Option<usize>,
}

impl Run {
    /// The run that starts at a place, where there is white space.
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

    /// Whether the text ends with it.
    pub(super) fn ends(&self, text: &[u8]) -> bool {
        self.end == text.len()
    }

    /// The end of `\s*[\r\n]+`: the last newline.
    pub(super) fn newline_end(&self) -> Option<usize> {
        self.newline_end
    }

    /// The end of `\s+(?!\S)|\s+`: the last character of several stays for what follows, if anything does.
    pub(super) fn end(&self, text: &[u8], start: usize) -> usize {
        if self.last == start || self.ends(text) {
            self.end
        } else {
            self.last
        }
    }
}
