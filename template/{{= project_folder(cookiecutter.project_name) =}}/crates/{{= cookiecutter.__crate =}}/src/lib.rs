//! The core, in pure Rust: this crate does not depend on Python.

{%= if cookiecutter.example == "words" =%}
mod error;
// The example.
mod save;
mod words;

pub use error::Error;
pub use words::{CountError, WordCounts, count_words, count_words_in_all, words};

/// A function that long work calls now and then, from any thread: true means stop.
pub type ShouldStop<'a> = dyn Fn() -> bool + Sync + 'a;
{%= else =%}
mod edit_distance;

pub use edit_distance::edit_distance;
{%= endif =%}
