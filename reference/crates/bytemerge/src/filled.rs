//! Vectors of some length, for which memory may be missing.

use crate::Error;

/// A vector of the same value everywhere.
///
/// # Errors
///
/// [`Error::OutOfMemory`].
pub(crate) fn filled<T: Clone>(value: T, len: usize) -> Result<Vec<T>, Error> {
    let mut vec = Vec::new();
    vec.try_reserve_exact(len)?;
    vec.resize(len, value);
    Ok(vec)
}
