//! The normalizer: changes a text before it is cut into pieces, as the normalizers of Hugging Face
//! do.
//!
//! Most tokenizers have none. The usual one is NFC, which leaves nearly every text as it is, so the
//! first question is whether there is anything to do. Unicode's normal forms (Unicode Standard
//! Annex 15) are those of the crate that Hugging Face uses, so they are of the same version of
//! Unicode.
//!
//! A normalized text also knows where its characters come from ([`Aligned`]), so that offsets point
//! into the text that was given. The origins are those of Hugging Face: a character that replaces
//! another has its origin; an added one has that of the character before it or, if it is prepended,
//! of the character after it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use unicode_normalization_alignments::{IsNormalized, UnicodeNormalization, is_nfc_quick};
use unicode_normalization_alignments::{is_nfd_quick, is_nfkc_quick, is_nfkd_quick};

use crate::error::Error;
use crate::pattern::{Pattern, PatternError};
use crate::progress::{ShouldStop, StopCheck};

/// A change of a text.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum Change {
    /// Canonical composition.
    #[serde(rename = "NFC")]
    Nfc,
    /// Canonical decomposition.
    #[serde(rename = "NFD")]
    Nfd,
    /// Compatibility composition.
    #[serde(rename = "NFKC")]
    Nfkc,
    /// Compatibility decomposition.
    #[serde(rename = "NFKD")]
    Nfkd,
    /// Lower case.
    Lowercase,
    /// A text in place of each match of a regular expression.
    Replace {
        /// The expression.
        pattern: String,
        /// The text.
        content: String,
    },
    /// A text before each text that is not empty.
    Prepend {
        /// The text.
        prepend: String,
    },
    /// No white space at the start, at the end, or both.
    Strip {
        /// Whether the start loses its white space.
        strip_left: bool,
        /// Whether the end loses its white space.
        strip_right: bool,
    },
}

/// Changes, applied one after the other.
#[derive(Clone, Debug, Default)]
pub struct Normalizer {
    changes: Vec<Change>,
    /// The compiled pattern of each [`Change::Replace`].
    patterns: Vec<Option<Pattern>>,
}

/// A step of a change: what becomes of the next characters of the text.
enum Step {
    /// A character that replaces this number of characters; with zero, it is added.
    Char(char, usize),
    /// A character before the next one, to which it belongs.
    Before(char),
    /// The removal of this number of characters.
    Skip(usize),
}

/// The number of steps between two calls of `should_stop`: about a millisecond.
const STEPS_BETWEEN_QUESTIONS: usize = 1 << 16;

/// A normalized text, and where its characters come from.
pub(crate) struct Aligned<'t> {
    pub(crate) text: Cow<'t, str>,
    /// The offset in `text` of each character, and the bytes of the given text that it comes from.
    /// `None` while the text is the given one.
    origins: Option<Vec<(usize, [usize; 2])>>,
}

impl Normalizer {
    /// Creates a normalizer from changes.
    ///
    /// # Errors
    ///
    /// [`PatternError::Invalid`] if the pattern of a [`Change::Replace`] is not a regular
    /// expression.
    pub fn new(changes: Vec<Change>) -> Result<Self, PatternError> {
        let compiled = |change: &Change| match change {
            // In a group, the name of a pattern is an ordinary word.
            Change::Replace { pattern, .. } => {
                Pattern::new(Some(&format!("(?:{pattern})"))).map(Some)
            }
            _ => Ok(None),
        };
        let patterns = changes.iter().map(compiled).collect::<Result<_, _>>()?;
        Ok(Self { changes, patterns })
    }

    /// Creates a normalizer from a list of changes in JSON, as `tokenizer.json` spells them.
    ///
    /// # Errors
    ///
    /// A message, if the list is malformed or the pattern of a [`Change::Replace`] is invalid.
    pub fn from_json(changes: &str) -> Result<Self, String> {
        let changes = serde_json::from_str(changes).map_err(|error| error.to_string())?;
        Self::new(changes).map_err(|error| error.to_string())
    }

