//! Writes a file whole or not at all, for [`WordCounts::save`](crate::WordCounts::save).
//!
//! The content goes into a temporary file in the same folder, hence on the same disk. Once all of
//! it is there, the temporary file takes the name, in one step: whoever reads it gets the old file
//! or the new one. After an error the old file is as before, and the temporary file is removed.
//! Only a process that is killed leaves it behind, as `.tmp` and six letters.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use tempfile::Builder;

/// Replaces or creates a file with this content. It keeps the permissions of the old one.
pub(crate) fn save(path: &Path, content: &[u8]) -> io::Result<()> {
    // A link stays a link: its target is replaced. Only a link to nothing is replaced itself.
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    // The system would replace a read-only file, but whoever protects a file means that, too.
    let permissions = match File::options().write(true).open(path) {
        Ok(mut old) => {
            let metadata = old.metadata()?;
            if !metadata.is_file() {
                // A file must not replace a device or a pipe.
                return old.write_all(content);
            }
            Some(metadata.permissions())
        }
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    // With tempfile's own function, only the owner could read the file, and errors would lack the
    // system's number.
    let mut new = Builder::new().make_in(folder, |path| File::create_new(path))?;
    if let Some(permissions) = permissions {
        new.as_file().set_permissions(permissions)?;
    }
    new.as_file_mut().write_all(content)?;
    // Otherwise, a power failure could leave the name on the disk without the content.
    new.as_file().sync_all()?;
    new.persist(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_and_an_error_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file.txt");
        for content in ["old and long", "new"] {
            save(&path, content.as_bytes()).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), content);
        }
        let below_a_file = save(&path.join("file.txt"), b"").unwrap_err();
        assert!(below_a_file.raw_os_error().is_some());
        assert!(save(folder.path(), b"").is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
