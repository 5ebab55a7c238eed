//! The normalizer: changes a text before it is cut into pieces, as those of Hugging Face do.
//!
//! Most tokenizers have none. The usual one is NFC, which leaves nearly every text as it is, so the
//! first question is whether there is anything to do. Unicode's normal forms (Unicode Standard
//! Annex 15) are those of the crate that Hugging Face uses, so they are of the same version of
//! Unicode.
//!
//! A normalized text also knows where its characters come from ([`Aligned`]), so that offsets point
//! into the text that was given. The origins are those of Hugging Face: a character that replaces
//! another has its origin, and one that is added that of the character before.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use unicode_normalization_alignments::{IsNormalized, UnicodeNormalization, is_nfc_quick};
use unicode_normalization_alignments::{is_nfd_quick, is_nfkc_quick, is_nfkd_quick};

use crate::pattern::{Pattern, PatternError};

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

/// A character of a normalized text, and the bytes of the given text that it comes from.
type Origin = (char, [usize; 2]);

/// A normalized text, and where its characters come from.
pub(crate) struct Aligned {
    pub(crate) text: String,
    /// The offset in `text` of each character, and its origin.
    origins: Vec<(usize, [usize; 2])>,
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
    /// What is wrong with the list, or with the pattern of a [`Change::Replace`].
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
    /// [`PatternError::GaveUp`] if the pattern of a [`Change::Replace`] backtracks too much.
    pub fn normalized<'t>(&self, text: &'t str) -> Result<Cow<'t, str>, PatternError> {
        let mut text = Cow::Borrowed(text);
        for (change, pattern) in self.changes.iter().zip(&self.patterns) {
            if !change.keeps(&text) {
                text = Cow::Owned(change.changed(&text, pattern.as_ref())?);
            }
        }
        Ok(text)
    }

    /// Returns the normalized text, and where its characters come from.
    pub(crate) fn aligned(&self, text: &str) -> Result<Aligned, PatternError> {
        let mut chars = from_themselves(text);
        for (change, pattern) in self.changes.iter().zip(&self.patterns) {
            chars = change.apply(chars, pattern.as_ref())?;
        }
        let mut text = String::new();
        let mut origins = Vec::new();
        for (char, origin) in chars {
            origins.push((text.len(), origin));
            text.push(char);
        }
        Ok(Aligned { text, origins })
    }
}

