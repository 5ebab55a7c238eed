//! Asks for memory before it is needed, so that a lack of it is an error: a vector or a thread that
//! finds none would end the process.

#![allow(
    unsafe_code,
    reason = "advice for the system: encoding megabytes of new text is a tenth faster"
)]

#[cfg(target_os = "linux")]
use std::mem::MaybeUninit;

use crate::error::Error;

/// Asks for memory for `len` values in an empty vector.
///
/// # Errors
///
/// [`Error::OutOfMemory`].
pub(crate) fn try_reserve<T>(empty: &mut Vec<T>, len: usize) -> Result<(), Error> {
    empty.try_reserve_exact(len)?;
    #[cfg(target_os = "linux")]
    prefer_large_pages(empty.spare_capacity_mut());
    Ok(())
}

/// Asks Linux for pages of two megabytes, if memory that nobody has used yet is large. With
/// pages of four kilobytes, the first use of each takes as long as encoding fifty tokens.
#[cfg(target_os = "linux")]
fn prefer_large_pages<T>(unused: &mut [MaybeUninit<T>]) {
    /// Less memory contains no whole page of this size. The arrays of numpy do the same from four
    /// megabytes on.
    const LARGE: usize = 2 << 20;
    const PAGE: usize = 1 << 12;

    if size_of_val(unused) >= LARGE {
        let start = unused.as_mut_ptr().cast::<u8>();
        let before = start.addr() % PAGE;
        // SAFETY: advice changes no memory, not even the bytes of this page that are not ours. An
        // error means that there are no such pages, or that this page is larger.
        unsafe {
            let page = start.wrapping_sub(before).cast();
            libc::madvise(page, before + size_of_val(unused), libc::MADV_HUGEPAGE);
        }
    }
}

/// Creates a vector of `len` times the same value.
///
/// # Errors
///
/// [`Error::OutOfMemory`].
pub(crate) fn try_vec<T: Clone>(value: T, len: usize) -> Result<Vec<T>, Error> {
    let mut vec = Vec::new();
    try_reserve(&mut vec, len)?;
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
    try_reserve(&mut vec, len)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_changes_no_memory() {
        let before = try_vec(7_u8, 3).unwrap();
        for len in [0, 1, (2 << 20) - 1, 2 << 20, 5 << 20] {
            assert!(try_vec(1_u8, len).unwrap().iter().all(|&byte| byte == 1));
        }
        assert_eq!(before, [7; 3]);
        assert!(try_vec(0_u64, usize::MAX >> 4).is_err());
    }
}
