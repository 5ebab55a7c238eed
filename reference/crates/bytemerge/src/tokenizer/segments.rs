//! Splits a text into its segments: special tokens, and the normalized text between them.
//!
//! Special tokens are looked for in the text as it is. The text between them is normalized, and
//! split again at the tokens that are looked for in normalized text. A pre-tokenizer may drop or
//! join parts of the rest. Nearly always the text stays as it is: there is no normalizer, or the
//! text is normal, and there is no such pre-tokenizer.

use crate::error::Error;
use crate::model::special::{Segment, SpecialSelection};
use crate::options::Options;
use crate::progress::ShouldStop;
use crate::tokenizer::Tokenizer;

impl Tokenizer {
    /// Returns whether the segments of a text are certain to be parts of it, found in one pass, and
    /// the concatenated bytes of their tokens are the text.
    pub(super) fn can_be_cut(&self, text: &str) -> bool {
        !self.special.are_normalized()
            && self.pre_tokenizer.is_empty()
            && self.model.unknown.is_none()
            && self.normalizer.keeps_parts(text)
    }

    /// Calls `visit` with each piece of a text in which special tokens are plain text, as the
    /// pattern cuts it, and with each token that is always found and its id.
    ///
    /// # Errors
    ///
    /// The first error of `visit`, and [`Error::Pattern`].
    pub fn for_each_piece(
        &self,
        text: &str,
        mut visit: impl FnMut(&[u8], Option<u32>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let none = SpecialSelection::Only(&[]);
        self.for_each_segment(text, none, &|| false, |segment| match segment {
            Segment::Text(text) => {
                let mut start = 0;
                self.pattern().for_each_end(text, |end| {
                    let first = std::mem::replace(&mut start, end);
                    visit(&text.as_bytes()[first..end], None)
                })
            }
            Segment::Special(id) => {
                let name = self.special.name(id).unwrap_or_default();
                visit(name.as_bytes(), Some(id))
            }
        })
    }

    /// Checks that a text contains no disallowed special token.
    ///
    /// # Errors
    ///
    /// [`Error::DisallowedSpecialToken`] for the first one, and [`Error::Interrupted`].
    pub(crate) fn check_disallowed(&self, text: &str, options: &Options) -> Result<(), Error> {
        let (allowed, disallowed) = (options.allowed_special, options.disallowed_special);
        self.special
            .check(text, allowed, disallowed, options.should_stop)
    }

    /// Calls `visit` with each segment of a text.
    pub(super) fn for_each_segment(
        &self,
        text: &str,
        allowed: SpecialSelection,
        should_stop: &ShouldStop,
        mut visit: impl FnMut(Segment) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let has_second_pass = !self.normalizer.is_empty() || self.special.are_normalized();
        for segment in self.special.segments(text, allowed, should_stop) {
            match segment? {
                Segment::Text(text) if has_second_pass => {
                    let text = self.normalizer.normalized(text, should_stop)?;
                    for span in self.special.spans(&text, allowed, true, should_stop) {
                        match span? {
                            (range, None) => self.for_each_part(&text[range], &mut visit)?,
                            (_, Some(id)) => visit(Segment::Special(id))?,
                        }
                    }
                }
                Segment::Text(text) => self.for_each_part(text, &mut visit)?,
                special @ Segment::Special(_) => visit(special)?,
            }
        }
        Ok(())
    }

    /// Calls `visit` with each part that the pre-tokenizer makes of a text.
    fn for_each_part(
        &self,
        text: &str,
        visit: &mut impl FnMut(Segment) -> Result<(), Error>,
    ) -> Result<(), Error> {
        if self.pre_tokenizer.is_empty() {
            return visit(Segment::Text(text));
        }
        self.pre_tokenizer
            .for_each_part(text, |part| visit(Segment::Text(&part.of(text))))
    }
}
