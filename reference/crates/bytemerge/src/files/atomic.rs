//! Replaces or creates a file in one step.
//!
//! The content is written into a temporary file in the same folder, hence on the same disk. When it
//! is complete, the temporary file is renamed. If anything goes wrong before, the old file is
//! unchanged and the temporary file is removed.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};

/// An open file that appears under its name only when it is [finished](AtomicFile::finish).
#[derive(Debug)]
pub struct AtomicFile {
    file: File,
    path: PathBuf,
    /// The temporary name. `None` for a device or a pipe, which a file must not replace.
    temporary: Option<PathBuf>,
}

impl AtomicFile {
    /// Opens a file for writing. It gets the permissions of the file that it replaces.
    ///
    /// # Errors
    ///
    /// The error of the operating system; also if a file of this name is not writable.
    pub fn create(path: &Path) -> io::Result<Self> {
        // A link stays a link: its target is replaced.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        // The system would replace a read-only file, but whoever protects a file means that too.
        let old = match OpenOptions::new().write(true).open(&path) {
            Ok(old) => Some((old.metadata()?, old)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        let permissions = match old {
            Some((metadata, file)) if !metadata.is_file() => {
                return Ok(Self {
                    file,
                    path,
                    temporary: None,
                });
            }
            old => old.map(|(metadata, _)| metadata.permissions()),
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
            // Before the file has any content that others could read.
            new.file.set_permissions(permissions)?;
        }
        Ok(new)
    }

    /// Returns the temporary name, so that a program that must end at once can remove the file.
    #[must_use]
    pub fn temporary(&self) -> Option<&Path> {
        self.temporary.as_deref()
    }

    /// Renames the file to its final name.
    ///
    /// # Errors
    ///
    /// The error of the operating system.
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
            // An earlier error is the one to report.
            fs::remove_file(temporary).ok();
        }
    }
}

/// Returns an unused name in the same folder.
fn beside(path: &Path) -> PathBuf {
    static FILES: AtomicU64 = AtomicU64::new(0);
    let mut name = path.file_name().unwrap_or_default().to_owned();
    let number = FILES.fetch_add(1, Ordering::Relaxed);
    name.push(format!(".{}-{number}.tmp", process::id()));
    path.with_file_name(name)
}
