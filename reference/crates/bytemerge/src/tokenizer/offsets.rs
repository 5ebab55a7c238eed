//! Finds the offsets of each token in its text, in bytes and in characters.
//!
//! Usually the tokens of a text, concatenated, are the text; a special token stands for its name,
//! or, if it has several names, for the one in the text. So offsets follow from lengths. Characters
//! are counted on the way, as the bytes that do not continue one.
//!
//! Otherwise, offsets are taken from the segments of the text: with a normalizer or a pre-tokenizer
//! that may change the text, with bytes that have no token, and with special tokens that have
//! rules. A normalized text knows where its characters come from.

use std::ops::Range;

use crate::encode::encoder::Encoder;
use crate::error::Error;
use crate::model::special::Segment;
use crate::options::Options;
use crate::tokenizer::Tokenizer;

/// The number of tokens between two calls of `should_stop`: less than a millisecond.
const TOKENS_BETWEEN_QUESTIONS: usize = 1 << 14;

/// The ids of a text, and the offsets of each token in it. All three vectors have the same length.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Encoding {
    /// The ids.
    pub ids: Vec<u32>,
    /// The start and end of each token, in bytes. A token ends where the next one starts, unless
    /// a normalizer or a special token has changed or dropped a part of the text.
    pub byte_offsets: Vec<[usize; 2]>,
    /// The start and end, in characters, of the characters that each token contains a part of.
    ///
    /// Tokens that share a character overlap.
    pub char_offsets: Vec<[usize; 2]>,
}

impl Tokenizer {
    /// Returns the ids of a text and the offsets of each token in it.
    ///
    /// ```
    /// use bytemerge::{Options, SpecialTokens, Tokenizer, pattern::Pattern};
    ///
    /// let bytes = (0..=255).map(|byte: u8| ([byte], u32::from(byte)));
    /// let pattern = Pattern::new(None)?;
    /// let tokenizer = Tokenizer::from_ranks(bytes, pattern, SpecialTokens::default())?;
    /// let encoding = tokenizer.encode_with_offsets("né", &Options::default())?;
    /// assert_eq!(encoding.byte_offsets, [[0, 1], [1, 2], [2, 3]]);
    /// assert_eq!(encoding.char_offsets, [[0, 1], [1, 2], [1, 2]]);
    /// # Ok::<(), bytemerge::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`Tokenizer::encode`].
    pub fn encode_with_offsets(&self, text: &str, options: &Options) -> Result<Encoding, Error> {
        let plain = Options {
            add_special_tokens: false,
            ..*options
        };
        let mut encoding = self.text_with_offsets(text, &plain)?;
        if options.add_special_tokens {
            self.template.add_to(&mut encoding.ids)?;
            // The special tokens around a text stand for no part of it.
            let (before, after) = (self.template.before.len(), self.template.after.len());
            for offsets in [&mut encoding.byte_offsets, &mut encoding.char_offsets] {
                offsets.try_reserve(before + after)?;
                offsets.splice(..0, std::iter::repeat_n([0, 0], before));
                offsets.extend(std::iter::repeat_n([0, 0], after));
            }
        }
        Ok(encoding)
    }

    /// Does the work of [`Tokenizer::encode_with_offsets`] without the template.
    fn text_with_offsets(&self, text: &str, options: &Options) -> Result<Encoding, Error> {
        if !self.special.are_plain() || !self.can_be_cut(text) {
            return self.encode_segments_with_offsets(text, options);
        }
        let ids = self.encode(text, options)?;
        let (mut byte_offsets, mut char_offsets) = (Vec::new(), Vec::new());
        byte_offsets.try_reserve_exact(ids.len())?;
        char_offsets.try_reserve_exact(ids.len())?;
        // The end of the tokens so far in bytes, and the number of characters that start before it.
        let (mut byte, mut char) = (0, 0);
        for (index, &id) in ids.iter().enumerate() {
            if index % TOKENS_BETWEEN_QUESTIONS == 0 && (options.should_stop)() {
                return Err(Error::Interrupted);
            }
            let token = self.bytes_at(id, text, byte, options.allowed_special);
            let starts_inside = token.first().is_some_and(|&byte| continues(byte));
            let (first_byte, first_char) = (byte, char - usize::from(starts_inside));
            byte += token.len();
            char += token.iter().filter(|&&byte| !continues(byte)).count();
            byte_offsets.push([first_byte, byte]);
            char_offsets.push([first_char, char]);
        }
        Ok(Encoding {
            ids,
            byte_offsets,
            char_offsets,
        })
    }

