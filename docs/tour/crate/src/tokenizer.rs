//! A trait, and the simplest tokenizer that has it.

use std::collections::BTreeSet;

/// Turns text into the ids of tokens, and back.
pub trait Tokenizer: Sized {
    /// Returns a tokenizer that has learnt from lines of text.
    fn train<'t>(lines: impl IntoIterator<Item = &'t str>) -> Self;

    /// Returns the ids of the tokens of a line.
    fn tokenize(&self, line: &str) -> impl Iterator<Item = usize>;

    /// Returns the text of each token.
    fn tokens_as_strings(
        &self,
        ids: impl IntoIterator<Item = usize>,
    ) -> impl Iterator<Item = String>;
}

/// A tokenizer whose tokens are the characters that it has seen.
pub struct Characters {
    tokens: Vec<char>,
}

impl Tokenizer for Characters {
    fn train<'t>(lines: impl IntoIterator<Item = &'t str>) -> Self {
        let seen = BTreeSet::from_iter(lines.into_iter().flat_map(str::chars));
        Self {
            tokens: seen.into_iter().collect(),
        }
    }

    fn tokenize(&self, line: &str) -> impl Iterator<Item = usize> {
        let id = |character| self.tokens.binary_search(&character).ok();
        line.chars().filter_map(id)
    }

    fn tokens_as_strings(
        &self,
        ids: impl IntoIterator<Item = usize>,
    ) -> impl Iterator<Item = String> {
        ids.into_iter().map(|id| self.tokens[id].to_string())
    }
}

/// Returns what is left of a line when any tokenizer has cut it into tokens.
pub fn there_and_back(tokenizer: &impl Tokenizer, line: &str) -> String {
    tokenizer
        .tokens_as_strings(tokenizer.tokenize(line))
        .collect()
}
