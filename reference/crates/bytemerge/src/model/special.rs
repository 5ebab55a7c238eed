//! Special tokens: texts with ids of their own, which no merge makes.
//!
//! Added tokens of Hugging Face are here too, with their [`MatchRules`]: one may take the white
//! space beside it, count only as a word of its own, or be looked for in the normalized text. An
//! added token that is not special is found without permission, and stays when decoding leaves out
//! special tokens.
//!
//! Several names may share an id, as two of tiktoken's `o200k_harmony` do: each of them becomes the
//! id, and the id becomes the name that sorts first.
//!
//! Allowed special tokens are found in a text before it is cut into pieces: the leftmost one, and
//! the longest of several that start at the same offset. The automaton of Aho and Corasick
//! ("Efficient string matching", 1975) looks for all of them at once.

use std::collections::BTreeMap;
use std::ops::{Not, Range};
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, Input, MatchKind};
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::progress::{ShouldStop, StopCheck};

/// The number of bytes that are searched between two calls of `should_stop`: some milliseconds.
const BYTES_BETWEEN_QUESTIONS: usize = 1 << 20;

/// The number of names from which an automaton searches a long text for all of them at once. In
/// 16 MB, 4 names take equally long either way; one by one, 7 names take 1.6 times as long, and a
/// thousand take some hundred times as long. For a short text, or for long names, making the
/// automaton takes longer than searching for each name.
const MANY: usize = 5;
const LONG_TEXT: usize = 1 << 16;
const LONG_NAME: usize = 1 << 8;

/// A selection of special tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpecialSelection<'a> {
    /// Every special token of the tokenizer. For disallowed special tokens: every one that is not
    /// allowed.
    All,
    /// The listed names. For allowed special tokens, names of no special token are ignored. For
    /// disallowed ones, any texts can be listed.
    Only(&'a [&'a str]),
}

impl SpecialSelection<'_> {
    /// Returns whether a name is selected.
    pub(crate) fn contains(self, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(names) => names.contains(&name),
        }
    }
}

/// How a token is found in a text. By default wherever its name is, if it is allowed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are settings of a file format"
)]
pub struct MatchRules {
    /// Whether it is always found, and stays when special tokens are left out of a text.
    #[serde(skip_serializing_if = "Not::not")]
    pub is_always_found: bool,
    /// Whether it counts only if the characters beside it are not part of a word.
    #[serde(skip_serializing_if = "Not::not")]
    pub single_word: bool,
    /// Whether it takes the white space before it.
    #[serde(skip_serializing_if = "Not::not")]
    pub lstrip: bool,
    /// Whether it takes the white space after it.
    #[serde(skip_serializing_if = "Not::not")]
    pub rstrip: bool,
    /// Whether it is looked for after normalization, between the tokens that were found before.
    #[serde(skip_serializing_if = "Not::not")]
    pub normalized: bool,
}

impl MatchRules {
    /// Returns the union of both.
    fn or(self, other: Self) -> Self {
        Self {
            is_always_found: self.is_always_found || other.is_always_found,
            single_word: self.single_word || other.single_word,
            lstrip: self.lstrip || other.lstrip,
            rstrip: self.rstrip || other.rstrip,
            normalized: self.normalized || other.normalized,
        }
    }
}

/// The special tokens of a tokenizer, with their ids.
#[derive(Clone, Debug, Default)]
pub struct SpecialTokens {
    /// Names and ids, sorted by name.
    tokens: Vec<(String, u32)>,
    /// The rules of each of `tokens`.
    rules: Vec<MatchRules>,
    /// The union of `rules`, so that a text needs one look.
    any_rules: MatchRules,
    /// Indices into `tokens`, sorted by id and then by name.
    by_id: Vec<usize>,
    /// The bytes of the longest name.
    longest: usize,
    /// Matches any of `tokens`. `None` only when there are no tokens.
    automaton: Option<AhoCorasick>,
}

/// A part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Segment<'t> {
    /// Ordinary text; not empty.
    Text(&'t str),
    /// The id of a special token.
    Special(u32),
}