    /// Does the work of [`Tokenizer::encode_with_offsets`] for each segment of the text.
    fn encode_segments_with_offsets(
        &self,
        text: &str,
        options: &Options,
    ) -> Result<Encoding, Error> {
        self.check_disallowed(text, options)?;
        let (special, allowed) = (&self.special, options.allowed_special);
        let should_stop = options.should_stop;
        let (mut ids, mut byte_offsets) = (Vec::new(), Vec::new());
        self.with_encoder(should_stop, &mut ids, |encoder| {
            for span in special.spans(text, allowed, false, should_stop) {
                let (range, id) = span?;
                if let Some(id) = id {
                    encoder.segment(Segment::Special(id))?;
                    byte_offsets.try_reserve(1)?;
                    byte_offsets.push([range.start, range.end]);
                    continue;
                }
                let (first, given) = (range.start, &text[range]);
                let aligned = self.normalizer.aligned(given, should_stop)?;
                let origin = |start, end| {
                    let [start, end] = aligned.origin(start, end, given);
                    [first + start, first + end]
                };
                for span in special.spans(&aligned.text, allowed, true, should_stop) {
                    let (range, id) = span?;
                    if let Some(id) = id {
                        encoder.segment(Segment::Special(id))?;
                        byte_offsets.try_reserve(1)?;
                        byte_offsets.push(origin(range.start, range.end));
                        continue;
                    }
                    let (first, text) = (range.start, &aligned.text[range]);
                    self.pre_tokenizer.for_each_part(text, |part| {
                        for [start, end] in self.encode_with_spans(encoder, &part.of(text))? {
                            let within = part.origin(start..end, text);
                            byte_offsets.push(origin(first + within.start, first + within.end));
                        }
                        Ok(())
                    })?;
                }
            }
            Ok(())
        })?;
        let (mut starts, mut char_offsets) = (Vec::new(), Vec::new());
        starts.try_reserve_exact(text.chars().count())?;
        starts.extend(text.char_indices().map(|(start, _)| start));
        char_offsets.try_reserve_exact(byte_offsets.len())?;
        char_offsets.extend(byte_offsets.iter().map(|&[start, end]| {
            let inside = starts.partition_point(|&char| char <= start);
            [
                inside.saturating_sub(1),
                starts.partition_point(|&char| char < end),
            ]
        }));
        Ok(Encoding {
            ids,
            byte_offsets,
            char_offsets,
        })
    }
}

impl Tokenizer {
    /// Encodes a text without special tokens, and returns the bytes that each token stands for.
    fn encode_with_spans(
        &self,
        encoder: &mut Encoder<Vec<u32>>,
        text: &str,
    ) -> Result<Vec<[usize; 2]>, Error> {
        let (bytes, mut spans) = (text.as_bytes(), Vec::new());
        let mut add = |ids: &[u32], part: Range<usize>| {
            spans.try_reserve(ids.len())?;
            let mut done = part.start;
            for &id in ids {
                let [start, end] = self.model.span(id, &bytes[done..part.end]);
                spans.push([done + start, done + end]);
                done += end;
            }
            Ok::<(), Error>(())
        };
        if self.model.unknown.is_none() {
            let before = encoder.sink().len();
            encoder.text(text)?;
            add(&encoder.sink()[before..], 0..text.len())?;
            return Ok(spans);
        }
        // An unknown token stands for bytes of one piece.
        let mut start = 0;
        self.pattern().for_each_end(text, |end| {
            let before = encoder.sink().len();
            encoder.piece(bytes, start, end)?;
            add(&encoder.sink()[before..], start..end)?;
            start = end;
            Ok::<(), Error>(())
        })?;
        Ok(spans)
    }
}

/// Returns whether a byte of UTF-8 continues a character.
#[inline]
fn continues(byte: u8) -> bool {
    byte & 0b1100_0000 == 0b1000_0000
}
