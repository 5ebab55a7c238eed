//! Errors are data: what went wrong, and with which value. Each variant stands below its sentence.
//! Those of a pattern are in `pattern`, which is below this file.

use std::collections::TryReserveError;
use std::fmt::Display;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use crate::file_error;
use crate::pattern::PatternError;
use crate::shown::{clipped, shown};

/// Everything that can go wrong.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The training text has no word in it.
    #[error("there is no word to learn from")]
    EmptyCorpus,

    /// The vocabulary has no room for the characters of the training text.
    #[error(
        "vocab_size must be at least {alphabet}, one for each character and two more, not {vocab_size}"
    )]
    VocabularySize {
        /// The requested size.
        vocab_size: usize,
        /// The smallest size for this text.
        alphabet: usize,
    },

    /// No token has this id.
    #[error("{}", unknown_id(.id, *.last))]
    UnknownId {
        /// The id.
        id: usize,
        /// The highest id, if every id below it has a token.
        last: Option<usize>,
    },

    /// A file is not the model it should be.
    #[error("{path}: {problem}")]
    Model {
        /// The file.
        path: PathBuf,
        /// The problem.
        problem: Problem,
    },

    /// A file could not be read or written.
    #[error("{path}: {}", file_error::words(file_error::kind(path, error), error))]
    File {
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        #[source]
        error: Arc<io::Error>,
    },

    /// A text file is not UTF-8.
    #[error("{path}: not UTF-8: byte 0x{byte:02x} at offset {offset}{}", in_line(*.line))]
    NotUtf8 {
        /// The file.
        path: PathBuf,
        /// The offset of the first bad byte in the decompressed text.
        offset: u64,
        /// Its line, if the text was read from its start; the first line is 1.
        line: Option<u64>,
        /// The byte.
        byte: u8,
    },

    /// The text in a file cannot be encoded.
    #[error("{path}: {error}")]
    InFile {
        /// The file.
        path: PathBuf,
        /// The error for its text.
        #[source]
        error: Arc<Error>,
    },

    /// The operating system cannot start a thread.
    #[error("no thread: {}", file_error::words(.0.kind(), .0))]
    NoThread(#[source] Arc<io::Error>),

    /// The pattern is invalid, or gave up on a text.
    #[error(transparent)]
    Pattern(#[from] PatternError),

    /// No token is this byte alone, so not every text could be encoded.
    #[error("no token is the byte 0x{byte:02x} alone")]
    MissingByte {
        /// The byte.
        byte: u8,
    },

    /// A token has no bytes.
    #[error("the token with id {id} is empty")]
    EmptyToken {
        /// The id of the token.
        id: u32,
    },

    /// The same bytes have two ids.
    #[error("the token {} has two ids, {} and {}", shown_bytes(bytes), .ids.0, .ids.1)]
    DuplicateToken {
        /// The bytes of the token.
        bytes: Vec<u8>,
        /// Both ids.
        ids: (u32, u32),
    },

    /// Two tokens, special or not, have the same id.
    #[error("two tokens have the id {id}")]
    DuplicateId {
        /// The id.
        id: u32,
    },

    /// An id below the highest has no token, not even a special one.
    #[error("no token has the id {id}, but some have higher ones")]
    MissingId {
        /// The smallest such id.
        id: u32,
    },

    /// The left, right or joined token of a merge is not in the vocabulary.
    #[error("merge number {index} has a token that is not in the vocabulary")]
    UnknownInMerge {
        /// The index of the merge in the list.
        index: usize,
    },

    /// No merge of two tokens makes this token.
    #[error("no merge of two tokens makes the token with id {id}")]
    Unreachable {
        /// The id of the token.
        id: u32,
    },

    /// A special token has no characters.
    #[error("a special token is empty")]
    EmptySpecialToken,

    /// Bytes without a token become a token that is gone.
    #[error("bytes without a token become the id {id}, so its token must stay")]
    UnknownGone {
        /// The id of the token.
        id: u32,
    },

    /// The normalizer changes the name of a token that is looked for in normalized text.
    #[error(
        "not supported: the normalizer changes the name of the token {}",
        shown(name)
    )]
    NormalizedName {
        /// The name.
        name: String,
    },

    /// A text contains a special token that is not allowed in it.
    #[error(
        "the text has the special token {} at byte {position}, which is not allowed",
        shown(token)
    )]
    DisallowedSpecialToken {
        /// The special token.
        token: String,
        /// The byte offset at which it starts.
        position: usize,
    },

    /// A piece has four gigabytes or more.
    #[error("a piece of {bytes} bytes is too long: it must be shorter than 4294967295")]
    PieceTooLong {
        /// The length of the piece in bytes.
        bytes: usize,
    },

    /// There is not enough memory.
    #[error("not enough memory")]
    OutOfMemory,

    /// The distinct pieces have more bytes than the trainer can number.
    #[error("the distinct pieces have {bytes} bytes, and training takes {limit} at most")]
    TooManyPieces {
        /// The number of bytes in the distinct pieces.
        bytes: usize,
        /// The largest number possible.
        limit: usize,
    },

    /// The counts of the pairs do not fit in 64 bits.
    #[error("the pieces occur too often: their pairs do not fit in 64 bits")]
    CountOverflow,

    /// The bytes of a token encode to other tokens, so ranks cannot replace the list of merges.
    #[error(
        "the bytes of the token with id {id} encode to other tokens: \
         ranks alone do not say how it merges"
    )]
    SplitToken {
        /// The id of the token.
        id: u32,
    },

    /// The list of merges is not in the order of ids, so ranks cannot replace it.
    #[error(
        "merge number {index} is not in the order of ids: \
         ranks alone do not say how it merges"
    )]
    MergeOutOfOrder {
        /// The index of the first such merge in the list.
        index: usize,
    },

    /// The caller asked to stop.
    #[error("interrupted")]
    Interrupted,
}