impl SpecialTokens {
    /// Creates special tokens from their names and ids.
    ///
    /// # Errors
    ///
    /// [`Error::EmptySpecialToken`], [`Error::DuplicateToken`], and [`Error::OutOfMemory`] when
    /// there are too many for one automaton.
    pub fn new<Name: Into<String>>(
        tokens: impl IntoIterator<Item = (Name, u32)>,
    ) -> Result<Self, Error> {
        let tokens = tokens.into_iter();
        Self::with_rules(tokens.map(|(name, id)| (name, id, MatchRules::default())))
    }

    /// Creates special tokens from their names, ids and rules.
    ///
    /// # Errors
    ///
    /// Those of [`SpecialTokens::new`].
    pub fn with_rules<Name: Into<String>>(
        tokens: impl IntoIterator<Item = (Name, u32, MatchRules)>,
    ) -> Result<Self, Error> {
        let mut names = BTreeMap::new();
        for (name, id, rules) in tokens {
            let name = name.into();
            if name.is_empty() {
                return Err(Error::EmptySpecialToken);
            }
            if let Some((other, _)) = names.insert(name.clone(), (id, rules)) {
                let ids = (other, id);
                let bytes = name.into_bytes();
                return Err(Error::DuplicateToken { bytes, ids });
            }
        }
        let (tokens, rules): (Vec<(String, u32)>, Vec<MatchRules>) = names
            .into_iter()
            .map(|(name, (id, rules))| ((name, id), rules))
            .unzip();
        let mut by_id: Vec<usize> = (0..tokens.len()).collect();
        by_id.sort_by_key(|&index| (tokens[index].1, index));
        let automaton = if tokens.is_empty() {
            None
        } else {
            Some(automaton_of(tokens.iter().map(|(name, _)| name.as_str()))?)
        };
        Ok(Self {
            any_rules: rules
                .iter()
                .copied()
                .fold(MatchRules::default(), MatchRules::or),
            longest: longest(tokens.iter().map(|(name, _)| name.as_str())),
            tokens,
            rules,
            by_id,
            automaton,
        })
    }

