//! A file that takes the place of another, or of none, in one step.
//!
//! What is written goes into a new file in the same folder, hence on the same disk, which gets the name of the old one
//! when it is complete. Whatever goes wrong before, the old one is still there, and the new one is not.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};

/// An open file that is there under its name once it is [finished](AtomicFile::finish), and never else.
#[derive(Debug)]
pub struct AtomicFile {
    file: File,
    path: PathBuf,
    /// The name that it has until it is finished. None for a device or a pipe, which is not to be replaced by a file.
    temporary: Option<PathBuf>,
}

impl AtomicFile {
    /// Opens the file for writing. It has the permissions of the one that it replaces.
    ///
    /// # Errors
    ///
    /// What the system says, also where there is a file of that name that may not be written to.
    pub fn create(path: &Path) -> io::Result<Self> {
        // A link stays a link: what it leads to is replaced.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        // The system lets a file be replaced that may not be written to: who protects one means both.
        let old = match OpenOptions::new().write(true).open(&path) {
            Ok(old) => Some((old.metadata()?, old)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        let permissions = match old {
            Some((there, file)) if !there.is_file() => {
                return Ok(Self {
                    file,
                    path,
                    temporary: None,
                });
            }
            old => old.map(|(there, _)| there.permissions()),
        };
        let temporary = beside(&path);
        let new = Self {
            file: OpenOptions::new()
                .write(true)
                .create_new(true)
                .open(&temporary)?,
            path,
            temporary: Some(temporary),
        };
        if let Some(permissions) = permissions {
            // Before there is anything in it that others could read.
            new.file.set_permissions(permissions)?;
        }
        Ok(new)
    }

    /// The name that the file has until it is finished, for those who have to go in a hurry.
    #[must_use]
    pub fn temporary(&self) -> Option<&Path> {
        self.temporary.as_deref()
    }

    /// Gives the file its name.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn finish(mut self) -> io::Result<()> {
        if let Some(temporary) = &self.temporary {
            self.file.sync_all()?;
            fs::rename(temporary, &self.path)?;
            self.temporary = None;
        }
        Ok(())
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Seek for AtomicFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

impl Drop for AtomicFile {
    fn drop(&mut self) {
        if let Some(temporary) = &self.temporary {
            // The error that matters is the one before.
            fs::remove_file(temporary).ok();
        }
    }
}

/// A name in the same folder that nobody else has.
fn beside(path: &Path) -> PathBuf {
    static FILES: AtomicU64 = AtomicU64::new(0);
    let mut name = path.file_name().unwrap_or_default().to_owned();
    let number = FILES.fetch_add(1, Ordering::Relaxed);
    name.push(format!(".{}-{number}.tmp", process::id()));
    path.with_file_name(name)
}
