//! Learns merges: counts the pieces of texts, and merges the most frequent pairs.
//!
//! `counts.rs` holds how often each piece occurs, `texts.rs` counts, and `trainer.rs` learns from the counts.

pub(crate) mod counts;
mod piece_key;
mod queue;
mod texts;
pub(crate) mod trainer;
