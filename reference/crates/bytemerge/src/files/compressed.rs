//! Decompresses files, recognised by their first bytes and not by their names: gzip, zstd, bzip2
//! and xz.
//!
//! Most of these signatures are not UTF-8, and no text starts with the others by chance. All
//! decoders are plain Rust, read files of several concatenated parts, as the usual programs do, and
//! verify checksums.

use std::io::{self, BufRead, BufReader, Read};

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

/// The number of bytes read at a time.
const BUFFER: usize = 1 << 17;

/// The signature of gzip.
const GZIP: &[u8] = &[0x1F, 0x8B];
/// The signature of a zstd frame.
const ZSTD: &[u8] = &[0x28, 0xB5, 0x2F, 0xFD];
/// The signature of a skippable zstd frame, after one byte from 0x50 to 0x5F. Files of `pzstd`
/// start with one.
const ZSTD_SKIPPABLE: &[u8] = &[0x2A, 0x4D, 0x18];
/// The signature of bzip2, before a digit and one of the next two.
const BZIP2: &[u8] = b"BZh";
/// The signature of a bzip2 block.
const BZIP2_BLOCK: &[u8] = b"1AY&SY";
/// The end of a bzip2 file without blocks.
const BZIP2_END: &[u8] = &[0x17, 0x72, 0x45, 0x38, 0x50, 0x90];
/// The signature of xz.
const XZ: &[u8] = &[0xFD, b'7', b'z', b'X', b'Z', 0];
/// The number of bytes that tell all signatures apart.
const START: usize = 10;

