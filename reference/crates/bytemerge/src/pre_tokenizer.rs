//! Splits that drop or join parts of a text before the pattern cuts it, and the space that may be
//! added before each part: the steps of Hugging Face's pre-tokenizers that no pattern can express.
//!
//! Most tokenizers have none: a pre-tokenizer that keeps the whole text becomes a pattern, which is
//! faster. Each split cuts the parts that the one before it made, and sees nothing around them. At
//! the end, each part may get a space before it, as `add_prefix_space` asks.

use std::borrow::Cow;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::pattern::{Pattern, PatternError};

/// The part of a text that a match joins, if any.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Behavior {
    /// Each match is a part of its own.
    Isolated,
    /// Matches are dropped.
    Removed,
    /// A match joins the text before it, unless that is a match too.
    MergedWithPrevious,
    /// A match joins the text after it, unless that is a match too.
    MergedWithNext,
    /// Neighbouring matches are one part.
    Contiguous,
}

/// A split of a text at the matches of a regular expression.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Split {
    /// The expression.
    pub pattern: String,
    /// The treatment of matches.
    pub behavior: Behavior,
    /// Whether the text between matches counts as matches, and these as the text between.
    pub invert: bool,
}

/// Splits, one after the other, and the space before each part.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PreTokenizer {
    splits: Vec<Split>,
    /// The compiled pattern of each split.
    #[serde(skip)]
    patterns: Vec<Pattern>,
    prefix_space: bool,
}

/// A part of a text.
pub(crate) struct Part {
    /// The bytes of the text.
    pub(crate) range: Range<usize>,
    /// Whether a space comes before them.
    pub(crate) has_space: bool,
}

impl Part {
    /// Returns the part of `text`.
    pub(crate) fn of<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let part = &text[self.range.clone()];
        if self.has_space {
            Cow::Owned([" ", part].concat())
        } else {
            Cow::Borrowed(part)
        }
    }

    /// Returns the bytes of `text` that the bytes `within` of the part come from. The space comes
    /// from the first character.
    pub(crate) fn origin(&self, within: Range<usize>, text: &str) -> Range<usize> {
        let space = usize::from(self.has_space);
        let start = self.range.start;
        if self.has_space && within.end <= 1 {
            let first = text[start..].chars().next().map_or(0, char::len_utf8);
            return start..start + first;
        }
        start + within.start.saturating_sub(space)..start + within.end - space
    }
}

impl PreTokenizer {
    /// Creates a pre-tokenizer from its splits. With `prefix_space`, a space comes before each part
    /// that does not start with one.
    ///
    /// # Errors
    ///
    /// [`PatternError::Invalid`] if the pattern of a split is not a regular expression.
    pub fn new(splits: Vec<Split>, prefix_space: bool) -> Result<Self, PatternError> {
        // In a group, the name of a pattern is an ordinary word.
        let compiled = |split: &Split| Pattern::new(Some(&format!("(?:{})", split.pattern)));
        let patterns = splits.iter().map(compiled).collect::<Result<_, _>>()?;
        Ok(Self {
            splits,
            patterns,
            prefix_space,
        })
    }

    /// Creates a pre-tokenizer from JSON: `{"splits": [...], "prefix_space": true}`.
    ///
    /// # Errors
    ///
    /// A message, if the JSON is malformed or a pattern is invalid.
    pub fn from_json(json: &str) -> Result<Self, String> {
        let parsed: Self = serde_json::from_str(json).map_err(|error| error.to_string())?;
        parsed.compiled().map_err(|error| error.to_string())
    }

    /// Returns the same pre-tokenizer with its patterns, which a file does not contain.
    pub(crate) fn compiled(self) -> Result<Self, PatternError> {
        Self::new(self.splits, self.prefix_space)
    }

    /// Returns the pre-tokenizer in JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Only a map whose keys are not texts has no JSON.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Returns whether it leaves each text as it is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.splits.is_empty() && !self.prefix_space
    }

    /// Calls `visit` with each part of a text.
    ///
    /// # Errors
    ///
    /// The first error of `visit`, and [`Error::Pattern`] if a pattern backtracks too much.
    pub(crate) fn for_each_part(
        &self,
        text: &str,
        mut visit: impl FnMut(Part) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut visit = |range: Range<usize>| {
            let has_space = self.prefix_space && !text[range.clone()].starts_with(' ');
            visit(Part { range, has_space })
        };
        cut(
            &self.splits,
            &self.patterns,
            text,
            0..text.len(),
            &mut visit,
        )
    }
}

