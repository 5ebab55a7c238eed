//! Asks for memory before it is needed: a vector or a thread that finds no memory ends the process.

use crate::error::Error;

/// Creates a vector of `len` times the same value.
///
/// # Errors
///
/// [`Error::OutOfMemory`].
pub(crate) fn try_vec<T: Clone>(value: T, len: usize) -> Result<Vec<T>, Error> {
    let mut vec = Vec::new();
    vec.try_reserve_exact(len)?;
    vec.resize(len, value);
    Ok(vec)
}

/// Creates `len` default values.
///
/// # Errors
///
/// [`Error::OutOfMemory`].
pub(crate) fn try_default<T: Default>(len: usize) -> Result<Box<[T]>, Error> {
    let mut vec = Vec::new();
    vec.try_reserve_exact(len)?;
    vec.resize_with(len, T::default);
    Ok(vec.into_boxed_slice())
}

/// The bytes for each thread: what it takes at its start, and a reserve for work of unknown size.
const THREAD: usize = 32 << 20;

/// Returns whether there is memory for `threads` more threads and `bytes` bytes of results.
///
/// A thread that cannot start is an error that can be handled. But a thread that starts and finds
/// no memory for its own variables ends the process. A caller who asks first can do the work
/// itself.
#[must_use]
pub fn is_room_for_threads(threads: usize, bytes: usize) -> bool {
    let mut room = Vec::<u8>::new();
    let size = threads.saturating_mul(THREAD).saturating_add(bytes);
    room.try_reserve_exact(size).is_ok()
}
