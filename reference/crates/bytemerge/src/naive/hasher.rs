//! The hash function of hash maps: the first thing to change in slow Rust.
//!
//! The standard library's `SipHash` is slow because it resists attackers who choose colliding keys.
//! Training a tokenizer on a text needs no such protection, and no result depends on the order of a
//! map.

/// The fast hash function.
#[cfg(not(feature = "siphash"))]
pub(super) type BuildHasher = rustc_hash::FxBuildHasher;

/// The standard hash function, to measure what the fast one gains.
#[cfg(feature = "siphash")]
pub(super) type BuildHasher = std::hash::RandomState;
