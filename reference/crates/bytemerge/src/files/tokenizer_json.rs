//! The model in a file `tokenizer.json` of Hugging Face: its vocabulary and its list of merges.
//!
//! They are nearly all of the file. The rest stays JSON, which the Python package interprets.

use std::borrow::Cow;
use std::collections::HashSet;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::error::Error;
use crate::model::special::SpecialTokens;
use crate::model::unknown::Unknown;
use crate::pattern::Pattern;
use crate::pattern::byte_letters::byte;
use crate::tokenizer::Tokenizer;

/// A vocabulary in which letters stand for bytes, and the merges of its tokens.
#[derive(Debug)]
pub struct VocabAndMerges {
    /// The ids by token, in the order of the file.
    ids: IndexMap<String, u32, FxBuildHasher>,
    /// The indices of the two tokens of each merge.
    merges: Vec<[usize; 2]>,
    /// Whether each token is a part or the result of a merge.
    is_merged: Vec<bool>,
}

#[derive(Deserialize)]
struct File<'f> {
    #[serde(borrow)]
    model: Model<'f>,
}

#[derive(Deserialize)]
struct Model<'f> {
    #[serde(borrow)]
    vocab: &'f RawValue,
    #[serde(borrow)]
    merges: &'f RawValue,
}

/// A token that is borrowed if nothing in it is escaped.
#[derive(Deserialize)]
struct Token<'f>(#[serde(borrow)] Cow<'f, str>);

impl VocabAndMerges {
    /// Takes the model out of a file, and returns it with the remaining JSON, in which it is empty.
    ///
    /// Returns `None` if the file is anything but an object with a model of this kind, whose merges
    /// are all pairs or all texts with a space, and make tokens of the vocabulary.
    #[must_use]
    pub fn split(file: &str) -> Option<(String, Self)> {
        let Model { vocab, merges } = serde_json::from_str::<File<'_>>(file).ok()?.model;
        let mut model = Self {
            ids: serde_json::from_str(vocab.get()).ok()?,
            merges: Vec::new(),
            is_merged: Vec::new(),
        };
        model.is_merged.resize(model.ids.len(), false);
        model.add_merges(merges.get())?;
        // Both values are slices of the file, in either order. Parsing them apart from the rest
        // keeps their tokens borrowed, and the rest byte for byte.
        let start = |value: &RawValue| value.get().as_ptr() as usize - file.as_ptr() as usize;
        let mut parts = [(vocab, "{}"), (merges, "[]")].map(|(value, empty)| {
            let start = start(value);
            (start..start + value.get().len(), empty)
        });
        parts.sort_by_key(|(range, _)| range.start);
        let [(first, one), (second, other)] = parts;
        let (before, between) = (&file[..first.start], &file[first.end..second.start]);
        let rest = [before, one, between, other, &file[second.end..]].concat();
        Some((rest, model))
    }

    fn add_merges(&mut self, merges: &str) -> Option<()> {
        let mut joined = String::new();
        if let Ok(merges) = serde_json::from_str::<Vec<[Token<'_>; 2]>>(merges) {
            return (merges.iter())
                .try_for_each(|[left, right]| self.add_merge(&left.0, &right.0, &mut joined));
        }
        let merges: Vec<Token<'_>> = serde_json::from_str(merges).ok()?;
        merges.iter().try_for_each(|merge| {
            let (left, right) = merge.0.split_once(' ')?;
            let is_pair = !right.contains(' ');
            self.add_merge(left, right, &mut joined)
                .filter(|()| is_pair)
        })
    }

    fn add_merge(&mut self, left: &str, right: &str, joined: &mut String) -> Option<()> {
        joined.clear();
        joined.extend([left, right]);
        let index = |token: &str| self.ids.get_index_of(token);
        let (left, right, joined) = (index(left)?, index(right)?, index(joined)?);
        for token in [left, right, joined] {
            self.is_merged[token] = true;
        }
        self.merges.push([left, right]);
        Some(())
    }

    /// Returns the number of tokens.
    #[must_use]
    pub fn vocab_size(&self) -> usize {
        self.ids.len()
    }

