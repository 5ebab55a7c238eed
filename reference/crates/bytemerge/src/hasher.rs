//! How hash maps hash: the first thing to change in slow Rust, since the default is slow for a reason.
//!
//! The standard library's `SipHash` withstands strangers who choose keys that collide. Who trains a
//! tokenizer on a text has other worries, and nothing here depends on the order in a map.

/// The fast one.
#[cfg(not(feature = "siphash"))]
pub(crate) type BuildHasher = rustc_hash::FxBuildHasher;

/// The standard one, to measure what the other buys.
#[cfg(feature = "siphash")]
pub(crate) type BuildHasher = std::hash::RandomState;
