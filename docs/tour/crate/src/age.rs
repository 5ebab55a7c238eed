//! Errors.

use std::error::Error;
use std::fmt;

/// The greatest age that is certain.
pub const OLDEST: u32 = 122;

/// The reason why a text is not an age.
#[derive(Debug, PartialEq)]
pub enum AgeError {
    /// It is not a whole number.
    NotANumber(String),
    /// It is a number, but nobody is that old.
    OutOfRange(i64),
}

impl fmt::Display for AgeError {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        match self {
            AgeError::NotANumber(text) => write!(out, "{text} is not a whole number"),
            AgeError::OutOfRange(age) => write!(out, "nobody is {age} years old"),
        }
    }
}

impl Error for AgeError {}

/// Returns the age that a text states.
///
/// # Errors
///
/// The text is not a whole number, or nobody is that old.
///
/// ```
/// use tour::age::{AgeError, parse_age};
///
/// assert_eq!(parse_age("36"), Ok(36));
/// assert_eq!(parse_age("-1"), Err(AgeError::OutOfRange(-1)));
/// ```
pub fn parse_age(text: &str) -> Result<u32, AgeError> {
    let age = text
        .parse::<i64>()
        .map_err(|_| AgeError::NotANumber(text.to_owned()))?;
    match u32::try_from(age) {
        Ok(age) if age <= OLDEST => Ok(age),
        _ => Err(AgeError::OutOfRange(age)),
    }
}

/// Returns the mean of the ages in a text, with spaces between them: NaN if there are none.
///
/// # Errors
///
/// One of them is not an age.
pub fn mean_age(text: &str) -> Result<f64, AgeError> {
    let mut sum = 0;
    let mut count = 0;
    for word in text.split_whitespace() {
        sum += parse_age(word)?;
        count += 1;
    }
    Ok(f64::from(sum) / f64::from(count))
}