/// Everything that can be wrong with a model file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// The file does not start as a model does.
    #[error("not a bytemerge model")]
    NotAModel,

    /// A later version of this library wrote the file.
    #[error("format {version} is newer than this program, which knows {known}")]
    Newer {
        /// The version of its format.
        version: u64,
        /// The newest version that this library reads.
        known: u64,
    },

    /// The file holds a tokenizer of a different kind.
    #[error("a model of kind {}, not {expected:?}", shown(kind))]
    OtherKind {
        /// The kind of the model.
        kind: String,
        /// The kind to be loaded.
        expected: String,
    },

    /// The end is missing.
    #[error("truncated: its end is missing")]
    Truncated,

    /// The file has changed since it was written.
    #[error("damaged: it is not what was saved")]
    Damaged,

    /// The file is as it was written, but holds no possible tokenizer.
    #[error("not a valid model: {reason}")]
    Invalid {
        /// The reason, as a part of a sentence.
        reason: String,
    },
}

/// Returns the sentence of [`Error::UnknownId`], also for an id that no integer of Rust holds. If
/// every id up to `last` has a token, it gives that range.
pub fn unknown_id(id: impl Display, last: Option<usize>) -> String {
    let range = last.map_or_else(String::new, |last| format!(": they go from 0 to {last}"));
    format!("no token has the id {id}{range}")
}

/// Returns the bytes of a token as Rust writes them.
fn shown_bytes(bytes: &[u8]) -> String {
    format!("b\"{}\"", clipped(&bytes.escape_ascii().to_string()))
}

/// Returns a line for the end of a sentence, if it is known.
fn in_line(line: Option<u64>) -> String {
    line.map_or_else(String::new, |line| format!(" in line {line}"))
}

impl Error {
    /// Creates an error for a file.
    pub(crate) fn file(path: impl Into<PathBuf>, error: io::Error) -> Self {
        Self::File {
            path: path.into(),
            error: Arc::new(error),
        }
    }
}