    /// Iterates over names and ids, sorted by name.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, u32)> {
        self.tokens.iter().map(|(name, id)| (name.as_str(), *id))
    }

    /// Iterates over names, ids and rules, sorted by name.
    pub fn iter_with_rules(&self) -> impl ExactSizeIterator<Item = (&str, u32, MatchRules)> {
        let tokens = self.iter().zip(&self.rules);
        tokens.map(|((name, id), rules)| (name, id, *rules))
    }

    /// Returns whether a token is special, given its id.
    #[inline]
    pub(crate) fn is_special(&self, id: u32) -> bool {
        // Nearly all ids are below those of special tokens.
        let lowest = self
            .by_id
            .first()
            .map_or(u32::MAX, |&index| self.tokens[index].1);
        lowest <= id && self.has_special(id)
    }

    #[cold]
    fn has_special(&self, id: u32) -> bool {
        self.indices(id)
            .any(|index| !self.rules[index].is_always_found)
    }

    /// Returns whether any token is looked for in normalized text.
    pub(crate) fn are_normalized(&self) -> bool {
        self.any_rules.normalized
    }

    /// Returns whether all tokens have the default rules.
    pub(crate) fn are_plain(&self) -> bool {
        self.any_rules == MatchRules::default()
    }

    /// Returns the number of names.
    #[must_use]
    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    /// Returns the number of ids, which is lower than that of names if some share an id.
    #[must_use]
    pub fn id_count(&self) -> usize {
        let same = |&left: &usize, &right: &usize| self.tokens[left].1 == self.tokens[right].1;
        self.by_id.chunk_by(same).count()
    }

    /// Returns whether there are no special tokens.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// Returns the id of a special token.
    #[must_use]
    pub fn id(&self, name: &str) -> Option<u32> {
        let found = self
            .tokens
            .binary_search_by(|(other, _)| other.as_str().cmp(name));
        found.ok().map(|index| self.tokens[index].1)
    }

    /// Returns the name of the special token with an id: the first of several.
    #[must_use]
    pub fn name(&self, id: u32) -> Option<&str> {
        self.names(id).next()
    }

    /// Returns the name that [`SpecialTokens::segments`] finds at an offset, if it has this id.
    pub(crate) fn name_at(
        &self,
        id: u32,
        text: &str,
        offset: usize,
        allowed: SpecialSelection,
    ) -> Option<&str> {
        let rest = text.as_bytes().get(offset..)?;
        let names = self.names(id).filter(|name| allowed.contains(name));
        // All of them are prefixes of one text, so the last one is the longest.
        names
            .filter(|name| rest.starts_with(name.as_bytes()))
            .last()
    }

    /// Iterates over the names with an id, in order.
    fn names(&self, id: u32) -> impl Iterator<Item = &str> {
        self.indices(id).map(|index| self.tokens[index].0.as_str())
    }

    /// Iterates over the indices of the names with an id.
    fn indices(&self, id: u32) -> impl Iterator<Item = usize> {
        let first = self
            .by_id
            .partition_point(|&index| self.tokens[index].1 < id);
        let from_first = self.by_id[first..].iter().copied();
        from_first.take_while(move |&index| self.tokens[index].1 == id)
    }

    /// Returns the highest id.
    pub(crate) fn highest(&self) -> Option<u32> {
        self.by_id.last().map(|&index| self.tokens[index].1)
    }

    /// Returns the bytes of the longest name.
    pub(crate) fn longest(&self) -> usize {
        self.longest
    }

    /// Checks that `text` contains no disallowed special token.
    ///
    /// # Errors
    ///
    /// [`Error::DisallowedSpecialToken`] for the leftmost one, and the longest of several that
    /// start at the same offset. [`Error::Interrupted`] if `should_stop` returns true.
    pub(crate) fn check(
        &self,
        text: &str,
        allowed: SpecialSelection,
        disallowed: SpecialSelection,
        should_stop: &ShouldStop,
    ) -> Result<(), Error> {
        let mut stop_check = StopCheck::new(should_stop, BYTES_BETWEEN_QUESTIONS);
        let found = match (disallowed, allowed) {
            (SpecialSelection::All, SpecialSelection::All) => None,
            (SpecialSelection::All, allowed) => {
                let is_disallowed = |index: usize| {
                    !self.rules[index].is_always_found && !allowed.contains(&self.tokens[index].0)
                };
                self.find(text, 0, is_disallowed, &mut stop_check)?
                    .map(|(start, index)| (start, self.tokens[index].0.as_str()))
            }
            (SpecialSelection::Only(disallowed), _) => {
                first_listed(disallowed, text, &mut stop_check)?
            }
        };
        match found {
            None => Ok(()),
            Some((position, token)) => Err(Error::DisallowedSpecialToken {
                token: token.to_owned(),
                position,
            }),
        }
    }

    /// Splits a text into allowed special tokens and the text between them.
    ///
    /// # Errors
    ///
    /// [`Error::Interrupted`] if `should_stop` returns true.
    pub(crate) fn segments<'t>(
        &self,
        text: &'t str,
        allowed: SpecialSelection,
        should_stop: &ShouldStop,
    ) -> impl Iterator<Item = Result<Segment<'t>, Error>> {
        self.spans(text, allowed, false, should_stop).map(|span| {
            let (range, id) = span?;
            Ok(id.map_or(Segment::Text(&text[range]), Segment::Special))
        })
    }

    /// Splits a text into the tokens that are found before normalization, or those that are found
    /// after it, and the text between them. Returns the range of each, with the id of a token.
    ///
    /// A token can start before the end of the token before it, if that took white space.
    ///
    /// # Errors
    ///
    /// [`Error::Interrupted`] if `should_stop` returns true.
    pub(crate) fn spans(
        &self,
        text: &str,
        allowed: SpecialSelection,
        normalized: bool,
        should_stop: &ShouldStop,
    ) -> impl Iterator<Item = Result<(Range<usize>, Option<u32>), Error>> {
        let is_selected = move |index: usize| {
            let rules = self.rules[index];
            rules.normalized == normalized
                && (rules.is_always_found || allowed.contains(&self.tokens[index].0))
        };
        let any = !self.is_empty()
            && (allowed != SpecialSelection::Only(&[]) || self.any_rules.is_always_found);
        // The offset up to which the text is split, the one from which to look for tokens, and the
        // token that comes next.
        let (mut done, mut from) = (0, if any { 0 } else { text.len() });
        let mut next = None;
        let mut stop_check = StopCheck::new(should_stop, BYTES_BETWEEN_QUESTIONS);
        let mut step = move || {
            if let Some(token) = next.take() {
                return Ok(Some(token));
            }
            while let Some((start, index)) = self.find(text, from, is_selected, &mut stop_check)? {
                let ((name, id), rules) = (&self.tokens[index], self.rules[index]);
                from = start + name.len();
                let (before, after) = (&text[..start], &text[from..]);
                if rules.single_word && !is_alone(before, after) {
                    continue;
                }
                let first = if rules.lstrip {
                    before.trim_end().len().max(done)
                } else {
                    start
                };
                let end = if rules.rstrip {
                    text.len() - after.trim_start().len()
                } else {
                    from
                };
                if first >= end {
                    // The token before took all of it.
                    continue;
                }
                let between = std::mem::replace(&mut done, end)..first;
                let token = (first..end, Some(*id));
                if between.is_empty() {
                    return Ok(Some(token));
                }
                next = Some(token);
                return Ok(Some((between, None)));
            }
            from = text.len();
            let rest = std::mem::replace(&mut done, text.len())..text.len();
            Ok((!rest.is_empty()).then_some((rest, None)))
        };
        std::iter::from_fn(move || step().transpose())
    }

    /// Finds the leftmost special token for which `has_property` returns true, and the longest of
    /// several that start at the same offset. Returns that offset and the index in `tokens`.
    fn find(
        &self,
        text: &str,
        mut from: usize,
        has_property: impl Fn(usize) -> bool,
        stop_check: &mut StopCheck,
    ) -> Result<Option<(usize, usize)>, Error> {
        let Some(automaton) = &self.automaton else {
            return Ok(None);
        };
        let find = |range| {
            let found = automaton.find(Input::new(text).range(range))?;
            Some((found.start(), found.pattern().as_usize()))
        };
        loop {
            let found = in_ranges(text, from, self.longest, stop_check, find)?;
            let Some((start, index)) = found.filter(|&(_, index)| !has_property(index)) else {
                return Ok(found);
            };
            // A shorter token might start at the same offset: its index is lower.
            let shorter = self.tokens[..index]
                .iter()
                .enumerate()
                .filter(|&(index, (name, _))| {
                    text[start..].starts_with(name.as_str()) && has_property(index)
                });
            // All of them are prefixes of one text, so the last one is the longest.
            if let Some((index, _)) = shorter.last() {
                return Ok(Some((start, index)));
            }
            from = start + 1;
        }
    }
}

