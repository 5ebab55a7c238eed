//! Byte-pair encoding. This crate has never heard of Python.
//!
//! A tokenizer learns from a text which neighbouring pieces occur together most often, merges them
//! into one token, and again, until it has as many tokens as it was asked for.
//!
//! ```
//! use bytemerge::{AbstractTokenizer, NaiveTokenizer};
//!
//! let tokenizer = NaiveTokenizer::train(["the cat", "This hat!"], 11, false, &mut |_| Ok(()))?;
//! let tokens: Vec<usize> = tokenizer.tokenize("that").collect();
//! assert_eq!(tokenizer.tokens_as_strings(&tokens)?, ["th", "at", " "]);
//! # Ok::<(), bytemerge::Error>(())
//! ```

mod error;
mod hasher;
pub mod model_file;
mod naive;
mod naive_model;
mod progress;

pub use error::{Error, Problem};
pub use naive::{AbstractTokenizer, NaiveTokenizer, UNKNOWN, WORD_END, WordCounts, count_words};
pub use progress::{Progress, ShouldStop};
