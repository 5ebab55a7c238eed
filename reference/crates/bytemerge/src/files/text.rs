//! Reads text files in blocks: usually a file of any size takes the memory of a few blocks.
//!
//! The whole file is one text. It is cut only where the cut changes no piece
//! ([`Pattern::safe_cut`]), so the counts do not depend on how it was read. Only patterns
//! with a scanner have safe cuts. With any other, such as a regular expression of the user or a
//! sequence, the whole file is one block.
//!
//! Several machines share a file by offsets: each reads a part, which starts and ends at the first
//! safe cut from its offsets on. Whether a cut is safe depends only on the characters before and
//! after it, so neighbours agree where one part ends and the next one starts.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
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

/// The most bytes in a character: reading starts this number of bytes before a part, to see the
/// character before a cut.
const CHARACTER: u64 = 4;

/// An open file of UTF-8 text, plain or compressed, or a part of one.
pub struct TextFile {
    path: PathBuf,
    content: Box<dyn Read + Send>,
    /// The bytes that are read but in no block yet. The last character may be incomplete.
    rest: Vec<u8>,
    /// The offset in the text at which the rest starts.
    offset: u64,
    /// The line in which the rest starts, if it is known.
    line: Option<u64>,
    /// The part to return: from the first safe cut at or after its start to the one at or after its
    /// end.
    part: Range<u64>,
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
        let content = content.map_err(|error| Error::file(path, error))?;
        Ok(Self::new(path, content, 0..u64::MAX))
    }

    /// Takes a file that is open elsewhere, plain or compressed, and the name for its errors.
    ///
    /// # Errors
    ///
    /// [`Error::File`].
    pub fn of(name: &Path, content: impl Read + Send + 'static) -> Result<Self, Error> {
        let content = decompressed(content).map_err(|error| Error::file(name, error))?;
        Ok(Self::new(name, content, 0..u64::MAX))
    }

    /// Takes a part of a plain file, of which `content` starts at [`TextFile::start_of`] the part.
    ///
    /// The part starts at the first safe cut at or after its start, and ends at the first safe cut
    /// at or after its end, or at the end of the file. So the parts between rising offsets are the
    /// whole text, each byte once, and have the pieces of the whole text. A pattern without safe
    /// cuts leaves all to the part that starts at 0.
    #[must_use]
    pub fn part(name: &Path, content: impl Read + Send + 'static, part: Range<u64>) -> Self {
        Self::new(name, Box::new(content), part)
    }

    /// Returns the offset of the first byte to read for a part: the character before the part is
    /// needed, too.
    #[must_use]
    pub fn start_of(part: &Range<u64>) -> u64 {
        part.start.saturating_sub(CHARACTER)
    }

    fn new(name: &Path, content: Box<dyn Read + Send>, part: Range<u64>) -> Self {
        Self {
            path: name.to_owned(),
            content,
            rest: Vec::new(),
            offset: Self::start_of(&part),
            line: (part.start == 0).then_some(1),
            part,
        }
    }

    /// Returns the next part of the text, which ends at a safe cut; `None` at the end.
    ///
    /// # Errors
    ///
    /// [`Error::File`], [`Error::NotUtf8`] and [`Error::OutOfMemory`].
    pub fn next_block(&mut self, pattern: &Pattern) -> Result<Option<String>, Error> {
        self.skip_to_start(pattern)?;
        if self.offset >= self.part.end {
            return Ok(None);
        }
        let left = usize::try_from(self.part.end - self.offset).unwrap_or(usize::MAX);
        let mut block = std::mem::take(&mut self.rest);
        // If no safe cut is found, the next attempt is twice as long, so all attempts together take
        // at most twice the time of the last.
        let mut size = if pattern.is_known() {
            BLOCK
        } else {
            usize::MAX
        };
        loop {
            if size >= left {
                let end = self.read_to_cut(pattern, left, &mut block)?;
                block.truncate(end);
                break;
            }
            if self.read_up_to(size, &mut block)? {
                break;
            }
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
        match String::from_utf8(block) {
            Ok(text) => {
                self.offset += text.len() as u64;
                self.line = self.line.map(|line| line + line_ends(text.as_bytes()));
                Ok(Some(text))
            }
            Err(error) => Err(self.not_utf8(error.as_bytes(), error.utf8_error().valid_up_to())),
        }
    }

    /// Drops everything before the first safe cut at or after the start of the part.
    fn skip_to_start(&mut self, pattern: &Pattern) -> Result<(), Error> {
        let Some(near) = self
            .part
            .start
            .checked_sub(self.offset)
            .filter(|&near| near > 0)
        else {
            return Ok(());
        };
        self.part.start = 0;
        if !pattern.is_known() {
            self.part.end = 0;
            return Ok(());
        }
        let mut block = std::mem::take(&mut self.rest);
        let near = usize::try_from(near).unwrap_or(usize::MAX);
        let start = self.read_to_cut(pattern, near, &mut block)?;
        self.offset += start as u64;
        self.rest = block.split_off(start);
        Ok(())
    }

    /// Reads until a block has a safe cut at or after `near`. Returns the cut, or the end of the
    /// block at the end of the file.
    fn read_to_cut(
        &mut self,
        pattern: &Pattern,
        near: usize,
        block: &mut Vec<u8>,
    ) -> Result<usize, Error> {
        let mut window = WINDOW;
        loop {
            let size = if pattern.is_known() {
                near.saturating_add(window)
            } else {
                usize::MAX
            };
            let ended = self.read_up_to(size, block)?;
            if near < block.len() {
                let is_start = |&index: &usize| !matches!(block[index], 0x80..0xC0);
                let before = (0..near).rev().find(is_start).unwrap_or(0);
                let (text, invalid) = valid_start(&block[before..]);
                if let Some(cut) = pattern.safe_cut(text, near - before) {
                    return Ok(before + cut);
                }
                if invalid {
                    return Err(self.not_utf8(block, before + text.len()));
                }
            }
            if ended {
                return Ok(block.len());
            }
            window = window.saturating_mul(8);
        }
    }

    /// Returns the error for a block that starts at the offset, and is valid up to an index.
    fn not_utf8(&self, block: &[u8], valid: usize) -> Error {
        Error::NotUtf8 {
            path: self.path.clone(),
            offset: self.offset + valid as u64,
            line: self.line.map(|line| line + line_ends(&block[..valid])),
            byte: block[valid],
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

/// Returns the characters at the start of bytes, and whether something else than an incomplete
/// character follows.
fn valid_start(bytes: &[u8]) -> (&str, bool) {
    match std::str::from_utf8(bytes) {
        Ok(text) => (text, false),
        Err(error) => {
            let valid = std::str::from_utf8(&bytes[..error.valid_up_to()]);
            (valid.unwrap_or_default(), error.error_len().is_some())
        }
    }
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
        let (text, _) = valid_start(tail);
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
        TextFile::of(Path::new("name"), io::Cursor::new(content.to_vec())).unwrap()
    }

    /// Returns the text of a part of a file.
    fn part(content: &[u8], pattern: &Pattern, part: Range<u64>) -> Result<String, Error> {
        let start = usize::try_from(TextFile::start_of(&part)).unwrap();
        let content = content.get(start..).unwrap_or_default().to_vec();
        let mut file = TextFile::part(Path::new("name"), io::Cursor::new(content), part);
        let blocks = std::iter::from_fn(|| file.next_block(pattern).transpose());
        Ok(blocks.collect::<Result<Vec<_>, _>>()?.concat())
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
    fn parts_are_the_text_at_safe_cuts() {
        let text = "the cat’s 12 m\u{e4}t \n\n \u{1F600}don't".repeat(4) + &"a".repeat(40) + " b";
        for name in ["gpt2", "cl100k", "o200k"] {
            let pattern = Pattern::new(Some(name)).unwrap();
            for size in [1, 2, 3, 5, 7, 30, 1000] {
                let mut end = 0;
                for offset in (0..=text.len() + size).step_by(size) {
                    let range = offset as u64..(offset + size) as u64;
                    let found = part(text.as_bytes(), &pattern, range).unwrap();
                    assert!(text[end..].starts_with(&found), "{name} {offset}");
                    end += found.len();
                    let safe = end == text.len() || pattern.safe_cut(&text, end) == Some(end);
                    assert!(safe, "{name} {end}");
                }
                assert_eq!(end, text.len());
            }
        }
    }

    #[test]
    fn parts_are_longer_than_a_block() {
        let text = "word 12\n".repeat(BLOCK);
        let pattern = Pattern::new(Some("gpt2")).unwrap();
        let offsets = [0, 3 * BLOCK as u64 + 2, 6 * BLOCK as u64 + 1, u64::MAX];
        let parts = offsets
            .windows(2)
            .map(|ends| part(text.as_bytes(), &pattern, ends[0]..ends[1]));
        assert_eq!(parts.collect::<Result<Vec<_>, _>>().unwrap().concat(), text);
    }

    #[test]
    fn a_pattern_without_safe_cuts_leaves_all_to_the_first_part() {
        for pattern in [None, Some(r"\w+|\s")] {
            let pattern = Pattern::new(pattern).unwrap();
            assert_eq!(part(b"one two", &pattern, 0..2).unwrap(), "one two");
            assert_eq!(part(b"one two", &pattern, 2..7).unwrap(), "");
        }
    }

    #[test]
    fn an_error_in_a_part_names_the_offset_in_the_file() {
        let text = [&b"one two three \xff "[..], &b"four five ".repeat(BLOCK)].concat();
        let pattern = Pattern::new(Some("gpt2")).unwrap();
        let message = |range| part(&text, &pattern, range).unwrap_err().to_string();
        let named = "name: not UTF-8: byte 0xff at offset 14";
        // The byte is within the part, at its end, and at its start.
        assert_eq!(message(6..18), named);
        assert_eq!(message(6..14), named);
        assert_eq!(message(14..30), named);
        assert_eq!(message(15..30), named);
        assert_eq!(message(0..30), format!("{named} in line 1"));
        assert!(part(&text, &pattern, 0..6).unwrap().starts_with("one two"));
        assert!(part(&text, &pattern, 16..40).unwrap().starts_with(" five"));
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
