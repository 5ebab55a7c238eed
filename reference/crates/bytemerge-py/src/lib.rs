//! The module `bytemerge._core`: converts arguments, releases the GIL, calls the core, and converts
//! the result.
//!
//! Everything else belongs to the core crate.

#![allow(
    clippy::doc_link_with_quotes,
    clippy::doc_markdown,
    reason = "these docs are Python's docstrings"
)]

mod decompressed;
mod error;
mod explain;
mod int_cache;
mod lists;
mod naive_tokenizer;
mod numpy_arrays;
mod offsets;
mod pattern;
mod pauses;
mod pool;
mod python_calls;
mod report;
mod running;
mod text;
mod texts;
mod token_batch;
mod tokenizer;
mod vocab_and_merges;
mod without_gil;
mod word_counts;

use pyo3::prelude::*;

use bytemerge as rust_core;

#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The compiled half of the package.
#[pymodule(gil_used = false)]
mod _core {
    #[pymodule_export]
    use crate::decompressed::{Decompressed, is_compressed};
    #[pymodule_export]
    use crate::naive_tokenizer::NaiveTokenizer;
    #[pymodule_export]
    use crate::pattern::is_known_pattern;
    #[pymodule_export]
    use crate::token_batch::{batch_from_arrow, batch_from_lists, batch_to_arrow};
    #[pymodule_export]
    use crate::tokenizer::Tokenizer;
    #[pymodule_export]
    use crate::vocab_and_merges::VocabAndMerges;
    #[pymodule_export]
    use crate::word_counts::WordCounts;

    #[pymodule_export]
    #[allow(non_upper_case_globals, reason = "Python's name")]
    const __version__: &str = env!("CARGO_PKG_VERSION");
}