/// Returns the decompressed content of a file; a plain file is returned as it is.
///
/// # Errors
///
/// The error of the first read. Damage shows later, when the content is read.
pub fn decompressed(mut file: impl Read + Send + 'static) -> io::Result<Box<dyn Read + Send>> {
    let mut start = Vec::with_capacity(START);
    // No more bytes than needed: whoever writes a short line into a pipe waits for the answer.
    while start.len() < START && may_become_compressed(&start) {
        let mut rest = [0; START];
        match file.read(&mut rest[start.len()..]) {
            Ok(0) => break,
            Ok(read) => start.extend_from_slice(&rest[start.len()..][..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let format = Format::of(&start);
    let whole = io::Cursor::new(start).chain(file);
    let Some(format) = format else {
        return Ok(Box::new(whole));
    };
    let whole = BufReader::with_capacity(BUFFER, whole);
    Ok(match format {
        Format::Gzip => named("gzip", flate2::bufread::MultiGzDecoder::new(whole)),
        Format::Zstd => named("zstd", Zstd::new(whole)),
        Format::Bzip2 => named("bzip2", bzip2::bufread::MultiBzDecoder::new(whole)),
        Format::Xz => named("xz", lzma_rust2::XzReader::new(whole, true)),
    })
}

/// Returns whether a file that starts with these bytes is compressed. They must be at least the
/// first ten bytes, or all bytes of a shorter file.
#[must_use]
pub fn is_compressed(start: &[u8]) -> bool {
    Format::of(&start[..start.len().min(START)]).is_some()
}

/// A compressed format.
enum Format {
    Gzip,
    Zstd,
    Bzip2,
    Xz,
}

impl Format {
    /// Returns the format of a file with this start.
    fn of(start: &[u8]) -> Option<Self> {
        let is_skippable = matches!(start.first(), Some(0x50..0x60));
        let is_bzip2_block = start.ends_with(BZIP2_BLOCK) || start.ends_with(BZIP2_END);
        if start.starts_with(GZIP) {
            Some(Self::Gzip)
        } else if start.starts_with(ZSTD) || is_skippable && start[1..].starts_with(ZSTD_SKIPPABLE)
        {
            Some(Self::Zstd)
        } else if start.starts_with(BZIP2) && is_bzip2_block {
            Some(Self::Bzip2)
        } else if start.starts_with(XZ) {
            Some(Self::Xz)
        } else {
            None
        }
    }
}

/// Returns whether a file with this start may turn out to be compressed.
fn may_become_compressed(start: &[u8]) -> bool {
    let agrees = |offset: usize, kind: &[u8]| {
        let start = start.get(offset..).unwrap_or_default();
        start.iter().zip(kind).all(|(one, other)| one == other)
    };
    let is_skippable = start.first().is_none_or(|byte| (0x50..0x60).contains(byte));
    let is_bzip2 = agrees(4, BZIP2_BLOCK) || agrees(4, BZIP2_END);
    agrees(0, GZIP)
        || agrees(0, ZSTD)
        || agrees(0, XZ)
        || agrees(0, BZIP2) && is_bzip2
        || is_skippable && agrees(1, ZSTD_SKIPPABLE)
}

fn named(kind: &'static str, decoder: impl Read + Send + 'static) -> Box<dyn Read + Send> {
    Box::new(Named { kind, decoder })
}

/// Adds the format of a damaged file to its errors. Errors of the operating system stay as they
/// are.
struct Named<R> {
    kind: &'static str,
    decoder: R,
}

impl<R: Read> Read for Named<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.decoder.read(buffer).map_err(|error| {
            if error.raw_os_error().is_some() || error.kind() == io::ErrorKind::Interrupted {
                return error;
            }
            let problem = if error.kind() == io::ErrorKind::UnexpectedEof {
                "its end is missing".to_owned()
            } else {
                error.to_string()
            };
            let message = format!("damaged {} file: {problem}", self.kind);
            io::Error::new(error.kind(), message)
        })
    }
}

/// A file of zstd frames. `ruzstd` decodes one frame at a time, and does not compare checksums.
struct Zstd<R> {
    source: R,
    frame: FrameDecoder,
    /// Whether the current frame has not ended yet.
    within: bool,
}

impl<R: BufRead> Zstd<R> {
    fn new(source: R) -> Self {
        let frame = FrameDecoder::new();
        Self {
            source,
            frame,
            within: false,
        }
    }

    /// Starts the next frame. Returns false at the end of the file.
    fn begin(&mut self) -> io::Result<bool> {
        while !self.source.fill_buf()?.is_empty() {
            match self.frame.reset(&mut self.source) {
                Ok(()) => return Ok(true),
                // A skippable frame holds no data.
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => {
                    let skipped = self.source.by_ref().take(length.into());
                    if io::copy(&mut { skipped }, &mut io::sink())? < length.into() {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                }
                Err(error) => return Err(invalid(&error)),
            }
        }
        Ok(false)
    }
}

impl<R: BufRead> Read for Zstd<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while !buffer.is_empty() {
            if !self.within {
                self.within = self.begin()?;
                if !self.within {
                    break;
                }
            }
            while self.frame.can_collect() == 0 && !self.frame.is_finished() {
                let strategy = BlockDecodingStrategy::UptoBytes(buffer.len());
                self.frame
                    .decode_blocks(&mut self.source, strategy)
                    .map_err(|error| invalid(&error))?;
            }
            let read = self.frame.read(buffer)?;
            if read > 0 {
                return Ok(read);
            }
            let written = self.frame.get_checksum_from_data();
            if written.is_some() && written != self.frame.get_calculated_checksum() {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    "checksum mismatch",
                ));
            }
            self.within = false;
        }
        Ok(0)
    }
}

fn invalid(error: &FrameDecoderError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A pipe whose writer sends bytes one by one, and waits forever after the last.
    struct Slow(&'static [u8]);

    impl Read for Slow {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let (first, rest) = self.0.split_first().expect("nothing more comes");
            buffer[0] = *first;
            self.0 = rest;
            Ok(1)
        }
    }

    #[test]
    fn a_short_line_is_not_waited_for() {
        for line in [&b"a\n"[..], b"B\n", b"P\n", b"\x1fa", b"BZh9 \n"] {
            let mut content = decompressed(Slow(line)).unwrap();
            let mut first = vec![0; line.len()];
            content.read_exact(&mut first).unwrap();
            assert_eq!(first, line);
        }
    }

    #[test]
    fn an_empty_file_is_not_compressed() {
        let mut content = Vec::new();
        let mut file = decompressed(io::empty()).unwrap();
        assert_eq!(file.read_to_end(&mut content).unwrap(), 0);
    }
}
