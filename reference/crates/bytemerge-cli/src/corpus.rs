//! Text from files, line by line: as much as there is, no more in memory than a line.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

/// Calls `visit` with each line of each file, without its end; standard input where there are none.
///
/// # Errors
///
/// The sentence for the user, when a file cannot be read or is not UTF-8, and what `visit` says.
pub(crate) fn for_each_line(
    files: &[PathBuf],
    mut visit: impl FnMut(&str) -> Result<(), String>,
) -> Result<(), String> {
    let standard_input = [PathBuf::from("-")];
    let files = if files.is_empty() {
        &standard_input
    } else {
        files
    };
    for file in files {
        let name = file.display();
        let reader: Box<dyn BufRead> = if file == Path::new("-") {
            Box::new(io::stdin().lock())
        } else {
            let opened = File::open(file).map_err(|error| format!("{name}: {error}"))?;
            Box::new(BufReader::new(opened))
        };
        let mut offset = 0;
        for (index, bytes) in reader.split(b'\n').enumerate() {
            let bytes = bytes.map_err(|error| format!("{name}: {error}"))?;
            let line = std::str::from_utf8(&bytes).map_err(|error| {
                let place = error.valid_up_to();
                format!(
                    "{name}: not UTF-8: byte 0x{:02x} at offset {} in line {}",
                    bytes[place],
                    offset + place,
                    index + 1
                )
            })?;
            visit(line)?;
            offset += bytes.len() + 1;
        }
    }
    Ok(())
}
