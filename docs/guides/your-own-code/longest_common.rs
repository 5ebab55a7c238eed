//! The longest text that two texts have in common.

use crate::{Error, ShouldStop};

/// Returns the length, in characters, of the longest text that is in both texts.
///
/// ```
/// use wordtally::longest_common;
///
/// assert_eq!(longest_common("interest", "winter", &|| false), Ok(5));
/// ```
///
/// # Errors
///
/// [`Error::Interrupted`] once `should_stop` says so.
pub fn longest_common(left: &str, right: &str, should_stop: &ShouldStop) -> Result<usize, Error> {
    let right: Vec<char> = right.chars().collect();
    // The length of the common text that ends at each character of `right`.
    let mut row = vec![0; right.len()];
    let mut longest = 0;
    for character in left.chars() {
        if should_stop() {
            return Err(Error::Interrupted);
        }
        let mut before = 0;
        for (length, &other) in row.iter_mut().zip(&right) {
            let above = *length;
            *length = if character == other { before + 1 } else { 0 };
            longest = longest.max(*length);
            before = above;
        }
    }
    Ok(longest)
}
