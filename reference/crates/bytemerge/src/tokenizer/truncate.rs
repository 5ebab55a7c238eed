//! Finds the first tokens of a text without encoding the rest.
//!
//! Pieces are cut and merged one after the other, so it is enough to stop in time. Only special
//! tokens need a look ahead: the text before a special token ends where that token starts, which
//! changes how this text is cut. They are looked for in windows that grow with the text read so
//! far, and a window ends where a cut changes no piece
//! ([`Pattern::safe_cut`](crate::pattern::Pattern::safe_cut)).

use crate::encode::encoder::Sink;
use crate::error::Error;
use crate::model::special::{Segment, SpecialSelection, char_end, longest};
use crate::options::Options;
use crate::tokenizer::Tokenizer;

/// The number of bytes in the first window.
const WINDOW: usize = 1 << 10;

/// The first tokens of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Truncation {
    /// The ids.
    pub ids: Vec<u32>,
    /// The number of bytes of the text that the ids stand for. A character ends there.
    pub end: usize,
}

/// A sink that takes ids until it is full.
struct Limited {
    ids: Vec<u32>,
    limit: usize,
    /// Whether an id was left out.
    overfull: bool,
}

impl Sink for Limited {
    fn push(&mut self, id: u32) -> Result<(), Error> {
        self.extend(&[id])
    }

    fn extend(&mut self, ids: &[u32]) -> Result<(), Error> {
        let taken = ids.len().min(self.limit - self.ids.len());
        self.ids.try_reserve(taken)?;
        self.ids.extend_from_slice(&ids[..taken]);
        self.overfull = taken < ids.len();
        // This error only ends the work; `truncate` drops it.
        if self.overfull {
            Err(Error::Interrupted)
        } else {
            Ok(())
        }
    }
}

impl Tokenizer {
    /// Returns the first tokens of a text, at most `limit`: the longest such prefix of its ids that
    /// does not end inside a character.
    ///
    /// The text after them is not read, except for the rest of their last piece. Where special
    /// tokens are allowed, a little more is read: in proportion to the text before, or, if the
    /// pattern is a regular expression, up to the next special token. With a normalizer, or with
    /// special tokens that have [rules](crate::MatchRules), all of the text is read. The option
    /// `threads` is ignored. With `add_special_tokens`, those of the [`Template`](crate::Template)
    /// count, and stay even if `limit` is lower than their number.
    ///
    /// # Errors
    ///
    /// Those of [`Tokenizer::encode`]; but a special token is disallowed only if it starts before
    /// the end.
    pub fn truncate(
        &self,
        text: &str,
        limit: usize,
        options: &Options,
    ) -> Result<Truncation, Error> {
        let plain = Options {
            add_special_tokens: false,
            ..*options
        };
        let limit = limit.saturating_sub(self.added_count(options));
        let mut truncation = self.truncate_text(text, limit, &plain)?;
        if options.add_special_tokens {
            self.template.add_to(&mut truncation.ids)?;
        }
        Ok(truncation)
    }

    /// Does the work of [`Tokenizer::truncate`] without the template.
    fn truncate_text(
        &self,
        text: &str,
        limit: usize,
        options: &Options,
    ) -> Result<Truncation, Error> {
        if !self.special.are_plain() || !self.can_be_cut(text) {
            return self.truncate_segments(text, limit, options);
        }
        let mut sink = Limited {
            ids: Vec::new(),
            limit,
            overfull: false,
        };
        let mut windows = Windows::new(self, text, options);
        let done = self.with_encoder(options.should_stop, &mut sink, |encoder| {
            while encoder.sink().ids.len() < limit {
                let Some(segment) = windows.next()? else {
                    break;
                };
                encoder.segment(segment)?;
            }
            Ok(())
        });
        if !sink.overfull {
            done?;
        }
        let mut ids = sink.ids;
        let mut end = 0;
        for &id in &ids {
            end += self.bytes_at(id, text, end, options.allowed_special).len();
        }
        // No special token ends inside a character.
        let length = |&id: &u32| self.token_bytes(id).map_or(0, <[u8]>::len);
        while !text.is_char_boundary(end) {
            end -= ids.pop().as_ref().map_or(end, length);
        }
        self.check_before(end, text, options)?;
        Ok(Truncation { ids, end })
    }

