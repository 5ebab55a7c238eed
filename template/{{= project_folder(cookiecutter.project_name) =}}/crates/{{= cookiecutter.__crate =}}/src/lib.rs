//! The core, in Rust alone: this crate has never heard of Python.

{%= if cookiecutter.example == "words" =%}
mod error;
// The example.
mod words;

pub use error::Error;
pub use words::{CountError, WordCounts, count_words, count_words_in_all, words};

/// Asked now and then whether to give up, from whichever thread is at work.
pub type ShouldStop<'a> = dyn Fn() -> bool + Sync + 'a;
{%= else =%}
mod edit_distance;

pub use edit_distance::edit_distance;
{%= endif =%}
