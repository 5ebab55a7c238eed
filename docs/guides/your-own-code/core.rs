//! The core, in pure Rust: this crate does not depend on Python.

mod error;
mod longest_common;

pub use error::Error;
pub use longest_common::longest_common;

/// A function that long work calls now and then, from any thread: true means stop.
pub type ShouldStop<'a> = dyn Fn() -> bool + Sync + 'a;
