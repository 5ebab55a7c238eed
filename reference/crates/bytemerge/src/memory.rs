//! Whether there is memory, asked before it is needed: a vector or a thread that finds none would end the process.

use crate::error::Error;

/// A vector of the same value everywhere.
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

/// For each thread: what it takes at its start, and a good deal for work whose size nobody knows.
const THREAD: usize = 32 << 20;

/// Whether the memory allows as many more threads, and so many bytes that they make together.
///
/// Where it ends, a new thread is an error that can be handled, but one that starts and finds no memory for
/// its own variables ends the process. Who asks first can do the work on the thread that there is.
#[must_use]
pub fn is_room_for_threads(threads: usize, bytes: usize) -> bool {
    let mut room = Vec::<u8>::new();
    let size = threads.saturating_mul(THREAD).saturating_add(bytes);
    room.try_reserve_exact(size).is_ok()
}