    /// Returns the changes as a list in JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Only a map whose keys are not texts has no JSON.
        serde_json::to_string(&self.changes).unwrap_or_default()
    }

    /// Returns the changes.
    #[must_use]
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Returns whether there are no changes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Returns whether each part of a text is certain to stay as it is. A part of a normal text is
    /// normal.
    pub(crate) fn keeps_parts(&self, text: &str) -> bool {
        let mut changes = self.changes.iter();
        changes.all(|change| change.is_normal_form() && change.keeps(text))
    }

    /// Returns the normalized text.
    ///
    /// # Errors
    ///
    /// [`Error::Pattern`] if the pattern of a [`Change::Replace`] backtracks too much;
    /// [`Error::OutOfMemory`], and [`Error::Interrupted`] if `should_stop` returns true.
    pub fn normalized<'t>(
        &self,
        text: &'t str,
        should_stop: &ShouldStop,
    ) -> Result<Cow<'t, str>, Error> {
        let mut text = Cow::Borrowed(text);
        for (change, pattern) in self.changes.iter().zip(&self.patterns) {
            if !change.keeps(&text) {
                text = Cow::Owned(change.changed(&text, pattern.as_ref(), should_stop)?);
            }
        }
        Ok(text)
    }

    /// Returns the normalized text, and where its characters come from.
    pub(crate) fn aligned<'t>(
        &self,
        text: &'t str,
        should_stop: &ShouldStop,
    ) -> Result<Aligned<'t>, Error> {
        let mut aligned = Aligned {
            text: Cow::Borrowed(text),
            origins: None,
        };
        for (change, pattern) in self.changes.iter().zip(&self.patterns) {
            if !change.keeps(&aligned.text) {
                aligned = aligned.changed(change, pattern.as_ref(), should_stop)?;
            }
        }
        Ok(aligned)
    }
}

impl Aligned<'_> {
    /// Returns the bytes of the given text `given` that the bytes from `start` to `end` come from.
    /// A part of a character that was kept comes from the same part.
    pub(crate) fn origin(&self, start: usize, end: usize, given: &str) -> [usize; 2] {
        let Some(origins) = &self.origins else {
            return [start, end];
        };
        let char_at = |offset: usize| {
            let after = origins.partition_point(|&(at, _)| at <= offset);
            let (at, [start, end]) = origins[after.saturating_sub(1)];
            let char = self.text[at..].chars().next();
            let is_kept = char.is_some() && given.get(start..end).and_then(only_char) == char;
            (at, [start, end], is_kept)
        };
        if start >= end || origins.is_empty() {
            return [0, 0];
        }
        let (at, [first, _], is_kept) = char_at(start);
        let first = if is_kept { first + start - at } else { first };
        let (at, [last_start, last], is_kept) = char_at(end - 1);
        let last = if is_kept { last_start + end - at } else { last };
        [first, last]
    }

    /// Returns the text after a change.
    fn changed(
        self,
        change: &Change,
        pattern: Option<&Pattern>,
        should_stop: &ShouldStop,
    ) -> Result<Self, Error> {
        let own = |(start, char): (usize, char)| [start, start + char.len_utf8()];
        let mut before: Box<dyn Iterator<Item = [usize; 2]>> = match self.origins {
            None => Box::new(self.text.char_indices().map(own)),
            Some(origins) => Box::new(origins.into_iter().map(|(_, origin)| origin)),
        };
        let before = &mut before.by_ref().peekable();
        let (mut text, mut origins) = (String::new(), Vec::new());
        // The origin of the last character that was taken.
        let mut last = [0, 0];
        change.for_each_step(&self.text, pattern, should_stop, |step| {
            let (char, origin) = match step {
                Step::Char(char, 0) => (char, last),
                Step::Char(char, count) => {
                    let first = before.next().unwrap_or(last);
                    last = before.by_ref().take(count - 1).last().unwrap_or(first);
                    (char, first)
                }
                Step::Before(char) => (char, before.peek().copied().unwrap_or(last)),
                Step::Skip(count) => {
                    last = before.by_ref().take(count).last().unwrap_or(last);
                    return Ok(());
                }
            };
            origins.try_reserve(1)?;
            origins.push((text.len(), origin));
            push(&mut text, char)
        })?;
        Ok(Self {
            text: Cow::Owned(text),
            origins: Some(origins),
        })
    }
}

impl Change {
    /// Returns whether it is a normal form of Unicode.
    fn is_normal_form(&self) -> bool {
        matches!(self, Self::Nfc | Self::Nfd | Self::Nfkc | Self::Nfkd)
    }

    /// Returns whether a text is certain to stay as it is.
    fn keeps(&self, text: &str) -> bool {
        match self {
            _ if self.is_normal_form() && text.is_ascii() => true,
            Self::Nfc => is_nfc_quick(text.chars()) == IsNormalized::Yes,
            Self::Nfd => is_nfd_quick(text.chars()) == IsNormalized::Yes,
            Self::Nfkc => is_nfkc_quick(text.chars()) == IsNormalized::Yes,
            Self::Nfkd => is_nfkd_quick(text.chars()) == IsNormalized::Yes,
            Self::Lowercase | Self::Replace { .. } => false,
            Self::Prepend { prepend } => prepend.is_empty() || text.is_empty(),
            Self::Strip {
                strip_left,
                strip_right,
            } => {
                let is_space = |char: Option<char>| char.is_some_and(char::is_whitespace);
                !(*strip_left && is_space(text.chars().next())
                    || *strip_right && is_space(text.chars().next_back()))
            }
        }
    }