/// Searches a text from an offset, range after range, and calls `stop_check` after each. Returns
/// what `find` finds in the first range that has something: the offset of a name, and which it is.
///
/// `find` returns the leftmost name in a range, and the longest of several that start there.
fn in_ranges<Name>(
    text: &str,
    mut from: usize,
    longest: usize,
    stop_check: &mut StopCheck,
    find: impl Fn(Range<usize>) -> Option<(usize, Name)>,
) -> Result<Option<(usize, Name)>, Error> {
    let size = stop_check.interval().max(longest);
    loop {
        let end = char_end(text, from.saturating_add(size));
        // A name that starts before `end` lies within `seen`. A later one may be cut off, so the
        // next range finds it again.
        let seen = char_end(text, end.saturating_add(longest));
        let found = find(from..seen).filter(|&(start, _)| start < end || seen == text.len());
        let done = found.as_ref().map_or(end, |(start, _)| start + 1);
        stop_check.count(done - from)?;
        if found.is_some() || end == text.len() {
            return Ok(found);
        }
        from = end;
    }
}

/// Finds the leftmost of some names in a text, and the longest of several that start at the same
/// offset.
fn first_listed<'n>(
    names: &[&'n str],
    text: &str,
    stop_check: &mut StopCheck,
) -> Result<Option<(usize, &'n str)>, Error> {
    let longest = longest(names.iter().copied());
    if names.len() < MANY || text.len() < LONG_TEXT || longest > LONG_NAME {
        let find = |range| first_of(names, text, range);
        return in_ranges(text, 0, longest, stop_check, find);
    }
    let automaton = automaton_of(names.iter().copied())?;
    let find = |range| {
        let found = automaton.find(Input::new(text).range(range))?;
        Some((found.start(), *names.get(found.pattern().as_usize())?))
    };
    in_ranges(text, 0, longest, stop_check, find)
}

