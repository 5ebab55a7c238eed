//! Special tokens: texts with ids of their own, which no merge makes.
//!
//! Several names may share an id, as two of tiktoken's `o200k_harmony` do: each of them becomes the
//! id, and the id becomes the name that sorts first.
//!
//! Allowed special tokens are found in a text before it is cut into pieces: the leftmost one, and
//! the longest of several that start at the same offset. The automaton of Aho and Corasick
//! ("Efficient string matching", 1975) looks for all of them at once.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::error::Error;

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

/// The special tokens of a tokenizer, with their ids.
#[derive(Clone, Debug, Default)]
pub struct SpecialTokens {
    /// Names and ids, sorted by name.
    tokens: Vec<(String, u32)>,
    /// Indices into `tokens`, sorted by id and then by name.
    by_id: Vec<usize>,
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
        let mut names = BTreeMap::new();
        for (name, id) in tokens {
            let name = name.into();
            if name.is_empty() {
                return Err(Error::EmptySpecialToken);
            }
            if let Some(other) = names.insert(name.clone(), id) {
                let ids = (other, id);
                let bytes = name.into_bytes();
                return Err(Error::DuplicateToken { bytes, ids });
            }
        }
        let tokens: Vec<(String, u32)> = names.into_iter().collect();
        let mut by_id: Vec<usize> = (0..tokens.len()).collect();
        by_id.sort_by_key(|&index| (tokens[index].1, index));
        let automaton = if tokens.is_empty() {
            None
        } else {
            let built = AhoCorasick::builder()
                .match_kind(MatchKind::LeftmostLongest)
                .build(tokens.iter().map(|(name, _)| name));
            // The only possible error: more states than the automaton can number.
            Some(built.map_err(|_| Error::OutOfMemory)?)
        };
        Ok(Self {
            tokens,
            by_id,
            automaton,
        })
    }

    /// Iterates over names and ids, sorted by name.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, u32)> {
        self.tokens.iter().map(|(name, id)| (name.as_str(), *id))
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
        let is_allowed = |name: &&str| match allowed {
            SpecialSelection::All => true,
            SpecialSelection::Only(allowed) => allowed.contains(name),
        };
        let names = self.names(id).filter(is_allowed);
        // All of them are prefixes of one text, so the last one is the longest.
        names
            .filter(|name| rest.starts_with(name.as_bytes()))
            .last()
    }

    /// Iterates over the names with an id, in order.
    fn names(&self, id: u32) -> impl Iterator<Item = &str> {
        let first = self
            .by_id
            .partition_point(|&index| self.tokens[index].1 < id);
        let from_first = self.by_id[first..].iter().map(|&index| &self.tokens[index]);
        from_first
            .take_while(move |&&(_, other)| other == id)
            .map(|(name, _)| name.as_str())
    }

    /// Returns the highest id.
    pub(crate) fn highest(&self) -> Option<u32> {
        self.by_id.last().map(|&index| self.tokens[index].1)
    }

    /// Checks that `text` contains no disallowed special token.
    ///
    /// # Errors
    ///
    /// [`Error::DisallowedSpecialToken`] for the leftmost one, and the longest of several that
    /// start at the same offset.
    pub(crate) fn check(
        &self,
        text: &str,
        allowed: SpecialSelection,
        disallowed: SpecialSelection,
    ) -> Result<(), Error> {
        let found = match (disallowed, allowed) {
            (SpecialSelection::All, SpecialSelection::All) => None,
            (SpecialSelection::All, SpecialSelection::Only(allowed)) => self
                .find(text, 0, |name| !allowed.contains(&name))
                .map(|(start, index)| (start, self.tokens[index].0.as_str())),
            (SpecialSelection::Only(disallowed), _) => disallowed
                .iter()
                .filter_map(|&name| Some((text.find(name)?, name)))
                .min_by_key(|&(start, name)| (start, usize::MAX - name.len())),
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
    pub(crate) fn segments<'t>(
        &self,
        text: &'t str,
        allowed: SpecialSelection,
    ) -> impl Iterator<Item = Segment<'t>> {
        // The offset up to which the text is split, and the special token that comes next.
        let mut done = 0;
        let mut next = None;
        std::iter::from_fn(move || {
            if let Some(id) = next.take() {
                return Some(Segment::Special(id));
            }
            let found = match allowed {
                SpecialSelection::All => self.find(text, done, |_| true),
                SpecialSelection::Only([]) => None,
                SpecialSelection::Only(allowed) => {
                    self.find(text, done, |name| allowed.contains(&name))
                }
            };
            let before = match found {
                None => &text[std::mem::replace(&mut done, text.len())..],
                Some((start, index)) => {
                    let (name, id) = &self.tokens[index];
                    let before = &text[done..start];
                    done = start + name.len();
                    if before.is_empty() {
                        return Some(Segment::Special(*id));
                    }
                    next = Some(*id);
                    before
                }
            };
            (!before.is_empty()).then_some(Segment::Text(before))
        })
    }

    /// Finds the leftmost special token for which `has_property` returns true, and the longest of
    /// several that start at the same offset. Returns that offset and the index in `tokens`.
    fn find(
        &self,
        text: &str,
        mut from: usize,
        has_property: impl Fn(&str) -> bool,
    ) -> Option<(usize, usize)> {
        let automaton = self.automaton.as_ref()?;
        loop {
            let rest = text.as_bytes().get(from..)?;
            let found = automaton.find(rest)?;
            let start = from + found.start();
            let index = found.pattern().as_usize();
            if has_property(&self.tokens[index].0) {
                return Some((start, index));
            }
            // A shorter token might start at the same offset: its index is lower.
            let shorter = self.tokens[..index]
                .iter()
                .enumerate()
                .filter(|(_, (name, _))| {
                    text[start..].starts_with(name.as_str()) && has_property(name)
                });
            // All of them are prefixes of one text, so the last one is the longest.
            if let Some((index, _)) = shorter.last() {
                return Some((start, index));
            }
            from = start + 1;
        }
    }
}

/// Equal when names and ids are equal.
impl PartialEq for SpecialTokens {
    fn eq(&self, other: &Self) -> bool {
        self.tokens == other.tokens
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
}