    /// Returns the id of a token.
    #[must_use]
    pub fn id(&self, token: &str) -> Option<u32> {
        self.ids.get(token).copied()
    }

    /// Returns whether a token is a part or the result of a merge.
    #[must_use]
    pub fn is_merged(&self, token: &str) -> bool {
        let index = self.ids.get_index_of(token);
        index.is_some_and(|index| self.is_merged[index])
    }

    /// Returns the first token outside `except` that has a letter which stands for no byte.
    #[must_use]
    pub fn first_without_bytes(&self, except: &HashSet<String>) -> Option<&str> {
        let mut others = self.ids.keys().filter(|&token| !except.contains(token));
        let found = others.find(|token| token.chars().any(|letter| byte(letter).is_none()));
        found.map(String::as_str)
    }

    /// Creates the tokenizer, without the tokens that letters do not spell and without `removed`.
    ///
    /// # Errors
    ///
    /// Those of [`Tokenizer::from_merge_list`].
    pub fn tokenizer(
        &self,
        removed: &HashSet<String>,
        ignore_merges: bool,
        unknown: Option<Unknown>,
        pattern: Pattern,
        special: SpecialTokens,
    ) -> Result<Tokenizer, Error> {
        let kept = self
            .ids
            .iter()
            .filter(|(token, _)| !removed.contains(*token));
        let tokens = kept.filter_map(|(token, &id)| {
            let bytes = token.chars().map(byte).collect::<Option<Vec<u8>>>()?;
            Some((bytes, id))
        });
        let merges = self
            .merges
            .iter()
            .map(|pair| pair.map(|index| self.ids[index]).into());
        Tokenizer::from_merge_list(tokens, merges, ignore_merges, unknown, pattern, special)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(vocab: &str, merges: &str) -> Option<(String, VocabAndMerges)> {
        VocabAndMerges::split(&format!(
            r#"{{"a": [1], "model": {{"merges": {merges}, "b": 2, "vocab": {vocab} }}, "c": 3}}"#
        ))
    }

    #[test]
    fn a_model_and_the_rest() {
        for merges in [r#"[["a", "\u0062"]]"#, r#"["a b"]"#] {
            let (rest, model) = split(r#"{"a": 5, "b": 6, "ab": 7, "\u20ac": 8}"#, merges).unwrap();
            let expected = r#"{"a": [1], "model": {"merges": [], "b": 2, "vocab": {} }, "c": 3}"#;
            assert_eq!(rest, expected);
            assert_eq!(model.merges, [[0, 1]]);
            assert_eq!(
                (model.vocab_size(), model.id("ab"), model.id("c")),
                (4, Some(7), None)
            );
            assert!(model.is_merged("ab") && model.is_merged("b") && !model.is_merged("\u{20ac}"));
            let mut except = HashSet::new();
            assert_eq!(model.first_without_bytes(&except), Some("\u{20ac}"));
            except.insert("\u{20ac}".to_owned());
            assert_eq!(model.first_without_bytes(&except), None);
        }
    }

    #[test]
    fn anything_unusual_is_left() {
        let vocab = r#"{"a": 5, "b": 6, "ab": 7, "b ": 8, "ab ": 9}"#;
        assert!(split(vocab, "[]").is_some());
        for merges in [
            r#"["ab"]"#,
            r#"["a b "]"#,
            r#"["a b", ["a", "b"]]"#,
            r#"[["a", "b", "a"]]"#,
            r#"[["b", "a"]]"#,
            r#"[["a", "\ud800"]]"#,
            "{}",
        ] {
            assert!(split(vocab, merges).is_none(), "{merges}");
        }
        for vocab in [
            "[]",
            r#"{"a": -1}"#,
            r#"{"a": 1.0}"#,
            r#"{"a": 4294967296}"#,
        ] {
            assert!(split(vocab, "[]").is_none(), "{vocab}");
        }
        assert!(VocabAndMerges::split("[]").is_none());
        assert!(VocabAndMerges::split(r#"{"model": {"vocab": {}, "merges": []}}, 1"#).is_none());
    }
}
