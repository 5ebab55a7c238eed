//! Replaces or creates a file in one step.
//!
//! The content is written into a temporary file in the same folder, hence on the same disk. When it
//! is complete, the temporary file is renamed. If anything goes wrong before, the old file is
//! unchanged and the temporary file is removed.
//!
//! On Linux the temporary file has no name until it is complete, so the system removes it even if
//! the program is killed.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};

#[cfg(target_os = "linux")]
use crate::files::unnamed;

/// The longest chain of links that is followed: the limit of Linux.
const MOST_LINKS: usize = 40;

/// An open file that appears under its name only when it is [finished](AtomicFile::finish).
#[derive(Debug)]
pub struct AtomicFile {
    file: File,
    path: PathBuf,
    /// Where the content is until it is complete.
    state: State,
}

#[derive(Debug)]
enum State {
    /// In a device or a pipe, which a file must not replace; or in its place.
    InPlace,
    /// In a file of this temporary name.
    Named(PathBuf),
    /// In a file without a name.
    #[cfg(target_os = "linux")]
    Unnamed,
}

impl AtomicFile {
    /// Opens a file for writing. It gets the permissions of the file that it replaces.
    ///
    /// # Errors
    ///
    /// The error of the operating system; also if a file of this name is not writable.
    pub fn create(path: &Path) -> io::Result<Self> {
        // A link stays a link: its target is replaced.
        let path = target(path);
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
                    state: State::InPlace,
                });
            }
            old => old.map(|(metadata, _)| metadata.permissions()),
        };
        let (file, state) = temporary_file(&path)?;
        let new = Self { file, path, state };
        if let Some(permissions) = permissions {
            // Before the file has any content that others could read.
            new.file.set_permissions(permissions)?;
        }
        Ok(new)
    }

    /// Returns the temporary name, so that a program that must end at once can remove the file.
    /// There is none if the system removes it.
    #[must_use]
    pub fn temporary(&self) -> Option<&Path> {
        match &self.state {
            State::Named(temporary) => Some(temporary),
            _ => None,
        }
    }

    /// Gives the file its final name.
    ///
    /// # Errors
    ///
    /// The error of the operating system.
    pub fn finish(mut self) -> io::Result<()> {
        if matches!(self.state, State::InPlace) {
            return Ok(());
        }
        self.file.sync_all()?;
        #[cfg(target_os = "linux")]
        if matches!(self.state, State::Unnamed) {
            match unnamed::link(&self.file, &self.path) {
                // Linking cannot replace a file, but renaming can: link a temporary name first.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    let temporary = beside(&self.path);
                    unnamed::link(&self.file, &temporary)?;
                    self.state = State::Named(temporary);
                }
                linked => return linked,
            }
        }
        if let State::Named(temporary) = &self.state {
            fs::rename(temporary, &self.path)?;
            self.state = State::InPlace;
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
        if let State::Named(temporary) = &self.state {
            // An earlier error is the one to report.
            fs::remove_file(temporary).ok();
        }
    }
}

/// Returns the file that a path leads to through links. It need not exist.
fn target(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        match (fs::canonicalize(&path), fs::read_link(&path)) {
            (Ok(target), _) => return target,
            // It is relative to the folder of the link, unless it is absolute.
            (Err(_), Ok(next)) => path = path.with_file_name(next),
            (Err(_), Err(_)) => break,
        }
    }
    path
}

/// Opens a new file in the folder of a path.
fn temporary_file(path: &Path) -> io::Result<(File, State)> {
    #[cfg(target_os = "linux")]
    if let Some(file) = unnamed::create(path) {
        return Ok((file, State::Unnamed));
    }
    let temporary = beside(path);
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&temporary)?;
    Ok((file, State::Named(temporary)))
}

/// Returns an unused name in the same folder.
fn beside(path: &Path) -> PathBuf {
    static FILES: AtomicU64 = AtomicU64::new(0);
    let mut name = path.file_name().unwrap_or_default().to_owned();
    let number = FILES.fetch_add(1, Ordering::Relaxed);
    name.push(format!(".{}-{number}.tmp", process::id()));
    path.with_file_name(name)
}
