//! Encodes texts and decodes ids.
//!
//! `text.rs` has the way of a text; `encoder.rs` and `cache.rs` make it fast; `batch.rs` and `tasks.rs` do it on several threads.

pub(crate) mod batch;
mod cache;
pub(crate) mod codec;
pub(crate) mod decode;
mod encoder;
pub(crate) mod explain;
pub(crate) mod offsets;
mod pool;
mod tasks;
pub(crate) mod text;
pub(crate) mod token_batch;
pub(crate) mod truncate;
