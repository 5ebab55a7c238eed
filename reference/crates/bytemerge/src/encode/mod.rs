//! Turns pieces into ids, quickly.
//!
//! `encoder.rs` looks pieces up or merges them, with the help of the cache in `cache.rs`. `pool.rs`
//! keeps caches between calls.

mod cache;
pub(crate) mod encoder;
pub(crate) mod pool;