    /// Does the work of [`Tokenizer::truncate`] where tokens are not their bytes in the text:
    /// encodes all of it.
    fn truncate_segments(
        &self,
        text: &str,
        limit: usize,
        options: &Options,
    ) -> Result<Truncation, Error> {
        let all = Options {
            disallowed_special: SpecialSelection::Only(&[]),
            ..*options
        };
        let encoding = self.encode_with_offsets(text, &all)?;
        let (mut ids, offsets) = (encoding.ids, encoding.byte_offsets);
        ids.truncate(limit);
        let end = loop {
            let Some(&[_, end]) = offsets[..ids.len()].last() else {
                break 0;
            };
            // A character of which only a part is kept ends after the start of the next token. Its
            // last bytes may have no token at all.
            let end = char_end(text, end);
            let is_cut = offsets.get(ids.len()).is_some_and(|&[next, _]| next < end);
            if !is_cut {
                break end;
            }
            ids.pop();
        };
        self.check_before(end, text, options)?;
        Ok(Truncation { ids, end })
    }

    /// Checks that no disallowed special token starts before `end`.
    fn check_before(&self, end: usize, text: &str, options: &Options) -> Result<(), Error> {
        let longest = match options.disallowed_special {
            SpecialSelection::All => self.special.longest(),
            SpecialSelection::Only(texts) => longest(texts.iter().copied()),
        };
        let start = &text[..char_end(text, end.saturating_add(longest))];
        match self.check_disallowed(start, options) {
            Err(Error::DisallowedSpecialToken { position, .. }) if position >= end => Ok(()),
            checked => checked,
        }
    }
}

/// The segments of a text, some of them cut further, found with a short look ahead.
struct Windows<'a> {
    tokenizer: &'a Tokenizer,
    text: &'a str,
    options: &'a Options<'a>,
    /// The end of the last segment.
    done: usize,
    /// The offset up to which no special token starts after `done`.
    clear: usize,
    /// The special token that is the next segment.
    special: Option<u32>,
    /// The number of bytes to look at.
    window: usize,
}

impl<'a> Windows<'a> {
    fn new(tokenizer: &'a Tokenizer, text: &'a str, options: &'a Options) -> Self {
        let no_special =
            options.allowed_special == SpecialSelection::Only(&[]) || tokenizer.special.is_empty();
        Self {
            tokenizer,
            text,
            options,
            done: 0,
            clear: if no_special { text.len() } else { 0 },
            special: None,
            window: WINDOW,
        }
    }

