//! Encodes texts and decodes ids.
//!
//! `text.rs` encodes one text: special tokens are found, the pattern cuts the text between them
//! into pieces, and `encoder.rs` turns pieces into ids, with the help of the caches in `cache.rs`.
//! `batch.rs` does so for many texts, and for one long text, on several threads. `decode.rs` is the
//! way back. `codec.rs` holds everything that they share.

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
