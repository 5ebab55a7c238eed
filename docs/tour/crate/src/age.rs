//! Errors.

use std::error::Error;
use std::fmt;

/// Nobody has been older for certain.
pub const OLDEST: u32 = 122;

/// Why a text is no age.
#[derive(Debug, PartialEq)]
pub enum AgeError {
    /// It is no whole number.
    NotANumber(String),
    /// It is a number, but nobody is that old.
    OutOfRange(i64),
}

impl fmt::Display for AgeError {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        match self {
            AgeError::NotANumber(text) => write!(out, "{text} is no whole number"),
            AgeError::OutOfRange(age) => write!(out, "nobody is {age} years old"),
        }
    }
}

impl Error for AgeError {}

/// The age that a text says.
///
/// # Errors
///
/// The text is no whole number, or nobody is that old.
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

/// The mean of the ages in a text, with spaces between; of none it is not a number.
///
/// # Errors
///
/// One of them is no age.
pub fn mean_age(text: &str) -> Result<f64, AgeError> {
    let mut sum = 0;
    let mut count = 0;
    for word in text.split_whitespace() {
        sum += parse_age(word)?;
        count += 1;
    }
    Ok(f64::from(sum) / f64::from(count))
}
