//! Byte-pair encoding on bytes, from the naive algorithm towards the production one: each file adds
//! one idea to the file before.
//!
//! Every step learns the same merges as [`bytemerge`], and returns the same ids and pieces. At the
//! end, [`fast`] does for the naive tokenizer's characters what other steps do for bytes.

// Training.
pub mod word;

pub mod best;
pub mod recount;

pub mod updated;

pub mod queue;

// Encoding.
pub mod model;

pub mod rescan;

pub mod look;

pub mod cache;

pub mod heap;

pub mod linear;

// Splitting.
pub mod engine;

pub mod scanner;

// Characters, as in the naive tokenizers.
pub mod fast;
