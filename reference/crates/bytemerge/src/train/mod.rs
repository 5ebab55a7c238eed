//! Training: counts the pieces of texts, and learns merges from the counts.
//!
//! `counts.rs` holds the counts, `texts.rs` counts the pieces of texts on several threads, and
//! `trainer.rs` learns from the counts, with the pairs ordered by `queue.rs`.

pub(crate) mod counts;
mod queue;
mod texts;
pub(crate) mod trainer;
