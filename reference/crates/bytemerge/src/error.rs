//! Errors are data: what went wrong, and where. The sentence is made late, with the value in it.

use std::collections::TryReserveError;
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use crate::file_error;
use crate::model_file::VERSION;
use crate::pattern::PatternError;

/// What can go wrong.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Error {
    /// The training text has no word in it.
    EmptyCorpus,
    /// The vocabulary has no room for the characters of the training text.
    VocabularySize {
        /// The size asked for.
        vocab_size: usize,
        /// The smallest size for this text.
        alphabet: usize,
    },
    /// An id that stands for nothing.
    UnknownToken {
        /// The id.
        token: usize,
        /// The number of ids, which start at 0.
        vocab_size: usize,
    },
    /// A file that is not the model it should be.
    Model {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: Problem,
    },
    /// A file that could not be read or written.
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: Arc<io::Error>,
    },
    /// A file of text that is not UTF-8.
    NotUtf8 {
        /// The file.
        path: PathBuf,
        /// Where, in bytes of the text.
        offset: u64,
        /// In which line, the first of which is 1.
        line: u64,
        /// The byte there.
        byte: u8,
    },
    /// What is wrong with the text in a file.
    InFile {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        error: Arc<Error>,
    },
    /// The system gives no thread.
    NoThread(Arc<io::Error>),
    /// The pattern is invalid, or gave up on a text.
    Pattern(PatternError),
    /// A byte that no token spells alone, so that not every text could be encoded.
    MissingByte {
        /// The byte.
        byte: u8,
    },
    /// A token without bytes.
    EmptyToken {
        /// Its id.
        id: u32,
    },
    /// The same bytes under two ids.
    DuplicateToken {
        /// The bytes.
        bytes: Vec<u8>,
        /// Both ids.
        ids: (u32, u32),
    },
    /// Two tokens, special or not, under the same id.
    DuplicateId {
        /// The id.
        id: u32,
    },
    /// An id between others that is neither a token's nor a special token's.
    MissingId {
        /// The smallest such id.
        id: u32,
    },
    /// A merge whose left, right or joined token is not in the vocabulary.
    UnknownInMerge {
        /// Its place in the list.
        index: usize,
    },
    /// A merge whose token is not its left token followed by its right one.
    NotJoined {
        /// Its place in the list.
        index: usize,
    },
    /// A token that no merge of two tokens makes.
    Unreachable {
        /// Its id.
        id: u32,
    },
    /// A special token of no characters.
    EmptySpecialToken,
    /// A text with a special token that it may not have.
    DisallowedSpecialToken {
        /// The special token.
        token: String,
        /// Where it starts, in bytes.
        position: usize,
    },
    /// An id that stands for nothing.
    UnknownId {
        /// The id.
        id: u32,
    },
    /// A piece of four gigabytes or more.
    PieceTooLong {
        /// Its length in bytes.
        bytes: usize,
    },
    /// There is not enough memory.
    OutOfMemory,
    /// More text in distinct pieces than the trainer can number.
    TooManyPieces {
        /// Bytes in the distinct pieces.
        bytes: usize,
        /// How many there may be.
        limit: usize,
    },
    /// The counts of the pairs do not fit in 64 bits.
    CountOverflow,
    /// A token whose bytes encode to others, so that ranks cannot say what the list of merges does.
    NotItself {
        /// Its id.
        id: u32,
    },
    /// A merge that comes later in the list than in the order of ids.
    NotInOrder {
        /// Its place in the list.
        index: usize,
    },
    /// The caller asked to stop.
    Interrupted,
}

