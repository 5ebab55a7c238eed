//! The longest word.

use crate::words;

/// Returns the longest word of `text`, the first of equals; `None` if there is no word.
///
/// ```
/// use wordtally::longest_word;
///
/// assert_eq!(longest_word("a tale of two cities"), Some("cities"));
/// assert_eq!(longest_word("!"), None);
/// ```
pub fn longest_word(text: &str) -> Option<&str> {
    words(text).reduce(|longest, word| {
        if word.chars().count() > longest.chars().count() {
            word
        } else {
            longest
        }
    })
}