/// Creates the automaton that finds the leftmost of some names, and the longest of several that
/// start at the same offset.
fn automaton_of<'n>(names: impl Iterator<Item = &'n str>) -> Result<AhoCorasick, Error> {
    let built = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .build(names);
    // The only possible error: more states than the automaton can number.
    built.map_err(|_| Error::OutOfMemory)
}

/// Returns the leftmost of some names in a range of a text, and the longest of several that start
/// at the same offset.
fn first_of<'n>(names: &[&'n str], text: &str, range: Range<usize>) -> Option<(usize, &'n str)> {
    let (first, text) = (range.start, &text[range]);
    let found = names
        .iter()
        .filter_map(|&name| Some((first + text.find(name)?, name)));
    found.min_by_key(|&(start, name)| (start, usize::MAX - name.len()))
}

/// Returns the bytes of the longest name.
pub(crate) fn longest<'n>(names: impl Iterator<Item = &'n str>) -> usize {
    names.map(str::len).max().unwrap_or(0)
}

/// Returns the first character boundary at or after `offset`, or the end of the text.
pub(crate) fn char_end(text: &str, offset: usize) -> usize {
    (offset..text.len())
        .find(|&offset| text.is_char_boundary(offset))
        .unwrap_or(text.len())
}

/// Returns whether neither neighbour of a token is part of a word.
fn is_alone(before: &str, after: &str) -> bool {
    static WORD: LazyLock<Option<fancy_regex::Regex>> =
        LazyLock::new(|| fancy_regex::Regex::new(r"^\w").ok());
    let is_word = |char: Option<char>| {
        let text = char.map(String::from).unwrap_or_default();
        WORD.as_ref()
            .is_some_and(|word| word.is_match(&text).unwrap_or_default())
    };
    !is_word(before.chars().next_back()) && !is_word(after.chars().next())
}

/// Equal when names, ids and rules are equal.
impl PartialEq for SpecialTokens {
    fn eq(&self, other: &Self) -> bool {
        self.tokens == other.tokens && self.rules == other.rules
    }
}

impl Eq for SpecialTokens {}

impl std::hash::Hash for SpecialTokens {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.tokens.hash(state);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_that_share_an_id() -> Result<(), Error> {
        let special = SpecialTokens::new([("<b>", 7), ("<a>", 7), ("<a><b>", 7), ("<c>", 5)])?;
        assert_eq!((special.len(), special.id_count()), (4, 2));
        assert_eq!((special.name(5), special.name(6)), (Some("<c>"), None));
        assert_eq!((special.name(7), special.highest()), (Some("<a>"), Some(7)));
        assert_eq!((special.id("<a>"), special.id("<b>")), (Some(7), Some(7)));
        let text = "é<a><b>";
        let at = |id, offset, allowed| special.name_at(id, text, offset, allowed);
        let (all, one) = (SpecialSelection::All, SpecialSelection::Only(&["<a>"]));
        assert_eq!(
            (at(7, 2, all), at(7, 5, all)),
            (Some("<a><b>"), Some("<b>"))
        );
        assert_eq!((at(7, 2, one), at(7, 5, one)), (Some("<a>"), None));
        assert_eq!(
            (at(5, 2, all), at(7, 1, all), at(7, 99, all)),
            (None, None, None)
        );
        Ok(())
    }

