//! Byte-pair encoding, independent of Python.
//!
//! Training merges the pair of neighbouring tokens that occurs most often in a text into a new
//! token, again and again, until there are enough tokens.
//!
//! [`Tokenizer`] does this for production, on bytes. Its folders, in the order in which to read
//! them:
//!
//! - `pattern` cuts a text into pieces, within which tokens merge.
//! - `train` counts pieces and learns merges.
//! - `model` holds the pattern, the vocabulary and the merges, and merges a piece.
//! - `encode` cuts the parts of a text into pieces, and turns these into ids, quickly.
//! - `tokenizer` is the class: it encodes and decodes texts, on several threads, and uses all of
//!   the above.
//! - `files` reads texts, and reads and writes tokenizers.
//!
//! Each uses only those before it. `normalizer.rs` and `pre_tokenizer.rs` stand above `pattern`,
//! for `tokenizer` and `files`. The other files beside the folders are small: `error.rs` first.
//!
//! ```
//! use bytemerge::{Limits, Options, Pattern, PieceCounts, Tokenizer};
//!
//! let pattern = Pattern::new(Some("gpt2"))?;
//! let counts = PieceCounts::count(&pattern, ["the cat", "the hat"], &|| false)?;
//! let tokenizer = Tokenizer::train(&counts, 4, pattern, &[], Limits::default(), &mut |_| Ok(()))?;
//! let ids = tokenizer.encode("the hat", &Options::default())?;
//! assert_eq!(ids, [258, 32, 104, 256]);
//! assert_eq!(tokenizer.decode_bytes(&ids)?, b"the hat");
//! # Ok::<(), bytemerge::Error>(())
//! ```
//!
//! [`naive::NaiveTokenizer`] follows the definition step by step, and uses none of these folders
//! but `files`:
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
pub mod file_error;
mod files;
mod key;
mod memory;
mod model;
pub mod naive;
mod normalizer;
mod options;
pub mod pattern;
mod pre_tokenizer;
mod progress;
mod shown;
mod tokenizer;
mod train;

pub use error::{Error, Problem, unknown_id};
pub use files::compressed::{decompressed, is_compressed};
pub use files::count::{FileProgress, count_files, count_text_file};
pub use files::model_file;
pub use files::replacement::AtomicFile;
pub use files::text::{Source, TextFile};
pub use files::tokenizer_json::VocabAndMerges;
pub use memory::is_room_for_threads;
pub use model::merge::Merges;
pub use model::merge::list::MergeList;
pub use model::special::{MatchRules, SpecialSelection, SpecialTokens};
pub use model::template::Template;
pub use model::unknown::Unknown;
pub use model::vocabulary::Vocabulary;
pub use normalizer::{Change, Normalizer};
pub use options::Options;
pub use pattern::Pattern;
pub use pre_tokenizer::{Behavior, PreTokenizer, Split};
pub use progress::{Progress, ShouldStop};
pub use tokenizer::Tokenizer;
pub use tokenizer::batch::BYTES_WORTH_THREADS;
pub use tokenizer::explain::MergeStep;
pub use tokenizer::offsets::Encoding;
pub use tokenizer::token_batch::TokenBatch;
pub use tokenizer::truncate::Truncation;
pub use train::counts::PieceCounts;
pub use train::trainer::{Limits, train};
