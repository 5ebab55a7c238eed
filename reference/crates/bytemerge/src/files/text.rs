//! Reads text files in blocks: a file of any size takes the memory of a few blocks.
//!
//! The whole file is one text. It is cut only where the cut changes no piece
//! ([`Pattern::safe_cut`]), so the counts do not depend on how it was read. With a regular
//! expression of the user, no cut is safe; then the whole file is one block.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::Error;
use crate::files::compressed::decompressed;
use crate::pattern::Pattern;
use crate::progress::ShouldStop;

/// The number of bytes in a block: a few milliseconds of work, and little beside the tables of
/// counts.
pub(crate) const BLOCK: usize = 1 << 20;

/// The number of bytes at the end of a block in which a safe cut is looked for first.
const WINDOW: usize = 1 << 10;

/// An open file of UTF-8 text, plain or compressed.
pub struct TextFile {
    path: PathBuf,
    content: Box<dyn Read + Send>,
    /// The bytes that are read but in no block yet. The last character may be incomplete.
    rest: Vec<u8>,
    /// The offset in the text at which the rest starts.
    offset: u64,
    /// The line in which the rest starts.
    line: u64,
}

/// The source of a text.
#[derive(Clone)]
pub enum Source {
    /// A file.
    File(PathBuf),
    /// Standard input; errors call it "-".
    StandardInput,
}

impl Source {
    /// Returns the path of the file.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::File(path) => path,
            Self::StandardInput => Path::new("-"),
        }
    }
}

/// Counts the bytes that are read from files, before decompression.
struct Counting<R> {
    file: R,
    count: Arc<AtomicU64>,
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.count.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

impl TextFile {
    /// Opens a file. The number of bytes read, before decompression, is added to `count`.
    ///
    /// # Errors
    ///
    /// [`Error::File`].
    pub fn open(source: &Source, count: &Arc<AtomicU64>) -> Result<Self, Error> {
        let count = Arc::clone(count);
        let content = match source {
            Source::File(path) => {
                File::open(path).and_then(|file| decompressed(Counting { file, count }))
            }
            Source::StandardInput => {
                let file = io::stdin();
                decompressed(Counting { file, count })
            }
        };
        let path = source.path();
        Ok(Self {
            content: content.map_err(|error| Error::file(path, error))?,
            path: path.to_owned(),
            rest: Vec::new(),
            offset: 0,
            line: 1,
        })
    }

    /// Returns the next part of the text, which ends at a safe cut; `None` at the end.
    ///
    /// # Errors
    ///
    /// [`Error::File`], [`Error::NotUtf8`] and [`Error::OutOfMemory`].
    pub fn next_block(&mut self, pattern: &Pattern) -> Result<Option<String>, Error> {
        let mut block = std::mem::take(&mut self.rest);
        // If no safe cut is found, the next attempt is twice as long, so all attempts together take
        // at most twice the time of the last.
        let mut size = if pattern.is_known() {
            BLOCK
        } else {
            usize::MAX
        };
        while !self.read_up_to(size, &mut block)? {
            if let Some(cut) = last_safe_cut(pattern, &block) {
                self.rest.try_reserve_exact(block.len() - cut)?;
                self.rest.extend(block.drain(cut..));
                break;
            }
            size = size.saturating_mul(2);
        }
        if block.is_empty() {
            return Ok(None);
        }
        let (offset, line) = (self.offset, self.line);
        self.offset += block.len() as u64;
        self.line += line_ends(&block);
        match String::from_utf8(block) {
            Ok(text) => Ok(Some(text)),
            Err(error) => {
                let valid = error.utf8_error().valid_up_to();
                let (before, rest) = error.as_bytes().split_at(valid);
                Err(Error::NotUtf8 {
                    path: self.path.clone(),
                    offset: offset + valid as u64,
                    line: line + line_ends(before),
                    byte: rest[0],
                })
            }
        }
    }

    /// Reads the rest of the text. Decompressing a large file takes long.
    ///
    /// # Errors
    ///
    /// Those of [`TextFile::next_block`]; [`Error::Interrupted`] if `should_stop` returns true.
    pub fn read_whole(mut self, should_stop: &ShouldStop) -> Result<String, Error> {
        let mut text = std::mem::take(&mut self.rest);
        loop {
            if should_stop() {
                return Err(Error::Interrupted);
            }
            text.try_reserve(BLOCK)?;
            if self.read_up_to(text.len() + BLOCK, &mut text)? {
                break;
            }
        }
        self.rest = text;
        let whole = Pattern::new(None)?;
        Ok(self.next_block(&whole)?.unwrap_or_default())
    }

