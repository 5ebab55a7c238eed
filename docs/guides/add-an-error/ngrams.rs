//! Words in a row.

use crate::{Error, words};

/// Returns every `n` words in a row of `text`, joined with spaces.
///
/// # Errors
///
/// [`Error::TooFewInARow`] if `n` is less than 1.
///
/// ```
/// use wordtally::ngrams;
///
/// assert_eq!(ngrams("to be or not", 2)?, ["to be", "be or", "or not"]);
/// assert!(ngrams("to be or not", 0).is_err());
/// # Ok::<(), wordtally::Error>(())
/// ```
pub fn ngrams(text: &str, n: i64) -> Result<Vec<String>, Error> {
    let words: Vec<&str> = words(text).collect();
    match usize::try_from(n) {
        Ok(size) if size > 0 => Ok(words.windows(size).map(|row| row.join(" ")).collect()),
        _ => Err(Error::TooFewInARow { n }),
    }
}
