//! Words in a row.

use crate::words;

/// Returns every `n` words in a row of `text`, joined with spaces.
///
/// ```
/// use wordtally::ngrams;
///
/// assert_eq!(ngrams("to be or not", 2), ["to be", "be or", "or not"]);
/// ```
pub fn ngrams(text: &str, n: usize) -> Vec<String> {
    let words: Vec<&str> = words(text).collect();
    words.windows(n).map(|row| row.join(" ")).collect()
}
