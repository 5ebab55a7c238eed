//! Keys of 128 bits for pieces that are counted.
//!
//! Unlike the keys of `model`, these are made from a piece alone, without the text after it.

#![expect(
    clippy::cast_possible_truncation,
    reason = "only lengths of short pieces are cast"
)]

use std::hash::BuildHasher as _;

use crate::hasher::BuildHasher;

/// The highest byte of a key that is a hash. No short piece has this length.
const LONG: u128 = 0xFF << 120;

/// Returns the bytes of a short piece with its length in the highest byte, or a hash of a long
/// piece.
pub(super) fn key(piece: &[u8]) -> u128 {
    // The first and the last bytes of a piece, which may overlap, take one load each: a copy of
    // variable length would be a function call.
    let (low, high) = match piece.len() {
        0 => (0, 0),
        1 => (u64::from(piece[0]), 0),
        length @ 2..4 => {
            let start = u16::from_le_bytes([piece[0], piece[1]]);
            let last = u64::from(piece[length - 1]);
            (u64::from(start) | last << (8 * (length - 1)), 0)
        }
        length @ 4..8 => {
            let (first, last) = ends::<4>(piece);
            let first = u64::from(u32::from_le_bytes(first));
            let last = u64::from(u32::from_le_bytes(last));
            (first | last << (8 * (length - 4)), 0)
        }
        length @ 8..16 => {
            let (first, last) = ends::<8>(piece);
            let overlap = 8 * (16 - length as u32);
            let last = u64::from_le_bytes(last);
            // With eight bytes, the last eight are the first eight: a shift by 64 is not allowed.
            (
                u64::from_le_bytes(first),
                last.checked_shr(overlap).unwrap_or(0),
            )
        }
        _ => return LONG | u128::from(BuildHasher::default().hash_one(piece)),
    };
    u128::from(low) | u128::from(high) << 64 | (piece.len() as u128) << 120
}

/// Returns the first and the last `N` bytes of a piece of at least `N` bytes.
fn ends<const N: usize>(piece: &[u8]) -> ([u8; N], [u8; N]) {
    let first = piece.first_chunk().copied().unwrap_or([0; N]);
    (first, piece.last_chunk().copied().unwrap_or([0; N]))
}

/// Returns whether a key contains its whole piece.
pub(super) fn is_whole(key: u128) -> bool {
    key < LONG
}

pub(super) fn hash(key: u128) -> u64 {
    BuildHasher::default().hash_one(key)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    /// Pieces that differ in one byte, or only in their length.
    #[test]
    fn keys_tell_short_pieces_apart() {
        let mut seen = HashMap::new();
        for length in 0..16 {
            for index in 0..length.max(1) {
                for byte in [0, 1, 255] {
                    let mut piece = vec![0; length];
                    if let Some(there) = piece.get_mut(index) {
                        *there = byte;
                    }
                    let key = key(&piece);
                    assert!(is_whole(key));
                    assert_eq!(*seen.entry(key).or_insert_with(|| piece.clone()), piece);
                }
            }
        }
        assert!(!is_whole(key(&[0; 16])));
    }
}
