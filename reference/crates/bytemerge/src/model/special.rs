//! Special tokens: texts with ids of their own, which no merge makes.
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
    /// Indices into `tokens`, sorted by id.
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
    /// [`Error::EmptySpecialToken`], [`Error::DuplicateId`], [`Error::DuplicateToken`], and
    /// [`Error::OutOfMemory`] when there are too many for one automaton.
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
        by_id.sort_by_key(|&index| tokens[index].1);
        for pair in by_id.windows(2) {
            let id = tokens[pair[0]].1;
            if id == tokens[pair[1]].1 {
                return Err(Error::DuplicateId { id });
            }
        }
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

    /// Returns the number of special tokens.
    #[must_use]
    pub fn len(&self) -> usize {
        self.tokens.len()
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

    /// Returns the name of the special token with an id.
    #[must_use]
    pub fn name(&self, id: u32) -> Option<&str> {
        let found = self
            .by_id
            .binary_search_by_key(&id, |&index| self.tokens[index].1);
        found
            .ok()
            .map(|found| self.tokens[self.by_id[found]].0.as_str())
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
