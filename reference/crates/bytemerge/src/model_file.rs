//! Model files: two lines of JSON, a header and the model, the same from Python and from Rust.
//!
//! ```text
//! {"format":"bytemerge","version":1,"kind":"naive","bytes":123456,"sha256":"9f86d0…"}
//! {"merges":[[["t","h"],"th"],…],"tokens":["UNK"," ","a",…]}
//! ```
//!
//! The header speaks of the bytes of the second line, so that nobody has to agree on how to write
//! JSON to agree on a checksum. A file is there whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

use crate::error::{Error, Problem};

/// The version of the format that this library writes, and the newest that it reads.
pub const VERSION: u64 = 1;

/// What every model file starts with, of whatever version.
const START: &[u8] = br#"{"format":"bytemerge","#;

/// The part of the header that every version has.
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
    /// Length of the second line, without its end.
    bytes: usize,
    sha256: String,
}

/// Writes a model of some kind.
///
/// # Errors
///
/// [`Error::File`]; then what was there before is still there.
pub fn save(path: &Path, kind: &str, model: &impl Serialize) -> Result<(), Error> {
    let file_error = |error| Error::File {
        path: path.to_owned(),
        error: Arc::new(error),
    };
    let content = to_bytes(kind, model).map_err(|error| file_error(error.into()))?;
    replace(path, &content).map_err(file_error)
}

/// The content of a file.
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

/// Reads a model of some kind. What is in it is still to be checked.
///
/// # Errors
///
/// [`Error::File`] when it cannot be read, [`Error::Model`] when it is not what was saved.
pub fn load<Model: DeserializeOwned>(path: &Path, kind: &str) -> Result<Model, Error> {
    let content = fs::read(path).map_err(|error| Error::File {
        path: path.to_owned(),
        error: Arc::new(error),
    })?;
    parse(&content, kind).map_err(|problem| Error::Model {
        path: path.to_owned(),
        problem,
    })
}

/// The model in the content of a file.
pub(crate) fn parse<Model: DeserializeOwned>(
    content: &[u8],
    expected: &str,
) -> Result<Model, Problem> {
    if !content.starts_with(START) {
        return Err(Problem::NotAModel);
    }
    let end = content.iter().position(|&byte| byte == b'\n');
    let (header, rest) = content.split_at(end.ok_or(Problem::Truncated)?);
    let version = serde_json::from_slice::<AnyHeader>(header)
        .map_err(|_| Problem::Damaged)?
        .version;
    if version > VERSION {
        return Err(Problem::Newer { version });
    }
    let header: Header = serde_json::from_slice(header).map_err(|_| Problem::Damaged)?;
    if header.kind != expected {
        return Err(Problem::OtherKind {
            kind: header.kind,
            expected: expected.to_owned(),
        });
    }
    // Between the two ends of lines.
    if rest.len() < header.bytes.saturating_add(2) {
        return Err(Problem::Truncated);
    }
    let model = &rest[1..=header.bytes];
    if rest[header.bytes + 1..] != *b"\n" || checksum(model) != header.sha256 {
        return Err(Problem::Damaged);
    }
    serde_json::from_slice(model).map_err(|error| Problem::Invalid {
        reason: error.to_string(),
    })
}

fn checksum(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let digits = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

/// Puts a file in the place of another, or of none, in one step.
fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    // A link stays a link: what it leads to is replaced.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if fs::metadata(&path).is_ok_and(|there| !there.is_file()) {
        // A device or a pipe is not to be replaced by a file.
        return File::create(&path)?.write_all(content);
    }
    let temporary = beside(&path);
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&temporary)?;
    let written = file
        .write_all(content)
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::rename(&temporary, &path));
    if written.is_err() {
        // The error that matters is the first one.
        fs::remove_file(&temporary).ok();
    }
    written
}

/// A name in the same folder, hence on the same disk, that nobody else has.
fn beside(path: &Path) -> PathBuf {
    static FILES: AtomicU64 = AtomicU64::new(0);
    let mut name = path.file_name().unwrap_or_default().to_owned();
    let number = FILES.fetch_add(1, Ordering::Relaxed);
    name.push(format!(".{}-{number}.tmp", process::id()));
    path.with_file_name(name)
}