impl Aligned {
    /// Returns the bytes of the given text `given` that the bytes from `start` to `end` come from.
    /// A part of a character that was kept comes from the same part.
    pub(crate) fn origin(&self, start: usize, end: usize, given: &str) -> [usize; 2] {
        let char_at = |offset: usize| {
            let after = self.origins.partition_point(|&(at, _)| at <= offset);
            let (at, [start, end]) = self.origins[after.saturating_sub(1)];
            let char = self.text[at..].chars().next();
            let is_kept = char.is_some() && given.get(start..end).and_then(only_char) == char;
            (at, [start, end], is_kept)
        };
        if start >= end || self.origins.is_empty() {
            return [0, 0];
        }
        let (at, [first, _], is_kept) = char_at(start);
        let first = if is_kept { first + start - at } else { first };
        let (at, [last_start, last], is_kept) = char_at(end - 1);
        let last = if is_kept { last_start + end - at } else { last };
        [first, last]
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
    fn changed(&self, text: &str, pattern: Option<&Pattern>) -> Result<String, PatternError> {
        if self.is_normal_form() {
            let mut changed = String::with_capacity(text.len());
            for part in parts(text) {
                self.add_normal_form(part, &mut changed);
            }
            return Ok(changed);
        }
        let chars = self.apply(from_themselves(text), pattern)?;
        Ok(chars.into_iter().map(|(char, _)| char).collect())
    }

    /// Adds the normal form of a part of a text. Most parts are in it.
    fn add_normal_form(&self, part: &str, changed: &mut String) {
        let char = |(char, _)| char;
        match self {
            _ if self.keeps(part) => changed.push_str(part),
            Self::Nfd => changed.extend(part.nfd().map(char)),
            Self::Nfkc => changed.extend(part.nfkc().map(char)),
            Self::Nfkd => changed.extend(part.nfkd().map(char)),
            _ => changed.extend(part.nfc().map(char)),
        }
    }

    /// Returns the characters of the changed text, and where they come from.
    fn apply(
        &self,
        chars: Vec<Origin>,
        pattern: Option<&Pattern>,
    ) -> Result<Vec<Origin>, PatternError> {
        let text = || chars.iter().map(|&(char, _)| char).collect::<String>();
        Ok(match self {
            Self::Nfc => transformed(&chars, text().nfc()),
            Self::Nfd => transformed(&chars, text().nfd()),
            Self::Nfkc => transformed(&chars, text().nfkc()),
            Self::Nfkd => transformed(&chars, text().nfkd()),
            Self::Lowercase => {
                let lower = |(char, origin): Origin| char.to_lowercase().map(move |c| (c, origin));
                chars.into_iter().flat_map(lower).collect()
            }
            Self::Replace { content, .. } => match pattern {
                Some(pattern) => replaced(&chars, &text(), pattern, content)?,
                None => chars,
            },
            Self::Prepend { prepend } => {
                let first = chars.first().map(|&(_, origin)| origin);
                let added = first
                    .iter()
                    .flat_map(|&at| prepend.chars().map(move |c| (c, at)));
                added.chain(chars.iter().copied()).collect()
            }
            Self::Strip {
                strip_left,
                strip_right,
            } => {
                let is_kept = |(char, _): &Origin| !char.is_whitespace();
                let mut kept = 0..chars.len();
                if *strip_left {
                    kept.start = chars.iter().position(is_kept).unwrap_or(kept.end);
                }
                if *strip_right {
                    let last = chars.iter().rposition(is_kept);
                    kept.end = last.map_or(kept.start, |last| last + 1);
                }
                chars[kept].to_vec()
            }
        })
    }
}

/// Gives each new character its origin, from the number that a normal form tells with it: 1 for a
/// character that is added, otherwise minus the number of characters that it replaces besides one.
fn transformed(chars: &[Origin], new: impl Iterator<Item = (char, isize)>) -> Vec<Origin> {
    let mut next = 0;
    let mut origin = [0, 0];
    let aligned = |(char, change): (char, isize)| {
        if change <= 0 {
            origin = chars.get(next).map_or(origin, |&(_, origin)| origin);
            next += 1 + change.unsigned_abs();
        }
        (char, origin)
    };
    new.map(aligned).collect()
}

/// Puts a text in place of each match. Its origin is that of the last character of the match.
fn replaced(
    chars: &[Origin],
    text: &str,
    pattern: &Pattern,
    content: &str,
) -> Result<Vec<Origin>, PatternError> {
    let mut new = Vec::new();
    let (mut rest, mut offset) = (chars.iter(), 0);
    pattern.for_each_match(text, |found| {
        let mut last = [0, 0];
        while offset < found.end {
            let Some(&(char, origin)) = rest.next() else {
                break;
            };
            if offset < found.start {
                new.push((char, origin));
            }
            offset += char.len_utf8();
            last = origin;
        }
        new.extend(content.chars().map(|char| (char, last)));
    })?;
    new.extend(rest);
    Ok(new)
}

/// Splits a text before characters of ASCII that no normal form joins with what is before them: a
/// part is only ASCII, or one such character and the others that follow.
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

/// Returns the characters of a text, each of which comes from itself.
fn from_themselves(text: &str) -> Vec<Origin> {
    let origin = |(start, char): (usize, char)| (char, [start, start + char.len_utf8()]);
    text.char_indices().map(origin).collect()
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
        assert_eq!(nfc.normalized("cafe\u{301}s").unwrap(), "caf\u{e9}s");
        let given = "e\u{301}\u{4e2d}s";
        let aligned = nfc.aligned(given).unwrap();
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
            assert!(matches!(nfc.normalized(text), Ok(Cow::Borrowed(_))));
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
            assert_eq!(normalizer(changes).normalized(text).unwrap(), whole);
            assert_eq!(normalizer(changes).aligned(text).unwrap().text, whole);
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
                normalizer(changes).normalized(given).unwrap(),
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
