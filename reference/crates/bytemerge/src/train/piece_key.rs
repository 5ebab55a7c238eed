//! A key of 128 bits for a piece that is counted.

#![expect(
    clippy::cast_possible_truncation,
    reason = "lengths that are cut are those of short pieces"
)]

use std::hash::BuildHasher as _;

use crate::hasher::BuildHasher;

/// The highest byte of a key that is not the whole piece: no length of a short piece.
const LONG: u128 = 0xFF << 120;

/// The bytes of a short piece with its length in the highest byte, or a hash of a long one.
pub(super) fn key(piece: &[u8]) -> u128 {
    // The first and the last bytes of a piece, which may overlap, are read in one go each: a copy of
    // variable length would be a call.
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
            // A shift by 64 would be one too many: the last eight are the first eight.
            (
                u64::from_le_bytes(first),
                last.checked_shr(overlap).unwrap_or(0),
            )
        }
        _ => return LONG | u128::from(BuildHasher::default().hash_one(piece)),
    };
    u128::from(low) | u128::from(high) << 64 | (piece.len() as u128) << 120
}

/// The first and the last `N` bytes of a piece that has as many.
fn ends<const N: usize>(piece: &[u8]) -> ([u8; N], [u8; N]) {
    let first = piece.first_chunk().copied().unwrap_or([0; N]);
    (first, piece.last_chunk().copied().unwrap_or([0; N]))
}

/// Whether a key says all about its piece.
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

    /// Pieces that differ in their bytes, in their length alone, or at one place.
    #[test]
    fn keys_tell_short_pieces_apart() {
        let mut seen = HashMap::new();
        for length in 0..16 {
            for place in 0..length.max(1) {
                for byte in [0, 1, 255] {
                    let mut piece = vec![0; length];
                    if let Some(there) = piece.get_mut(place) {
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
