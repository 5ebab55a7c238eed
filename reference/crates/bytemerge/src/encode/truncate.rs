//! The first tokens of a text, found without encoding the rest.
//!
//! Pieces are cut and merged one after the other, so that it is enough to stop in time. Only special tokens need
//! foresight: where one starts, the text before it ends, which changes how that is cut. They are looked for in
//! windows that grow with what was read, and a window is cut where that changes no piece
//! ([`Pattern::safe_cut`](crate::pattern::Pattern::safe_cut)).

use crate::encode::codec::Codec;
use crate::encode::encoder::Sink;
use crate::error::Error;
use crate::model::special::{Segment, SpecialSelection};
use crate::options::Options;

/// Bytes of the first window.
const WINDOW: usize = 1 << 10;

/// The first tokens of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Truncation {
    /// Their ids.
    pub ids: Vec<u32>,
    /// How many bytes of the text they stand for. A character of it ends there.
    pub end: usize,
}

/// Takes ids until it is full.
struct Limited {
    ids: Vec<u32>,
    limit: usize,
    /// Whether there was an id that it did not take.
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
        // Nobody sees this error: it ends the work.
        if self.overfull {
            Err(Error::Interrupted)
        } else {
            Ok(())
        }
    }
}

impl Codec {
    /// The first tokens of a text, at most `limit`: the longest prefix of its ids that does not end inside of a
    /// character.
    ///
    /// What comes after them is not read, except for the rest of the piece that they end in, and some more where
    /// special tokens are allowed: in proportion to what was read, or, if the pattern is an expression, as far as
    /// the next one. Options for threads mean nothing.
    ///
    /// # Errors
    ///
    /// As [`Codec::encode`]; but a special token is disallowed only where it starts before the end.
    pub(crate) fn truncate(
        &self,
        text: &str,
        limit: usize,
        options: &Options,
    ) -> Result<Truncation, Error> {
        let mut sink = Limited {
            ids: Vec::new(),
            limit,
            overfull: false,
        };
        let mut windows = Windows::new(self, text, options.allowed_special);
        let done = self.with_encoder(options.should_stop, &mut sink, |encoder| {
            while encoder.sink().ids.len() < limit {
                let Some(segment) = windows.next() else {
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
        let length = |&id: &u32| self.token_bytes(id).map_or(0, <[u8]>::len);
        let mut end: usize = ids.iter().map(length).sum();
        while !text.is_char_boundary(end) {
            end -= ids.pop().as_ref().map_or(end, length);
        }
        self.check_before(end, text, options)?;
        Ok(Truncation { ids, end })
    }

    /// That no special token starts before a place which is disallowed.
    fn check_before(&self, end: usize, text: &str, options: &Options) -> Result<(), Error> {
        let (allowed, disallowed) = (options.allowed_special, options.disallowed_special);
        let longest = match disallowed {
            SpecialSelection::All => self.longest_special(),
            SpecialSelection::Only(texts) => texts.iter().map(|text| text.len()).max().unwrap_or(0),
        };
        let start = &text[..char_end(text, end.saturating_add(longest))];
        match self.special.check(start, allowed, disallowed) {
            Err(Error::DisallowedSpecialToken { position, .. }) if position >= end => Ok(()),
            checked => checked,
        }
    }

    fn longest_special(&self) -> usize {
        let names = self.special.iter();
        names.map(|(name, _)| name.len()).max().unwrap_or(0)
    }
}

/// The segments of a text, some of them cut further, with little foresight.
struct Windows<'a> {
    codec: &'a Codec,
    text: &'a str,
    allowed: SpecialSelection<'a>,
    longest: usize,
    /// What is before this is in segments already.
    done: usize,
    /// No special token starts from there to here.
    clear: usize,
    /// One that comes next.
    special: Option<u32>,
    /// Bytes to look at.
    window: usize,
}

impl<'a> Windows<'a> {
    fn new(codec: &'a Codec, text: &'a str, allowed: SpecialSelection<'a>) -> Self {
        let none = allowed == SpecialSelection::Only(&[]) || codec.special.is_empty();
        Self {
            codec,
            text,
            allowed,
            longest: codec.longest_special(),
            done: 0,
            clear: if none { text.len() } else { 0 },
            special: None,
            window: WINDOW,
        }
    }

    fn next(&mut self) -> Option<Segment<'a>> {
        if let Some(id) = self.special.take() {
            return Some(Segment::Special(id));
        }
        while self.done < self.text.len() {
            if self.clear < self.done + self.window {
                if let Some(segment) = self.look_further() {
                    return Some(segment);
                }
            }
            let clear = &self.text[self.done..self.clear];
            let cut = if self.clear == self.text.len() {
                Some(clear.len())
            } else {
                let pattern = &self.codec.model.pattern;
                pattern.safe_cut(clear, clear.len() / 2)
            };
            self.window *= 2;
            if let Some(cut) = cut {
                self.done += cut;
                return Some(Segment::Text(&clear[..cut]));
            }
        }
        None
    }

    /// Looks for special tokens that start in the next window. The first segment up to there, if it finds one.
    fn look_further(&mut self) -> Option<Segment<'a>> {
        let start = self.clear;
        let end = char_end(self.text, start.saturating_add(self.window));
        // One that starts before the end is here as a whole.
        let seen = &self.text[start..char_end(self.text, end.saturating_add(self.longest))];
        let mut before = start;
        let special = &self.codec.special;
        for segment in special.segments(seen, self.allowed).take(2) {
            match segment {
                Segment::Text(text) => before += text.len(),
                Segment::Special(id) if before < end => {
                    let text = &self.text[self.done..before];
                    self.done = before + special.name(id).map_or(0, str::len);
                    self.clear = self.done;
                    if text.is_empty() {
                        return Some(segment);
                    }
                    self.special = Some(id);
                    return Some(Segment::Text(text));
                }
                Segment::Special(_) => (),
            }
        }
        self.clear = end;
        None
    }
}

/// The first end of a character at or after a place, or the end of the text.
fn char_end(text: &str, place: usize) -> usize {
    (place..text.len())
        .find(|&place| text.is_char_boundary(place))
        .unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::model::special::SpecialTokens;
    use crate::pattern::Pattern;
    use crate::tokenizer::Tokenizer;

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

    /// Texts with all that is awkward, around the borders of windows.
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
        // A question is asked for each 65,536 bytes of pieces.
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
        // What is looked through for special tokens: windows that double.
        let mut windows = Windows::new(tokenizer.codec(), &text, SpecialSelection::All);
        for _ in 0..8 {
            windows.next();
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
