//! Byte-pair encoding. This crate has never heard of Python.
//!
//! A tokenizer learns from a text which neighbouring tokens occur together most often, merges them
//! into one, and again, until it has as many tokens as it was asked for.
//!
//! [`Tokenizer`] does so for production, on bytes. To read it, begin with `pattern/mod.rs`, which cuts a text into
//! pieces; then `piece_counts.rs` and `trainer.rs` learn, `vocabulary.rs` and `merge.rs` keep and apply what was
//! learnt, `encoder.rs` and `cache.rs` make that fast, and `batch.rs` does it on several threads.
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
//! [`NaiveTokenizer`] does so as the definition says, to be read from top to bottom:
//!
//! ```
//! use bytemerge::{AbstractTokenizer, NaiveTokenizer};
//!
//! let tokenizer = NaiveTokenizer::train(["the cat", "This hat!"], 11, false, &mut |_| Ok(()))?;
//! let tokens: Vec<usize> = tokenizer.tokenize("that").collect();
//! assert_eq!(tokenizer.tokens_as_strings(&tokens)?, ["th", "at", " "]);
//! # Ok::<(), bytemerge::Error>(())
//! ```

mod batch;
mod cache;
mod compressed;
mod count_files;
mod decode_batch;
mod encode_files;
mod encoder;
mod error;
mod explain;
pub mod file_error;
mod filled;
mod first_pairs;
mod hasher;
mod merge;
pub mod model_file;
mod naive;
mod naive_model;
mod offsets;
pub mod pattern;
mod piece_counts;
mod progress;
mod replacing;
mod special;
mod text_file;
mod threads;
mod tokenizer;
mod tokenizer_file;
mod trainer;
mod truncate;
mod vocabulary;

pub use batch::TokenBatch;
pub use compressed::decompressed;
pub use count_files::{FileProgress, count_files};
pub use error::{Error, Problem};
pub use explain::MergeStep;
pub use merge::{MergeList, Merges};
pub use naive::{AbstractTokenizer, NaiveTokenizer, UNKNOWN, WORD_END, WordCounts, count_words};
pub use offsets::Encoding;
pub use pattern::Pattern;
pub use piece_counts::PieceCounts;
pub use progress::{Progress, ShouldStop};
pub use replacing::Replacing;
pub use special::{Names, SpecialTokens};
pub use text_file::{Source, TextFile};
pub use threads::is_room_for_threads;
pub use tokenizer::{Options, Tokenizer};
pub use trainer::train;
pub use truncate::Truncation;
pub use vocabulary::Vocabulary;