/// Calls `visit` with the parts of a part of a text, none of which is empty.
fn cut(
    splits: &[Split],
    patterns: &[Pattern],
    text: &str,
    part: Range<usize>,
    visit: &mut dyn FnMut(Range<usize>) -> Result<(), Error>,
) -> Result<(), Error> {
    if part.is_empty() {
        return Ok(());
    }
    let (Some((split, splits)), Some((pattern, patterns))) =
        (splits.split_first(), patterns.split_first())
    else {
        return visit(part);
    };
    let first = part.start;
    let mut joined = Joined::new(split.behavior);
    let mut add = |range: Range<usize>, is_match: bool| {
        let shifted = first + range.start..first + range.end;
        joined.add(shifted, is_match != split.invert, &mut |range| {
            cut(splits, patterns, text, range, visit)
        })
    };
    let (inside, mut done) = (&text[part], 0);
    pattern.for_each_match(inside, |found| {
        if done < found.start {
            add(done..found.start, false)?;
        }
        done = found.end;
        add(found, true)
    })?;
    if done < inside.len() {
        add(done..inside.len(), false)?;
    }
    joined.finish(&mut |range| cut(splits, patterns, text, range, visit))
}

/// Joins matches and the text between them.
struct Joined {
    behavior: Behavior,
    /// The part that the next one may join, and whether it is a match.
    last: Option<(Range<usize>, bool)>,
}

impl Joined {
    fn new(behavior: Behavior) -> Self {
        Self {
            behavior,
            last: None,
        }
    }

    /// Adds the next part, which starts where the last one ends.
    fn add(
        &mut self,
        part: Range<usize>,
        is_match: bool,
        visit: &mut dyn FnMut(Range<usize>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let Some((last, was_match)) = self.last.take() else {
            self.last = Some((part, is_match));
            return Ok(());
        };
        let joins = match self.behavior {
            Behavior::Isolated | Behavior::Removed => false,
            Behavior::Contiguous => is_match == was_match,
            Behavior::MergedWithPrevious => is_match && !was_match,
            Behavior::MergedWithNext => !is_match && was_match,
        };
        if joins {
            // With `MergedWithPrevious`, a part that ends with a match joins no other match. With
            // `MergedWithNext`, a part that starts with a match joins only the text after it.
            let is_match = match self.behavior {
                Behavior::MergedWithNext => false,
                _ => is_match,
            };
            self.last = Some((last.start..part.end, is_match));
            return Ok(());
        }
        self.last = Some((part, is_match));
        if was_match && self.behavior == Behavior::Removed {
            return Ok(());
        }
        visit(last)
    }

    /// Ends the text.
    fn finish(
        &mut self,
        visit: &mut dyn FnMut(Range<usize>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        match self.last.take() {
            Some((_, true)) if self.behavior == Behavior::Removed => Ok(()),
            Some((last, _)) => visit(last),
            None => Ok(()),
        }
    }
}

/// Equal when the splits and the space are equal.
impl PartialEq for PreTokenizer {
    fn eq(&self, other: &Self) -> bool {
        self.splits == other.splits && self.prefix_space == other.prefix_space
    }
}

impl Eq for PreTokenizer {}

impl std::hash::Hash for PreTokenizer {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.splits.hash(state);
        self.prefix_space.hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(json: &str, text: &str) -> Vec<String> {
        let mut parts = Vec::new();
        let pre_tokenizer = PreTokenizer::from_json(json).unwrap();
        pre_tokenizer
            .for_each_part(text, |part| {
                parts.push(part.of(text).into_owned());
                Ok(())
            })
            .unwrap();
        parts
    }

    #[test]
    fn each_behavior() {
        for (behavior, invert, expected) in [
            ("Isolated", false, vec!["a", "-", "-", "b", "-"]),
            ("Removed", false, vec!["a", "b"]),
            ("Removed", true, vec!["-", "-", "-"]),
            ("MergedWithPrevious", false, vec!["a-", "-", "b-"]),
            ("MergedWithPrevious", true, vec!["a", "-", "-b", "-"]),
            ("MergedWithNext", false, vec!["a", "-", "-b", "-"]),
            ("MergedWithNext", true, vec!["a-", "-", "b-"]),
            ("Contiguous", false, vec!["a", "--", "b", "-"]),
        ] {
            let json = format!(
                r#"{{"splits":[{{"pattern":"-","behavior":"{behavior}","invert":{invert}}}]}}"#
            );
            assert_eq!(parts(&json, "a--b-"), expected, "{behavior} {invert}");
            assert_eq!(parts(&json, ""), [""; 0]);
        }
    }

    #[test]
    fn a_space_before_each_part() {
        let json = r#"{"splits":[{"pattern":",","behavior":"Removed","invert":false}],"prefix_space":true}"#;
        assert_eq!(parts(json, "a, b,\nc"), [" a", " b", " \nc"]);
        assert_eq!(PreTokenizer::from_json(json).unwrap().to_json(), json);
        assert!(PreTokenizer::from_json(r#"{"splits":1}"#).is_err());
        let part = Part {
            range: 1..4,
            has_space: true,
        };
        let text = "x\u{e9}y";
        assert_eq!(part.of(text), " \u{e9}y");
        assert_eq!(part.origin(0..1, text), 1..3);
        assert_eq!(part.origin(0..3, text), 1..3);
        assert_eq!(part.origin(3..4, text), 3..4);
    }
}