    fn next(&mut self) -> Result<Option<Segment<'a>>, Error> {
        if let Some(id) = self.special.take() {
            return Ok(Some(Segment::Special(id)));
        }
        while self.done < self.text.len() {
            if self.clear < self.done + self.window {
                if let Some(segment) = self.look_further()? {
                    return Ok(Some(segment));
                }
            }
            let clear = &self.text[self.done..self.clear];
            let cut = if self.clear == self.text.len() {
                Some(clear.len())
            } else {
                let pattern = &self.tokenizer.model.pattern;
                pattern.safe_cut(clear, clear.len() / 2)
            };
            self.window *= 2;
            if let Some(cut) = cut {
                self.done += cut;
                return Ok(Some(Segment::Text(&clear[..cut])));
            }
        }
        Ok(None)
    }

    /// Looks for special tokens that start in the next window. If there is one, returns the first
    /// segment up to it.
    fn look_further(&mut self) -> Result<Option<Segment<'a>>, Error> {
        let (start, special) = (self.clear, &self.tokenizer.special);
        let (allowed, should_stop) = (self.options.allowed_special, self.options.should_stop);
        let end = char_end(self.text, start.saturating_add(self.window));
        // A special token that starts before the end is complete in this text.
        let seen = &self.text[start..char_end(self.text, end.saturating_add(special.longest()))];
        let mut before = start;
        for segment in special.segments(seen, allowed, should_stop).take(2) {
            match segment? {
                Segment::Text(text) => before += text.len(),
                Segment::Special(id) if before < end => {
                    let text = &self.text[self.done..before];
                    let name = special.name_at(id, self.text, before, allowed);
                    self.done = before + name.map_or(0, str::len);
                    self.clear = self.done;
                    if text.is_empty() {
                        return Ok(Some(Segment::Special(id)));
                    }
                    self.special = Some(id);
                    return Ok(Some(Segment::Text(text)));
                }
                Segment::Special(_) => (),
            }
        }
        self.clear = end;
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::model::special::SpecialTokens;
    use crate::pattern::Pattern;

    fn tokenizer(pattern: Option<&str>) -> Result<Tokenizer, Error> {
        let bytes = (0..=255).map(|byte: u8| (vec![byte], u32::from(byte)));
        let merges = ["th", "the", " t", " the"].map(|token| token.as_bytes().to_vec());
        let special = SpecialTokens::new([("<a>", 300), ("<a><b>", 301)])?;
        let ranks = bytes.chain(merges.into_iter().zip(256..));
        Tokenizer::from_ranks(ranks, Pattern::new(pattern)?, special)
    }

    fn all() -> Options<'static> {
        Options {
            allowed_special: SpecialSelection::All,
            ..Options::default()
        }
    }

    /// Returns texts with awkward characters around the ends of windows.
    fn texts() -> Vec<String> {
        let pieces = [
            "the ", "then<a>", "<a><b>", "é𝄞", "  \n", "<a", "123'll", "thethe",
        ];
        let mut texts = vec![String::new(), " ".repeat(3000), "the".repeat(3000)];
        let mut state = 1_u64;
        for length in [10, 300, 1500] {
            for _ in 0..20 {
                let mut text = String::new();
                for _ in 0..length {
                    state = state
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1);
                    text.push_str(pieces[(state >> 61) as usize]);
                }
                texts.push(text);
            }
        }
        texts
    }

    #[test]
    fn it_is_a_prefix_of_all_ids_and_the_longest_that_ends_a_character() -> Result<(), Error> {
        for pattern in [
            Some("gpt2"),
            Some("cl100k"),
            Some("o200k"),
            None,
            Some(r"\w+|\s+"),
        ] {
            let tokenizer = tokenizer(pattern)?;
            for text in texts() {
                let all_ids = tokenizer.encode(&text, &all())?;
                for limit in [0, 1, 2, 3, 10, 400, 1023, all_ids.len(), usize::MAX] {
                    let found = tokenizer.truncate(&text, limit, &all())?;
                    let mut kept = limit.min(all_ids.len());
                    let decoded = loop {
                        let bytes = tokenizer.decode_bytes(&all_ids[..kept])?;
                        match String::from_utf8(bytes) {
                            Ok(decoded) => break decoded,
                            Err(_) => kept -= 1,
                        }
                    };
                    assert_eq!(found.ids, all_ids[..kept], "{pattern:?} {limit} {text:?}");
                    assert_eq!(&text[..found.end], decoded);
                }
            }
        }
        Ok(())
    }

    #[test]
    fn it_reads_in_proportion_to_what_it_keeps() -> Result<(), Error> {
        let tokenizer = tokenizer(Some("gpt2"))?;
        let text = "then 123 é".repeat(1 << 18);
        // `should_stop` is called once for each 65,536 bytes of pieces.
        let asked = AtomicUsize::new(0);
        let count = || {
            asked.fetch_add(1, Ordering::Relaxed);
            false
        };
        for options in [all(), Options::default()] {
            let options = Options {
                should_stop: &count,
                ..options
            };
            let found = tokenizer.truncate(&text, 100, &options)?;
            assert!(found.end < 200);
        }
        assert_eq!(asked.into_inner(), 0);
        // Special tokens are looked for in windows that double.
        let options = all();
        let mut windows = Windows::new(&tokenizer, &text, &options);
        for _ in 0..8 {
            windows.next()?;
            assert!(
                windows.clear <= WINDOW + 4 * windows.done,
                "{} {}",
                windows.clear,
                windows.done
            );
        }
        assert!(windows.done > 50 * WINDOW);
        Ok(())
    }

    #[test]
    fn a_disallowed_token_counts_where_it_starts_before_the_end() -> Result<(), Error> {
        let tokenizer = tokenizer(Some("gpt2"))?;
        let options = Options::default();
        assert_eq!(tokenizer.truncate("the <a>", 1, &options)?.end, 3);
        assert_eq!(tokenizer.truncate("the <a>", 2, &options)?.end, 4);
        let error = tokenizer.truncate("the <a>", 3, &options);
        assert!(
            matches!(&error, Err(Error::DisallowedSpecialToken { token, position: 4 }) if token == "<a>"),
            "{error:?}"
        );
        Ok(())
    }
}