    /// Returns the changed text.
    fn changed(
        &self,
        text: &str,
        pattern: Option<&Pattern>,
        should_stop: &ShouldStop,
    ) -> Result<String, Error> {
        let mut changed = String::new();
        changed.try_reserve(text.len())?;
        let mut add = |step| match step {
            Step::Char(char, _) | Step::Before(char) => push(&mut changed, char),
            Step::Skip(_) => Ok(()),
        };
        if !self.is_normal_form() {
            self.for_each_step(text, pattern, should_stop, add)?;
            return Ok(changed);
        }
        let mut stop_check = StopCheck::new(should_stop, STEPS_BETWEEN_QUESTIONS);
        for part in parts(text) {
            stop_check.count(part.len())?;
            // Most parts are normal.
            if self.keeps(part) {
                kept(part).try_for_each(&mut add)?;
            } else {
                self.for_each_step(part, pattern, should_stop, &mut add)?;
            }
        }
        Ok(changed)
    }

    /// Calls `visit` with each step of the change of a text.
    fn for_each_step(
        &self,
        text: &str,
        pattern: Option<&Pattern>,
        should_stop: &ShouldStop,
        mut visit: impl FnMut(Step) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut stop_check = StopCheck::new(should_stop, STEPS_BETWEEN_QUESTIONS);
        let mut visit = |step| {
            stop_check.count(1)?;
            visit(step)
        };
        // A normal form says of each character whether it is added, or how many more it replaces.
        let of_form = |(char, change): (char, isize)| {
            let count = if change > 0 {
                0
            } else {
                1 + change.unsigned_abs()
            };
            Step::Char(char, count)
        };
        match self {
            Self::Nfc => text.nfc().map(of_form).try_for_each(visit),
            Self::Nfd => text.nfd().map(of_form).try_for_each(visit),
            Self::Nfkc => text.nfkc().map(of_form).try_for_each(visit),
            Self::Nfkd => text.nfkd().map(of_form).try_for_each(visit),
            Self::Lowercase => text.chars().try_for_each(|char| {
                let mut lower = (0..).zip(char.to_lowercase());
                lower.try_for_each(|(index, char)| visit(Step::Char(char, usize::from(index == 0))))
            }),
            Self::Replace { content, .. } => {
                let mut done = 0;
                if let Some(pattern) = pattern {
                    pattern.for_each_match(text, |found| {
                        kept(&text[done..found.start]).try_for_each(&mut visit)?;
                        visit(Step::Skip(text[found.clone()].chars().count()))?;
                        done = found.end;
                        content
                            .chars()
                            .try_for_each(|char| visit(Step::Char(char, 0)))
                    })?;
                }
                kept(&text[done..]).try_for_each(visit)
            }
            Self::Prepend { prepend } => {
                prepend.chars().map(Step::Before).try_for_each(&mut visit)?;
                kept(text).try_for_each(visit)
            }
            Self::Strip {
                strip_left,
                strip_right,
            } => {
                let rest = if *strip_left { text.trim_start() } else { text };
                let before = &text[..text.len() - rest.len()];
                let rest = if *strip_right { rest.trim_end() } else { rest };
                visit(Step::Skip(before.chars().count()))?;
                kept(rest).try_for_each(visit)
            }
        }
    }
}

/// Returns the steps that keep a text.
fn kept(text: &str) -> impl Iterator<Item = Step> {
    text.chars().map(|char| Step::Char(char, 1))
}

/// Adds a character to a text.
fn push(text: &mut String, char: char) -> Result<(), Error> {
    text.try_reserve(char.len_utf8())?;
    text.push(char);
    Ok(())
}

/// Splits a text before ASCII characters, which no normal form joins with the text before them: a
/// part is only ASCII, or at most one ASCII character and the other characters that follow it.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let bytes = rest.as_bytes();
        let ascii = bytes.iter().position(|byte| !byte.is_ascii());
        let end = match ascii {
            None => rest.len(),
            // The last character of ASCII may be joined with the next one.
            Some(high @ 2..) => high - 1,
            Some(high) => {
                let others = bytes[high..].iter().position(u8::is_ascii);
                others.map_or(rest.len(), |length| high + length)
            }
        };
        let (part, after) = rest.split_at(end);
        rest = after;
        (!part.is_empty()).then_some(part)
    })
}

/// Returns the character of a text of one character.
fn only_char(text: &str) -> Option<char> {
    let mut chars = text.chars();
    chars.next().filter(|_| chars.next().is_none())
}

/// Equal when the changes are equal.
impl PartialEq for Normalizer {
    fn eq(&self, other: &Self) -> bool {
        self.changes == other.changes
    }
}

