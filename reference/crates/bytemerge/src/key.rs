//! Keys of 128 bits for the bytes of a piece, and their hashes.
//!
//! Nearly all pieces and tokens have at most 15 bytes. Then the key is the bytes and their number,
//! so it takes a few instructions to hash and to compare, without a look at the bytes again.

#![expect(
    clippy::cast_possible_truncation,
    reason = "hashes and packed numbers are truncated on purpose"
)]

/// Up to [`Key::LONGEST`] bytes, padded with zeros, with their number in the last byte.
///
/// The default is the key of the empty piece.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Key(u128);

impl Key {
    /// The largest number of bytes that fit into a key.
    pub(crate) const LONGEST: usize = 15;

    /// Returns the key of `bytes[start..end]`, which has at most [`Key::LONGEST`] bytes.
    ///
    /// Reading 16 bytes and masking the rest is faster than copying a variable number of bytes.
    #[inline]
    pub(crate) fn at(bytes: &[u8], start: usize, end: usize) -> Self {
        let window = match bytes[start..].first_chunk() {
            Some(window) => u128::from_le_bytes(*window),
            None => last_window(bytes, start),
        };
        Self::of_window(window, end - start)
    }

    /// Returns the key of a piece of any length, which is a hash for a long one: see
    /// [`Key::is_exact`].
    #[expect(
        clippy::inline_always,
        reason = "a call for each piece would take a tenth of the time of a short text"
    )]
    #[inline(always)]
    pub(crate) fn of_piece(bytes: &[u8], start: usize, end: usize) -> Self {
        if end - start <= Self::LONGEST {
            Self::at(bytes, start, end)
        } else {
            Self::hashed(&bytes[start..end])
        }
    }

    /// Returns a hash and the number of bytes. The last byte, zero, tells it from an exact key.
    fn hashed(bytes: &[u8]) -> Self {
        Self(u128::from(hash_long(bytes)) | (bytes.len() as u128) << 64)
    }

    /// Returns whether no other bytes have this key.
    #[inline]
    pub(crate) fn is_exact(self) -> bool {
        self.0 >> 120 != 0
    }

    /// Returns the key of the first `length` bytes of a window.
    #[inline]
    pub(crate) fn of_window(window: u128, length: usize) -> Self {
        Self(window & MASKS[length & 15] | (length as u128) << 120)
    }

    /// Returns the key with a number that [`Key::number`] returned.
    pub(crate) fn from_number(number: u128) -> Self {
        Self(number)
    }

    /// Returns the key as a number.
    #[inline]
    pub(crate) fn number(self) -> u128 {
        self.0
    }
}

/// Masks that keep the first `n` bytes. A lookup is faster than a 128-bit shift.
static MASKS: [u128; 16] = {
    let mut masks = [0; 16];
    let mut length = 1;
    while length < 16 {
        masks[length] = u128::MAX >> (128 - 8 * length);
        length += 1;
    }
    masks
};

/// Returns the bytes from `start` on, fewer than 16, padded with zeros.
#[inline]
fn last_window(bytes: &[u8], start: usize) -> u128 {
    let rest = &bytes[start..];
    if let Some(window) = bytes.last_chunk() {
        let window = u128::from_le_bytes(*window);
        return window
            .checked_shr(8 * (16 - rest.len() as u32))
            .unwrap_or(0);
    }
    let mut window = [0; 16];
    window[..rest.len()].copy_from_slice(rest);
    u128::from_le_bytes(window)
}

/// Hashes 128 bits: multiplies both halves and mixes the halves of the product, as wyhash does
/// (Wang Yi, 2019).
#[inline]
pub(crate) fn hash(key: u128) -> u64 {
    // Digits of pi: no text contains them, so neither factor is zero.
    let left = key as u64 ^ 0x243f_6a88_85a3_08d3;
    let right = (key >> 64) as u64 ^ 0x1319_8a2e_0370_7344;
    let product = u128::from(left) * u128::from(right);
    (product >> 64) as u64 ^ product as u64
}

/// Hashes at least 16 bytes: every block of 16 bytes, then the last 16 bytes.
pub(crate) fn hash_long(bytes: &[u8]) -> u64 {
    let mut state = bytes.len() as u64;
    let mut mix = |window: &[u8]| {
        let window = window.try_into().unwrap_or_default();
        state = hash(u128::from_le_bytes(window) ^ u128::from(state));
    };
    let whole = bytes.chunks_exact(16);
    whole.for_each(&mut mix);
    mix(&bytes[bytes.len() - 16..]);
    state
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    /// Pieces that differ in one byte, or only in their length; alone, and at each offset of a
    /// text.
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
                    let key = Key::of_piece(&piece, 0, length);
                    assert!(key.is_exact() || length == 0);
                    assert_eq!(*seen.entry(key).or_insert_with(|| piece.clone()), piece);
                    for (before, after) in [(0, 1), (1, 0), (20, 0), (3, 20)] {
                        let text = [vec![7; before], piece.clone(), vec![7; after]].concat();
                        assert_eq!(Key::of_piece(&text, before, before + length), key);
                    }
                }
            }
        }
        assert!(!Key::of_piece(&[0; 16], 0, 16).is_exact());
    }
}