impl From<TryReserveError> for Error {
    fn from(_: TryReserveError) -> Self {
        Self::OutOfMemory
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lists a value of every variant with its sentence. A variant that is not listed does not
    /// compile.
    macro_rules! every {
        ($type:ident, $($variant:ident $({$($field:ident: $value:expr),*})? $(($inner:expr))? => $sentence:literal;)*) => {{
            let _listed = |value: $type| match value {
                $($type::$variant { .. } => (),)*
            };
            [$(($type::$variant $({$($field: $value),*})? $(($inner))?, $sentence)),*]
        }};
    }

    fn denied() -> Arc<io::Error> {
        Arc::new(io::Error::other("denied"))
    }

    #[test]
    fn every_error_has_its_sentence() {
        let invalid = PatternError::Invalid {
            expression: "(".to_owned(),
            reason: "no end".to_owned(),
        };
        let errors = every! { Error,
            EmptyCorpus => "there is no word to learn from";
            VocabularySize { vocab_size: 2, alphabet: 5 } =>
                "vocab_size must be at least 5, one for each character and two more, not 2";
            UnknownId { id: 9, last: Some(8) } => "no token has the id 9: they go from 0 to 8";
            Model { path: "m".into(), problem: Problem::Truncated } =>
                "m: truncated: its end is missing";
            File { path: "f".into(), error: denied() } => "f: denied";
            NotUtf8 { path: "f".into(), offset: 3, line: Some(2), byte: 0xC3 } =>
                "f: not UTF-8: byte 0xc3 at offset 3 in line 2";
            InFile { path: "f".into(), error: Arc::new(Error::OutOfMemory) } =>
                "f: not enough memory";
            NoThread(denied()) => "no thread: denied";
            Pattern(invalid) => "the pattern \"(\" is invalid: no end";
            MissingByte { byte: 7 } => "no token is the byte 0x07 alone";
            EmptyToken { id: 1 } => "the token with id 1 is empty";
            DuplicateToken { bytes: b"a\n".to_vec(), ids: (1, 2) } =>
                "the token b\"a\\n\" has two ids, 1 and 2";
            DuplicateId { id: 1 } => "two tokens have the id 1";
            MissingId { id: 1 } => "no token has the id 1, but some have higher ones";
            UnknownInMerge { index: 1 } =>
                "merge number 1 has a token that is not in the vocabulary";
            Unreachable { id: 1 } => "no merge of two tokens makes the token with id 1";
            EmptySpecialToken => "a special token is empty";
            UnknownGone { id: 1 } =>
                "bytes without a token become the id 1, so its token must stay";
            NormalizedName { name: "<A>".to_owned() } =>
                "not supported: the normalizer changes the name of the token \"<A>\"";
            DisallowedSpecialToken { token: "<a>".to_owned(), position: 4 } =>
                "the text has the special token \"<a>\" at byte 4, which is not allowed";
            PieceTooLong { bytes: 5_000_000_000 } =>
                "a piece of 5000000000 bytes is too long: it must be shorter than 4294967295";
            OutOfMemory => "not enough memory";
            TooManyPieces { bytes: 3, limit: 2 } =>
                "the distinct pieces have 3 bytes, and training takes 2 at most";
            CountOverflow => "the pieces occur too often: their pairs do not fit in 64 bits";
            SplitToken { id: 1 } => "the bytes of the token with id 1 encode to other tokens: \
                ranks alone do not say how it merges";
            MergeOutOfOrder { index: 1 } => "merge number 1 is not in the order of ids: \
                ranks alone do not say how it merges";
            Interrupted => "interrupted";
        };
        for (error, sentence) in errors {
            assert_eq!(error.to_string(), sentence);
        }
        let unlimited = Error::UnknownId { id: 9, last: None };
        assert_eq!(unlimited.to_string(), "no token has the id 9");
        let within = Error::NotUtf8 {
            path: "f".into(),
            offset: 3,
            line: None,
            byte: 0xC3,
        };
        assert_eq!(within.to_string(), "f: not UTF-8: byte 0xc3 at offset 3");
    }

    #[test]
    fn every_problem_has_its_sentence() {
        let problems = every! { Problem,
            NotAModel => "not a bytemerge model";
            Newer { version: 2, known: 1 } =>
                "format 2 is newer than this program, which knows 1";
            OtherKind { kind: "naive".to_owned(), expected: "tokenizer".to_owned() } =>
                "a model of kind \"naive\", not \"tokenizer\"";
            Truncated => "truncated: its end is missing";
            Damaged => "damaged: it is not what was saved";
            Invalid { reason: "no tokens".to_owned() } => "not a valid model: no tokens";
        };
        for (problem, sentence) in problems {
            assert_eq!(problem.to_string(), sentence);
        }
    }
}
