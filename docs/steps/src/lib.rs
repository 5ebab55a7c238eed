//! Byte-pair encoding on bytes, from the naive algorithm towards the production one: one idea a file, each on top of the one before.
//!
//! Every step learns the merges that [`bytemerge`] learns, and gives the ids and the pieces that it gives.

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
