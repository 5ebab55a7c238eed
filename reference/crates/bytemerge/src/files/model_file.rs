//! Model files: two lines of JSON, a header and the model, the same from Python and from Rust.
//!
//! ```text
//! {"format":"bytemerge","version":1,"kind":"naive","bytes":123456,"sha256":"9f86d0…"}
//! {"merges":[[["t","h"],"th"],…],"tokens":["UNK"," ","a",…]}
//! ```
//!
//! The checksum in the header is that of the bytes of the second line, so it does not depend on how
//! a program writes JSON. A file is written completely or not at all.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

use crate::error::{Error, Problem};
use crate::files::replacement::AtomicFile;

/// The version of the format that this library writes, and the newest that it reads.
pub const VERSION: u64 = 1;

/// The start of every model file, whatever its version.
const START: &[u8] = br#"{"format":"bytemerge","#;

/// The largest number of bytes in a header. Headers have fewer than two hundred.
const LONGEST_HEADER: u64 = 1 << 12;

/// The part of the header that all versions share.
#[derive(Deserialize)]
struct AnyHeader {
    version: u64,
}

/// The first line.
#[derive(Serialize, Deserialize)]
struct Header {
    format: String,
    version: u64,
    kind: String,
    /// The length of the second line, without its line end.
    bytes: usize,
    sha256: String,
}

/// Writes a model of the given kind.
///
/// # Errors
///
/// [`Error::File`]; then an existing file is unchanged.
pub fn save(path: &Path, kind: &str, model: &impl Serialize) -> Result<(), Error> {
    let content = to_bytes(kind, model).map_err(|error| Error::file(path, error.into()))?;
    write(path, &content).map_err(|error| Error::file(path, error))
}

fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = AtomicFile::create(path)?;
    file.write_all(content)?;
    file.finish()
}

/// Returns the kind of the model in a file from its header, without checking the rest.
///
/// # Errors
///
/// [`Error::File`] if the file cannot be read, [`Error::Model`] if it does not start as a model of
/// a known version.
pub fn kind(path: &Path) -> Result<String, Error> {
    let mut content = Vec::new();
    File::open(path)
        .and_then(|file| file.take(LONGEST_HEADER).read_to_end(&mut content))
        .map_err(|error| Error::file(path, error))?;
    let (header, _) = header(&content).map_err(|problem| Error::Model {
        path: path.to_owned(),
        problem,
    })?;
    Ok(header.kind)
}

/// Returns the content of a model file.
pub(crate) fn to_bytes(kind: &str, model: &impl Serialize) -> serde_json::Result<Vec<u8>> {
    let mut model = serde_json::to_vec(model)?;
    let header = Header {
        format: "bytemerge".to_owned(),
        version: VERSION,
        kind: kind.to_owned(),
        bytes: model.len(),
        sha256: checksum(&model),
    };
    let mut content = serde_json::to_vec(&header)?;
    content.push(b'\n');
    content.append(&mut model);
    content.push(b'\n');
    Ok(content)
}

/// Reads a model of the given kind. The caller must check its content.
///
/// # Errors
///
/// [`Error::File`] if the file cannot be read, [`Error::Model`] if it is not what was saved.
pub fn load<Model: DeserializeOwned>(path: &Path, kind: &str) -> Result<Model, Error> {
    let content = fs::read(path).map_err(|error| Error::file(path, error))?;
    parse(&content, kind).map_err(|problem| Error::Model {
        path: path.to_owned(),
        problem,
    })
}

/// Returns the header in the content of a file, and the rest from the end of the first line on.
fn header(content: &[u8]) -> Result<(Header, &[u8]), Problem> {
    if !content.starts_with(START) {
        return Err(Problem::NotAModel);
    }
    let end = content.iter().position(|&byte| byte == b'\n');
    let (header, rest) = content.split_at(end.ok_or(Problem::Truncated)?);
    let version = serde_json::from_slice::<AnyHeader>(header)
        .map_err(|_| Problem::Damaged)?
        .version;
    if version > VERSION {
        return Err(Problem::Newer {
            version,
            known: VERSION,
        });
    }
    if version != VERSION {
        return Err(Problem::Damaged); // there is no earlier version
    }
    let header = serde_json::from_slice(header).map_err(|_| Problem::Damaged)?;
    Ok((header, rest))
}

/// Returns the model in the content of a file.
pub(crate) fn parse<Model: DeserializeOwned>(
    content: &[u8],
    expected: &str,
) -> Result<Model, Problem> {
    let (header, rest) = header(content)?;
    if header.kind != expected {
        return Err(Problem::OtherKind {
            kind: header.kind,
            expected: expected.to_owned(),
        });
    }
    // The rest also has two line ends: one before the model, and one after it.
    if rest.len() < header.bytes.saturating_add(2) {
        return Err(Problem::Truncated);
    }
    let model = &rest[1..=header.bytes];
    if rest[header.bytes + 1..] != *b"\n" || checksum(model) != header.sha256 {
        return Err(Problem::Damaged);
    }
    serde_json::from_slice(model).map_err(|error| {
        // The checksum is right, so nobody has edited the file, and the offset helps nobody.
        let offset = format!(" at line {} column {}", error.line(), error.column());
        let reason = error.to_string();
        Problem::Invalid {
            reason: reason.trim_end_matches(&offset).to_owned(),
        }
    })
}

fn checksum(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let digits = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}