impl Eq for Normalizer {}

impl std::hash::Hash for Normalizer {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.changes.hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normalizer(changes: &str) -> Normalizer {
        Normalizer::from_json(changes).unwrap()
    }

    #[test]
    fn a_normal_form_and_where_its_characters_come_from() {
        let nfc = normalizer(r#"[{"type":"NFC"}]"#);
        assert_eq!(
            nfc.normalized("cafe\u{301}s", &|| false).unwrap(),
            "caf\u{e9}s"
        );
        let given = "e\u{301}\u{4e2d}s";
        let aligned = nfc.aligned(given, &|| false).unwrap();
        assert_eq!(aligned.text, "\u{e9}\u{4e2d}s");
        // As in Hugging Face, a composed character comes from the first of its parts.
        assert_eq!(aligned.origin(0, 2, given), [0, 1]);
        // A part of a character that was kept comes from the same part.
        assert_eq!(aligned.origin(3, 4, given), [4, 5]);
        assert_eq!(aligned.origin(2, 6, given), [3, 7]);
        assert_eq!(aligned.origin(6, 6, given), [0, 0]);
    }

    #[test]
    fn normal_text_is_not_copied() {
        let nfc = normalizer(r#"[{"type":"NFC"}]"#);
        for text in ["", "cat", "caf\u{e9}", "\u{4e2d}\u{6587}"] {
            assert!(nfc.keeps_parts(text));
            assert!(matches!(
                nfc.normalized(text, &|| false),
                Ok(Cow::Borrowed(_))
            ));
        }
        assert!(!nfc.keeps_parts("e\u{301}"));
    }

    #[test]
    fn a_long_text_is_normalized_in_parts() {
        let text = "abc e\u{301} \u{e9}\u{301}x \u{4e2d}\u{301}\u{1100}\u{1161} e";
        assert_eq!(parts(text).collect::<String>(), text);
        assert_eq!(
            parts("ab\u{e9}c").collect::<Vec<_>>(),
            ["a", "b\u{e9}", "c"]
        );
        for (changes, whole) in [
            (
                r#"[{"type":"NFC"}]"#,
                text.nfc().map(|(c, _)| c).collect::<String>(),
            ),
            (r#"[{"type":"NFD"}]"#, text.nfd().map(|(c, _)| c).collect()),
            (
                r#"[{"type":"NFKC"}]"#,
                text.nfkc().map(|(c, _)| c).collect(),
            ),
            (
                r#"[{"type":"NFKD"}]"#,
                text.nfkd().map(|(c, _)| c).collect(),
            ),
        ] {
            assert_eq!(
                normalizer(changes).normalized(text, &|| false).unwrap(),
                whole
            );
            assert_eq!(
                normalizer(changes).aligned(text, &|| false).unwrap().text,
                whole
            );
        }
    }

    #[test]
    fn each_change() {
        for (changes, given, expected) in [
            (r#"[{"type":"NFD"}]"#, "\u{e9}", "e\u{301}"),
            (r#"[{"type":"NFKC"}]"#, "\u{fb01}ne", "fine"),
            (r#"[{"type":"NFKD"}]"#, "\u{2460}", "1"),
            (r#"[{"type":"Lowercase"}]"#, "A\u{130}", "ai\u{307}"),
            (r#"[{"type":"Prepend","prepend":"> "}]"#, "a", "> a"),
            (r#"[{"type":"Prepend","prepend":"> "}]"#, "", ""),
            (
                r#"[{"type":"Strip","strip_left":true,"strip_right":false}]"#,
                " a ",
                "a ",
            ),
            (
                r#"[{"type":"Strip","strip_left":false,"strip_right":true}]"#,
                " \n",
                "",
            ),
            (
                r#"[{"type":"Strip","strip_left":false,"strip_right":false}]"#,
                " \n",
                " \n",
            ),
            (
                r#"[{"type":"Replace","pattern":"gpt2","content":"-"}]"#,
                "gpt2 a",
                "- a",
            ),
            (
                r#"[{"type":"Replace","pattern":" +","content":"_"},{"type":"Lowercase"}]"#,
                "A  B",
                "a_b",
            ),
        ] {
            assert_eq!(
                normalizer(changes).normalized(given, &|| false).unwrap(),
                expected,
                "{changes}"
            );
        }
        assert_eq!(
            normalizer(r#"[{"type":"NFC"}]"#).to_json(),
            r#"[{"type":"NFC"}]"#
        );
        assert!(
            Normalizer::from_json(r#"[{"type":"Replace","pattern":"(","content":""}]"#).is_err()
        );
        assert!(Normalizer::from_json(r#"[{"type":"Other"}]"#).is_err());
    }
}
