//! Splitting as GPT-2 does it: with an engine for regular expressions.

use fancy_regex::{Error, Regex};

/// The expression by which GPT-2 splits a text into pieces.
pub const GPT2: &str =
    r"'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s";

/// Returns the pieces of a text.
///
/// # Errors
///
/// The error of the engine if it gives up.
pub fn split<'t>(regex: &Regex, text: &'t str) -> Result<Vec<&'t str>, Error> {
    let found = regex.find_iter(text);
    found.map(|piece| Ok(piece?.as_str())).collect()
}
