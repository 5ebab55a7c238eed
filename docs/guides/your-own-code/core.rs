//! The core, in Rust alone: this crate has never heard of Python.

mod error;
mod longest_common;

pub use error::Error;
pub use longest_common::longest_common;

/// Asked now and then whether to give up, from whichever thread is at work.
pub type ShouldStop<'a> = dyn Fn() -> bool + Sync + 'a;
