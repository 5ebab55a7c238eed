//! Counts words in text. This crate has never heard of Python.
//!
//! A *word* is a run of characters that are neither white space nor ASCII punctuation.
//! ASCII letters are lower-cased; all other characters stay as they are, so the result does not
//! depend on anybody's version of Unicode.
//!
//! ```
//! use {{= cookiecutter.__package =}}::count_words;
//!
//! let counts = count_words("The cat. The hat!", &|| false)?;
//! assert_eq!(counts.get("the"), Some(2));
//! assert_eq!(counts.total(), 4);
//! # Ok::<(), {{= cookiecutter.__package =}}::Error>(())
//! ```

mod count;
mod error;
mod word_counts;
mod words;

pub use count::{ShouldStop, count_words, count_words_in_all};
pub use error::Error;
pub use word_counts::WordCounts;
pub use words::words;
