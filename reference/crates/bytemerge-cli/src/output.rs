//! Writes results to standard output, or to a file that is written completely or not at all.

use std::fs;
use std::io::{self, BufWriter, StdoutLock, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::{Mutex, PoisonError};

use indicatif::ProgressBar;

use bytemerge::AtomicFile;

use crate::failure::Failure;
use crate::reading;

/// The temporary file that is not complete yet.
static INCOMPLETE: Mutex<Option<PathBuf>> = Mutex::new(None);

/// An open output.
pub(crate) enum Output {
    /// Standard output.
    Standard(BufWriter<StdoutLock<'static>>),
    /// A file, and its name.
    File(BufWriter<AtomicFile>, PathBuf),
}

impl Output {
    /// Opens a file, or standard output.
    ///
    /// # Errors
    ///
    /// When the file cannot be written, or is one of the inputs.
    pub(crate) fn open<'a>(
        path: Option<&Path>,
        inputs: impl IntoIterator<Item = &'a PathBuf>,
    ) -> Result<Self, Failure> {
        match path {
            Some(path) if path != Path::new("-") => {
                check(path, inputs)?;
                let file =
                    AtomicFile::create(path).map_err(|error| Failure::of_file(path, &error))?;
                *incomplete() = file.temporary().map(Path::to_owned);
                Ok(Self::File(BufWriter::new(file), path.to_owned()))
            }
            _ => Ok(Self::Standard(BufWriter::new(io::stdout().lock()))),
        }
    }

    /// Returns a progress bar for reading files. It is hidden if it would mix with printed lines,
    /// which show the progress themselves.
    pub(crate) fn bar(&self, files: &[PathBuf]) -> ProgressBar {
        match self {
            Self::Standard(_) => ProgressBar::hidden(),
            Self::File(..) => reading::bar(files),
        }
    }

    /// Writes bytes.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let written = match self {
            Self::Standard(output) => output.write_all(bytes),
            Self::File(output, _) => output.write_all(bytes),
        };
        written.map_err(|error| self.failure(&error))
    }

    /// Flushes standard output: its reader may wait for the lines.
    pub(crate) fn flush(&mut self) -> Result<(), Failure> {
        let flushed = match self {
            Self::Standard(output) => output.flush(),
            Self::File(..) => Ok(()),
        };
        flushed.map_err(|error| self.failure(&error))
    }

    /// Completes the output: an old file is replaced now.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        self.flush()?;
        if let Self::File(output, path) = self {
            let finished = output
                .into_inner()
                .map_err(io::IntoInnerError::into_error)
                .and_then(AtomicFile::finish);
            *incomplete() = None;
            finished.map_err(|error| Failure::of_file(&path, &error))?;
        }
        Ok(())
    }

    fn failure(&self, error: &io::Error) -> Failure {
        match self {
            Self::Standard(_) => Failure::of_standard_output(error),
            Self::File(_, path) => Failure::of_file(path, error),
        }
    }
}

/// Checks that a file can be written, before much work.
///
/// # Errors
///
/// When the folder is missing, the folder or the file is read-only, the name is a folder, or the
/// file is one of the inputs, which would be lost.
pub(crate) fn check<'a>(
    path: &Path,
    inputs: impl IntoIterator<Item = &'a PathBuf>,
) -> Result<(), Failure> {
    let name = path.display();
    if path.is_dir() {
        return Err(Failure::Message(format!("{name}: Is a directory")));
    }
    let is_special = fs::metadata(path).is_ok_and(|there| !there.is_file());
    if !is_special {
        // Check that the temporary file can be made.
        drop(AtomicFile::create(path).map_err(|error| Failure::of_file(path, &error))?);
    }
    let is_output = |input: &PathBuf| match (fs::canonicalize(input), fs::canonicalize(path)) {
        (Ok(input), Ok(output)) => input == output,
        _ => false,
    };
    if path.is_file() && inputs.into_iter().any(is_output) {
        return Err(Failure::Message(format!(
            "{name}: is an input, and writing the output would destroy it"
        )));
    }
    Ok(())
}

/// Ends the program, and removes the incomplete file.
pub(crate) fn leave(status: i32) -> ! {
    if let Some(path) = incomplete().take() {
        fs::remove_file(path).ok();
    }
    process::exit(status)
}

fn incomplete() -> std::sync::MutexGuard<'static, Option<PathBuf>> {
    INCOMPLETE.lock().unwrap_or_else(PoisonError::into_inner)
}
