//! Files without a name, which Linux has: the system removes such a file when the last program that
//! uses it ends, however it ends.

#![allow(
    unsafe_code,
    reason = "the standard library cannot give a name to an open file"
)]

use std::ffi::CString;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::fd::AsRawFd as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

/// Opens a file without a name in the folder of a path, or returns `None` if this system cannot do
/// it or cannot name it later.
pub(super) fn create(path: &Path) -> Option<File> {
    let folder = match path.parent()? {
        folder if folder.as_os_str().is_empty() => Path::new("."),
        folder => folder,
    };
    let file = OpenOptions::new()
        .write(true)
        .custom_flags(libc::O_TMPFILE)
        .open(folder)
        .ok()?;
    in_proc(&file).exists().then_some(file)
}

/// Gives the file a name.
///
/// # Errors
///
/// The error of the operating system: `AlreadyExists` if there is a file of that name.
pub(super) fn link(file: &File, path: &Path) -> io::Result<()> {
    let from = CString::new(in_proc(file).as_os_str().as_bytes())?;
    let to = CString::new(path.as_os_str().as_bytes())?;
    let (here, follow) = (libc::AT_FDCWD, libc::AT_SYMLINK_FOLLOW);
    // SAFETY: both pointers lead to texts that end with a null byte and live until the end of this
    // function, and the system only reads them.
    let failed = unsafe { libc::linkat(here, from.as_ptr(), here, to.as_ptr(), follow) };
    if failed == 0 {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}

/// Returns the path by which the system knows an open file.
fn in_proc(file: &File) -> PathBuf {
    PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()))
}