/// What can be wrong with a model file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// Something else altogether.
    NotAModel,
    /// Written by a later version of this library.
    Newer {
        /// The version of the format.
        version: u64,
    },
    /// A model of another tokenizer.
    OtherKind {
        /// The kind of the model.
        kind: String,
        /// The kind that was to be loaded.
        expected: String,
    },
    /// The end is missing.
    Truncated,
    /// Changed since it was written.
    Damaged,
    /// Written as it is, and yet no tokenizer is like this.
    Invalid {
        /// What is wrong.
        reason: String,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EmptyCorpus => formatter.write_str("there is no word to learn from"),
            Self::VocabularySize {
                vocab_size,
                alphabet,
            } => write!(
                formatter,
                "vocab_size must be at least {alphabet}, one for each character and two more, not {vocab_size}"
            ),
            Self::UnknownToken { token, vocab_size } => write!(
                formatter,
                "no token has the id {token}: they go from 0 to {}",
                vocab_size.saturating_sub(1)
            ),
            Self::Model { path, problem } => write!(formatter, "{}: {problem}", path.display()),
            Self::File { path, error } => {
                let words = file_error::words(file_error::kind(path, error), error);
                write!(formatter, "{}: {words}", path.display())
            }
            Self::NotUtf8 {
                path,
                offset,
                line,
                byte,
            } => write!(
                formatter,
                "{}: not UTF-8: byte 0x{byte:02x} at offset {offset} in line {line}",
                path.display()
            ),
            Self::InFile { path, error } => write!(formatter, "{}: {error}", path.display()),
            Self::NoThread(error) => {
                let words = file_error::words(error.kind(), error);
                write!(formatter, "no thread: {words}")
            }
            Self::Pattern(error) => error.fmt(formatter),
            Self::MissingByte { byte } => {
                write!(formatter, "no token is the byte 0x{byte:02x} alone")
            }
            Self::EmptyToken { id } => write!(formatter, "the token with id {id} is empty"),
            Self::DuplicateToken { bytes, ids } => write!(
                formatter,
                "the token b\"{}\" has two ids, {} and {}",
                bytes.escape_ascii(),
                ids.0,
                ids.1
            ),
            Self::DuplicateId { id } => write!(formatter, "two tokens have the id {id}"),
            Self::MissingId { id } => {
                write!(
                    formatter,
                    "no token has the id {id}, but some have higher ones"
                )
            }
            Self::UnknownInMerge { index } => write!(
                formatter,
                "merge number {index} has a token that is not in the vocabulary"
            ),
            Self::NotJoined { index } => write!(
                formatter,
                "merge number {index} makes a token that is not its two tokens joined"
            ),
            Self::Unreachable { id } => {
                write!(
                    formatter,
                    "no merge of two tokens makes the token with id {id}"
                )
            }
            Self::EmptySpecialToken => formatter.write_str("a special token is empty"),
            Self::DisallowedSpecialToken { token, position } => write!(
                formatter,
                "the text has the special token {token:?} at byte {position}, which is not allowed"
            ),
            Self::UnknownId { id } => write!(formatter, "no token has the id {id}"),
            Self::PieceTooLong { bytes } => write!(
                formatter,
                "a piece of {bytes} bytes is too long: less than 4294967295 are possible"
            ),
            Self::OutOfMemory => formatter.write_str("not enough memory"),
            Self::TooManyPieces { bytes, limit } => write!(
                formatter,
                "the distinct pieces have {bytes} bytes, and training takes {limit} at most"
            ),
            Self::CountOverflow => {
                formatter.write_str("the pieces occur too often: their pairs do not fit in 64 bits")
            }
            Self::NotItself { id } => write!(
                formatter,
                "the bytes of the token with id {id} encode to other tokens, which ranks cannot say"
            ),
            Self::NotInOrder { index } => write!(
                formatter,
                "merge number {index} is not in the order of ids, which ranks cannot say"
            ),
            Self::Interrupted => formatter.write_str("interrupted"),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAModel => formatter.write_str("not a bytemerge model"),
            Self::Newer { version } => write!(
                formatter,
                "format {version} is newer than this program, which knows {VERSION}"
            ),
            Self::OtherKind { kind, expected } => {
                write!(formatter, "a model of kind {kind:?}, not {expected:?}")
            }
            Self::Truncated => formatter.write_str("truncated: its end is missing"),
            Self::Damaged => formatter.write_str("damaged: it is not what was saved"),
            Self::Invalid { reason } => write!(formatter, "not a valid model: {reason}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::File { error, .. } | Self::NoThread(error) => Some(&**error),
            Self::InFile { error, .. } => Some(&**error),
            Self::Pattern(error) => Some(error),
            _ => None,
        }
    }
}

impl From<PatternError> for Error {
    fn from(error: PatternError) -> Self {
        Self::Pattern(error)
    }
}

impl From<TryReserveError> for Error {
    fn from(_: TryReserveError) -> Self {
        Self::OutOfMemory
    }
}
