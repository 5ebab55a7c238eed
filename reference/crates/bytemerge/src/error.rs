//! Errors are data: what went wrong, and where. The sentence is made late, with the value in it.

use std::fmt;
use std::io;
use std::path::PathBuf;

use crate::model_file::VERSION;

/// What can go wrong.
#[derive(Debug)]
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
        error: io::Error,
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
            Self::File { path, error } => write!(formatter, "{}: {error}", path.display()),
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
            Self::File { error, .. } => Some(error),
            _ => None,
        }
    }
}