    /// Reads until the block has `size` bytes or the file ends. Returns whether it ended.
    fn read_up_to(&mut self, size: usize, block: &mut Vec<u8>) -> Result<bool, Error> {
        let wanted = size.saturating_sub(block.len());
        if size < usize::MAX {
            block.try_reserve_exact(wanted)?;
        }
        let read = self.content.by_ref().take(wanted as u64).read_to_end(block);
        match read {
            Ok(read) => Ok(read < wanted),
            Err(error) if error.kind() == io::ErrorKind::OutOfMemory => Err(Error::OutOfMemory),
            Err(error) => Err(Error::file(&self.path, error)),
        }
    }
}

/// Returns the number of line ends in a text.
#[expect(clippy::naive_bytecount, reason = "reading takes much longer")]
fn line_ends(text: &[u8]) -> u64 {
    text.iter().filter(|&&byte| byte == b'\n').count() as u64
}

/// Returns the last safe cut of a text whose last character may be incomplete.
///
/// The end of the text is searched first. Bytes that are not UTF-8 have no safe cut, or one before
/// them, so the error is found in this block or a later one.
fn last_safe_cut(pattern: &Pattern, block: &[u8]) -> Option<usize> {
    let is_start = |&index: &usize| !matches!(block[index], 0x80..0xC0);
    let mut window = WINDOW;
    loop {
        let start = block.len().saturating_sub(window);
        let start = (start..block.len()).find(is_start)?;
        let tail = &block[start..];
        let text = match std::str::from_utf8(tail) {
            Ok(text) => text,
            Err(error) => std::str::from_utf8(&tail[..error.valid_up_to()]).unwrap_or_default(),
        };
        let cuts = std::iter::successors(pattern.safe_cut(text, 0), |cut| {
            pattern.safe_cut(text, cut + 1)
        });
        if let Some(cut) = cuts.last() {
            return Some(start + cut);
        }
        if start == 0 {
            return None;
        }
        window = window.saturating_mul(8);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(content: &[u8]) -> TextFile {
        TextFile {
            path: "name".into(),
            content: Box::new(io::Cursor::new(content.to_vec())),
            rest: Vec::new(),
            offset: 0,
            line: 1,
        }
    }

    fn blocks(content: &[u8], pattern: Option<&str>) -> Result<Vec<String>, Error> {
        let pattern = Pattern::new(pattern).unwrap();
        let mut file = file(content);
        std::iter::from_fn(|| file.next_block(&pattern).transpose()).collect()
    }

    #[test]
    fn blocks_are_the_text_at_safe_cuts() {
        let text = "the cat’s 123 m\u{e4}t \n\n ".repeat(200_000);
        for pattern in ["gpt2", "cl100k", "o200k"] {
            let blocks = blocks(text.as_bytes(), Some(pattern)).unwrap();
            assert!(blocks.len() > 3);
            assert!(blocks.iter().all(|block| block.len() <= BLOCK));
            assert_eq!(blocks.concat(), text);
            let pattern = Pattern::new(Some(pattern)).unwrap();
            let mut cut = 0;
            for block in &blocks[..blocks.len() - 1] {
                cut += block.len();
                assert_eq!(pattern.safe_cut(&text, cut), Some(cut));
            }
        }
    }

    #[test]
    fn a_text_without_safe_cuts_is_one_block() {
        let long = "a".repeat(3 * BLOCK + 5) + " b";
        assert_eq!(blocks(long.as_bytes(), Some("gpt2")).unwrap(), [&*long]);
        let words = "ab ".repeat(BLOCK);
        for pattern in [None, Some(r"\S+|\s")] {
            assert_eq!(blocks(words.as_bytes(), pattern).unwrap(), [&*words]);
        }
        assert_eq!(blocks(b"", Some("gpt2")).unwrap().len(), 0);
        assert_eq!(file(b"").read_whole(&|| false).unwrap(), "");
        let stopped = file(b"").read_whole(&|| true);
        assert!(matches!(stopped, Err(Error::Interrupted)));
    }

    #[test]
    fn an_error_names_the_offset_of_bytes_that_are_not_utf8() {
        let start = "word\n".repeat(BLOCK);
        for (end, offset, byte) in [
            (&b"\xff"[..], 0, 0xFF),
            (b"ab\xc3", 2, 0xC3),
            (b"\xe2\x82", 0, 0xE2),
            (b"ab\xc3 and more words", 2, 0xC3),
        ] {
            let content = [start.as_bytes(), end].concat();
            let error = blocks(&content, Some("gpt2")).unwrap_err();
            let expected = format!(
                "name: not UTF-8: byte 0x{byte:02x} at offset {} in line {}",
                start.len() + offset,
                BLOCK + 1
            );
            assert_eq!(error.to_string(), expected);
        }
    }
}
