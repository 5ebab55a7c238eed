//! Turns pieces into ids, quickly.
//!
//! `encoder.rs` looks up pieces a block at a time, and merges those that are new. `table.rs` holds
//! the pieces that are known, with a `store.rs` for those that are too large for it. `shared.rs`
//! shares the table among threads, and replaces it when it is full. `interleavings.rs` tests that
//! no thread sees half of a piece; for that, `atomic.rs` replaces the atomics.

mod atomic;
pub(crate) mod encoder;
#[cfg(all(test, loom))]
mod interleavings;
pub(crate) mod shared;
mod store;
mod table;
