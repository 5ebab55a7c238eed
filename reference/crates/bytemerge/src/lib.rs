//! Byte-pair encoding. This crate has never heard of Python.
//!
//! A tokenizer learns from a text which neighbouring tokens occur together most often, merges them
//! into one, and again, until it has as many tokens as it was asked for.
//!
//! [`Tokenizer`] does so for production, on bytes. To read it, begin with `pattern`, which cuts a text into
//! pieces; then `train` learns, `model` keeps and applies what was learnt, and `encode` makes that fast. `tokenizer.rs` is
//! the face of them all, and `files` reads and writes.
//!
//! ```
//! use bytemerge::{Options, Pattern, PieceCounts, Tokenizer};
//!
//! let pattern = Pattern::new(Some("gpt2"))?;
//! let counts = PieceCounts::count(&pattern, ["the cat", "the hat"], &|| false)?;
//! let tokenizer = Tokenizer::train(&counts, 4, pattern, &[], 0, &mut |_| Ok(()))?;
//! let ids = tokenizer.encode("the hat", &Options::default())?;
//! assert_eq!(ids, [258, 32, 104, 256]);
//! assert_eq!(tokenizer.decode_bytes(&ids)?, b"the hat");
//! # Ok::<(), bytemerge::Error>(())
//! ```
//!
//! [`naive::NaiveTokenizer`] does so as the definition says, to be read from top to bottom:
//!
//! ```
//! use bytemerge::naive::NaiveTokenizer;
//!
//! let tokenizer = NaiveTokenizer::train(["the cat", "This hat!"], 11, false, &mut |_| Ok(()))?;
//! let tokens: Vec<usize> = tokenizer.tokenize("that").collect();
//! assert_eq!(tokenizer.tokens_as_strings(&tokens)?, ["th", "at", " "]);
//! # Ok::<(), bytemerge::Error>(())
//! ```

mod encode;
mod error;
mod files;
mod hasher;
mod memory;
mod model;
pub mod naive;
mod options;
pub mod pattern;
mod progress;
mod tokenizer;
mod train;

pub use encode::explain::MergeStep;
pub use encode::offsets::Encoding;
pub use encode::token_batch::TokenBatch;
pub use encode::truncate::Truncation;
pub use error::{Error, Problem};
pub use files::atomic::AtomicFile;
pub use files::compressed::decompressed;
pub use files::count::{FileProgress, count_files};
pub use files::model_file;
pub use files::text::{Source, TextFile};
pub use memory::is_room_for_threads;
pub use model::merge::Merges;
pub use model::merge::list::MergeList;
pub use model::special::{SpecialSelection, SpecialTokens};
pub use model::vocabulary::Vocabulary;
pub use options::Options;
pub use pattern::Pattern;
pub use progress::{Progress, ShouldStop};
pub use tokenizer::Tokenizer;
pub use train::counts::PieceCounts;
pub use train::trainer::train;
