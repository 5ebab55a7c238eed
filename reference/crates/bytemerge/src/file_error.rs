//! The kinds and the messages of file errors, the same on every system.
//!
//! Each system reports them differently. On Windows, opening a folder is reported as a lack of
//! permission, and a path below a file as missing; other systems report that it is a folder, or
//! that the file is not one.

use std::io::{self, ErrorKind};
use std::path::Path;

/// Returns the kind of an error of opening, reading or writing the file at `path`.
#[must_use]
pub fn kind(path: &Path, error: &io::Error) -> ErrorKind {
    match error.kind() {
        ErrorKind::PermissionDenied if path.is_dir() => ErrorKind::IsADirectory,
        ErrorKind::NotFound if path.ancestors().skip(1).any(Path::is_file) => {
            ErrorKind::NotADirectory
        }
        kind => kind,
    }
}

/// Returns a message: Python's for the kinds that Python knows, and the system's for all others.
#[must_use]
pub fn words(kind: ErrorKind, error: &io::Error) -> String {
    let words = match kind {
        // Not from the system.
        _ if error.get_ref().is_some() => return error.to_string(),
        ErrorKind::AlreadyExists => "File exists",
        ErrorKind::BrokenPipe => "Broken pipe",
        ErrorKind::FileTooLarge => "File too large",
        ErrorKind::IsADirectory => "Is a directory",
        ErrorKind::NotADirectory => "Not a directory",
        ErrorKind::NotFound => "No such file or directory",
        ErrorKind::OutOfMemory => "Cannot allocate memory",
        ErrorKind::PermissionDenied => "Permission denied",
        ErrorKind::ReadOnlyFilesystem => "Read-only file system",
        ErrorKind::StorageFull => "No space left on device",
        ErrorKind::WouldBlock => "Resource temporarily unavailable",
        _ => {
            // Rust adds the number of the error.
            let words = error.to_string();
            return words
                .split(" (os error")
                .next()
                .unwrap_or_default()
                .to_owned();
        }
    };
    words.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_windows_denies_is_a_folder() {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
        let denied = io::Error::from(ErrorKind::PermissionDenied);
        assert_eq!(kind(manifest, &denied), ErrorKind::IsADirectory);
        let file = manifest.join("Cargo.toml");
        assert_eq!(kind(&file, &denied), ErrorKind::PermissionDenied);
    }

    #[test]
    fn what_windows_does_not_find_within_a_file_is_in_no_folder() {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
        let missing = io::Error::from(ErrorKind::NotFound);
        let within = manifest.join("Cargo.toml").join("folder").join("file");
        assert_eq!(kind(&within, &missing), ErrorKind::NotADirectory);
        assert_eq!(kind(&manifest.join("gone"), &missing), ErrorKind::NotFound);
    }

    #[test]
    fn the_words_are_neither_those_of_the_system_nor_those_of_rust() {
        for (name, expected) in [
            ("gone", "No such file or directory"),
            ("src", "Is a directory"),
            ("Cargo.toml/gone", "Not a directory"),
        ] {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
            let error = std::fs::read(&path).unwrap_err();
            assert_eq!(words(kind(&path, &error), &error), expected);
        }
        // The words of Windows, in any language, with the number that Rust adds.
        let own = io::Error::new(ErrorKind::InvalidData, "damaged");
        assert_eq!(words(own.kind(), &own), "damaged");
        let denied = io::Error::from(ErrorKind::PermissionDenied);
        assert_eq!(words(denied.kind(), &denied), "Permission denied");
    }

    #[test]
    fn an_error_of_another_kind_has_the_words_of_the_system_without_its_number() {
        let strange = io::Error::from_raw_os_error(19);
        let words = words(strange.kind(), &strange);
        assert_ne!(words, "");
        assert!(!words.contains("os error"), "{words}");
    }
}