    /// Returns the parts of a text that are tokens, by the rules.
    fn found<'t>(name: &str, rules: MatchRules, text: &'t str) -> Vec<&'t str> {
        let special = SpecialTokens::with_rules([(name, 7, rules)]).unwrap();
        let none = SpecialSelection::Only(&[]);
        let spans = special.spans(text, none, rules.normalized, &|| false);
        spans
            .map(Result::unwrap)
            .filter_map(|(range, id)| id.map(|_| &text[range]))
            .collect()
    }

    #[test]
    fn rules_say_where_a_token_is() {
        let rules = MatchRules {
            is_always_found: true,
            ..MatchRules::default()
        };
        assert_eq!(found("ab", rules, "xab ab"), ["ab", "ab"]);
        assert_eq!(found("ab", MatchRules::default(), "xab ab"), [""; 0]);
        let single_word = MatchRules {
            single_word: true,
            ..rules
        };
        assert_eq!(
            found("ab", single_word, "xab ab_ \u{e9}ab (ab) ab"),
            ["ab", "ab"]
        );
        let lstrip = MatchRules {
            lstrip: true,
            ..rules
        };
        assert_eq!(found("ab", lstrip, "x \n ab  ab "), [" \n ab", "  ab"]);
        let both = MatchRules {
            rstrip: true,
            ..lstrip
        };
        assert_eq!(found("ab", both, "x ab  ab y"), [" ab  ", "ab "]);
        // The first took all white space.
        assert_eq!(found("  ", both, "x      y"), ["      "]);
        let normalized = MatchRules {
            normalized: true,
            ..rules
        };
        assert_eq!(found("ab", normalized, "ab"), ["ab"]);
        assert!(
            !SpecialTokens::with_rules([("ab", 7, rules)])
                .unwrap()
                .is_special(7)
        );
    }

    proptest! {
        #[test]
        fn ranges_find_what_one_search_finds(
            names in vec("[aé]{1,4}b?", 1..5),
            text in "[aéb]{0,40}",
            from in any::<proptest::sample::Index>(),
            interval in 1..12_usize,
        ) {
            let from = char_end(&text, from.index(text.len() + 1));
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let starts = (from..text.len()).filter(|&start| text.is_char_boundary(start));
            let find = |names: &[&str]| {
                starts.clone().find_map(|start| {
                    let found = names.iter().filter(|name| text[start..].starts_with(**name));
                    found.map(|name| (start, name.len())).max()
                })
            };
            let mut stop_check = StopCheck::new(&|| false, interval);

            let length = longest(names.iter().copied());
            let found = in_ranges(&text, from, length, &mut stop_check, |range| {
                first_of(&names, &text, range)
            });
            prop_assert_eq!(found.unwrap().map(|(start, name)| (start, name.len())), find(&names));
            let mut all = names.clone();
            all.resize(MANY, names[0]);
            let long = "c".repeat(LONG_TEXT) + &text[from..];
            let found = first_listed(&all, &long, &mut stop_check).unwrap();
            let found = found.map(|(start, name)| (from + start - LONG_TEXT, name.len()));
            prop_assert_eq!(found, find(&names));

            let distinct: std::collections::BTreeSet<&str> = names.iter().copied().collect();
            let special = SpecialTokens::new(distinct.into_iter().zip(0..)).unwrap();
            // Only every second name counts, so that a shorter one may start at the same offset.
            let name = |index: usize| special.tokens[index].0.as_str();
            let some: Vec<&str> = (0..special.len()).step_by(2).map(name).collect();
            let found = special.find(&text, from, |index| index % 2 == 0, &mut stop_check);
            let found = found.unwrap().map(|(start, index)| (start, name(index).len()));
            prop_assert_eq!(found, find(&some));
        }
    }

    #[test]
    fn a_long_search_asks_whether_to_stop() -> Result<(), Error> {
        let special = SpecialTokens::new([("<a>", 7), ("<b>", 8)])?;
        let text = "a".repeat(5 * BYTES_BETWEEN_QUESTIONS);
        let (all, none) = (SpecialSelection::All, SpecialSelection::Only(&[]));
        let asked = AtomicUsize::new(0);
        let stop = || asked.fetch_add(1, Ordering::Relaxed) == 2;
        for disallowed in [all, SpecialSelection::Only(&["<b>", "c"])] {
            let checked = special.check(&text, none, disallowed, &stop);
            assert!(matches!(checked, Err(Error::Interrupted)), "{disallowed:?}");
            assert_eq!(asked.swap(0, Ordering::Relaxed), 3);
        }
        let found = special.spans(&text, all, false, &stop).next();
        assert!(matches!(found, Some(Err(Error::Interrupted))));
        assert_eq!(asked.swap(0, Ordering::Relaxed), 3);
        // A short text never asks.
        special.check(&text[..1000], none, all, &stop)?;
        assert_eq!(asked.into_inner(), 0);
        Ok(())
    }
}
