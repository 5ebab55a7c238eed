//! Reads texts from files, with at most one file or some lines in memory.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use bytemerge::{Source, decompressed};
use indicatif::{ProgressBar, ProgressStyle};

use crate::failure::Failure;

/// The most bytes of one read: enough for several threads to encode.
const BLOCK: usize = 1 << 22;

/// Consecutive texts of a file.
pub(crate) struct Texts<'t> {
    pub(crate) name: &'t dyn fmt::Display,
    /// The line number of the first text, if the texts are lines; `None` for a whole file.
    pub(crate) first_line: Option<usize>,
    pub(crate) all: Vec<&'t str>,
}

impl Texts<'_> {
    /// Returns the file and the line of a text, as the start of a message.
    pub(crate) fn location(&self, index: usize) -> String {
        match self.first_line {
            None => self.name.to_string(),
            Some(line) => format!("{}: line {}", self.name, line + index),
        }
    }
}

/// The parts of a file that are texts.
#[derive(Clone, Copy)]
pub(crate) enum Unit {
    /// A line without its end.
    Line,
    /// A whole file.
    File,
}

/// Returns the source that a name stands for.
pub(crate) fn source(name: &Path) -> Source {
    if name == Path::new("-") {
        Source::StandardInput
    } else {
        Source::File(name.to_owned())
    }
}

/// Calls `visit` with all lines, or with all files as a whole.
///
/// # Errors
///
/// When a file cannot be read or is not UTF-8, and the errors of `visit`.
pub(crate) fn for_each(
    files: &[PathBuf],
    unit: Unit,
    bar: &ProgressBar,
    mut visit: impl FnMut(&Texts) -> Result<(), Failure>,
) -> Result<(), Failure> {
    for file in files {
        let name = file.display();
        let read_error = |error: io::Error| Failure::of_file(file, &error);
        let opened = match source(file) {
            Source::StandardInput => decompressed(io::stdin()),
            Source::File(path) => File::open(path).and_then(decompressed),
        };
        let mut reader = opened.map_err(read_error)?;
        if let Unit::File = unit {
            let mut content = Vec::new();
            reader.read_to_end(&mut content).map_err(read_error)?;
            bar.inc(content.len() as u64);
            let all = vec![decoded(&content, &name, 0, 1)?];
            visit(&Texts {
                name: &name,
                first_line: None,
                all,
            })?;
            continue;
        }
        let (mut offset, mut line) = (0, 1);
        let mut block = Vec::new();
        loop {
            let before = block.len();
            block.resize(before + BLOCK, 0);
            let read = read(&mut *reader, &mut block[before..]).map_err(read_error)?;
            block.truncate(before + read);
            bar.inc(read as u64);
            // Take what a pipe holds now, up to the end of a line. Its writer may wait for the
            // answer.
            let new_end = block[before..].iter().rposition(|&byte| byte == b'\n');
            let end = match new_end {
                _ if read == 0 => block.len(),
                Some(index) => before + index + 1,
                None => continue,
            };
            if end > 0 {
                let text = decoded(&block[..end], &name, offset, line)?;
                let all: Vec<&str> = text
                    .split_inclusive('\n')
                    .map(|line| line.strip_suffix('\n').unwrap_or(line))
                    .collect();
                let lines = all.len();
                visit(&Texts {
                    name: &name,
                    first_line: Some(line),
                    all,
                })?;
                offset += end;
                line += lines;
                block.drain(..end);
            }
            if read == 0 {
                break;
            }
        }
    }
    Ok(())
}

/// Reads like `Read::read`, and again if a signal interrupts it.
fn read(reader: &mut dyn Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match reader.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

/// Returns bytes as text. An error names the offset and the line in the file.
fn decoded<'t>(
    content: &'t [u8],
    name: &dyn fmt::Display,
    offset: usize,
    line: usize,
) -> Result<&'t str, Failure> {
    std::str::from_utf8(content).map_err(|error| {
        let (before, rest) = content.split_at(error.valid_up_to());
        let byte = rest.first().copied().unwrap_or_default();
        let offset = offset + before.len();
        let line = line + before.split(|&byte| byte == b'\n').count() - 1;
        Failure::Message(format!(
            "{name}: not UTF-8: byte 0x{byte:02x} at offset {offset} in line {line}"
        ))
    })
}

/// Returns a progress bar for reading files, which is visible if standard error is a terminal.
pub(crate) fn bar(files: &[PathBuf]) -> ProgressBar {
    let size = |file: &PathBuf| {
        let metadata = fs::metadata(file).ok()?;
        metadata.is_file().then_some(metadata.len())
    };
    // A pipe has no size.
    match files.iter().map(size).sum::<Option<u64>>() {
        Some(total) => styled(total, "[{bar:30}] {bytes} of {total_bytes}"),
        None => styled(0, "{bytes}"),
    }
}

/// Returns a progress bar with a template.
pub(crate) fn styled(total: u64, template: &str) -> ProgressBar {
    let style = ProgressStyle::with_template(template);
    let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(total).with_style(style.progress_chars("##-"))
}
