//! A key of 128 bits for the bytes of a piece, and hashes of keys.

#![expect(
    clippy::cast_possible_truncation,
    reason = "hashes and packed numbers are cut on purpose"
)]

/// Up to [`Key::LONGEST`] bytes, then zeros, and in the last byte their number.
/// The default is the key of nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Key(u128);

impl Key {
    /// How many bytes fit.
    pub(crate) const LONGEST: usize = 15;

    /// Of up to so many bytes there is a hash in place of a key.
    const LONGEST_HASHED: usize = 255;

    /// What stands for more bytes than that. It is the key of nothing else.
    const TOO_LONG: Self = Self(u128::MAX);

    /// The last byte of a key that is a hash.
    const HASHED: u8 = 254;

    /// The key of `bytes[start..end]`, of which there are 1 to [`Key::LONGEST`].
    ///
    /// To read 16 bytes and to blank the rest is faster than to copy a varying number. The last bytes of a text
    /// are copied.
    #[inline]
    pub(crate) fn at(bytes: &[u8], start: usize, end: usize) -> Self {
        let window = match bytes.get(start..start + 16) {
            Some(window) => window.try_into().unwrap_or_default(),
            None => padded(&bytes[start..end]),
        };
        Self::of_window(u128::from_le_bytes(window), end - start)
    }

    /// The same, or a hash of more bytes: see [`Key::is_exact`].
    #[inline]
    pub(crate) fn of_piece(bytes: &[u8], start: usize, end: usize) -> Self {
        let length = end - start;
        if length <= Self::LONGEST {
            Self::at(bytes, start, end)
        } else if length <= Self::LONGEST_HASHED {
            Self::hashed(&bytes[start..end])
        } else {
            Self::TOO_LONG
        }
    }

    fn hashed(bytes: &[u8]) -> Self {
        let (length, kind) = (bytes.len() as u128, u128::from(Self::HASHED));
        Self(u128::from(hash_long(bytes)) | length << 64 | kind << 120)
    }

    /// Whether no other bytes have this key.
    #[inline]
    pub(crate) fn is_exact(self) -> bool {
        self.0 >> 120 <= Self::LONGEST as u128
    }

    /// Whether it is the key of any bytes.
    #[inline]
    pub(crate) fn is_any(self) -> bool {
        self != Self::TOO_LONG
    }

    /// The key of the first bytes of a window.
    #[inline]
    pub(crate) fn of_window(window: u128, length: usize) -> Self {
        Self(window & MASKS[length & 15] | (length as u128) << 120)
    }

    /// As a number.
    #[inline]
    pub(crate) fn number(self) -> u128 {
        self.0
    }
}

/// Of the first so many bytes. To look a mask up is faster than to shift 128 bits.
static MASKS: [u128; 16] = {
    let mut masks = [0; 16];
    let mut length = 1;
    while length < 16 {
        masks[length] = u128::MAX >> (128 - 8 * length);
        length += 1;
    }
    masks
};

/// Bytes with zeros after them.
#[cold]
fn padded(bytes: &[u8]) -> [u8; 16] {
    let mut window = [0; 16];
    window[..bytes.len()].copy_from_slice(bytes);
    window
}

/// A hash of 128 bits: both halves, multiplied, and the halves of that mixed, as in wyhash (Wang Yi, 2019).
#[inline]
pub(crate) fn hash(key: u128) -> u64 {
    // Digits of pi: no text has them, so that neither factor is zero.
    let left = key as u64 ^ 0x243f_6a88_85a3_08d3;
    let right = (key >> 64) as u64 ^ 0x1319_8a2e_0370_7344;
    let product = u128::from(left) * u128::from(right);
    (product >> 64) as u64 ^ product as u64
}

/// A hash of any number of bytes from 16 on: of each 16 of them, and of the last 16.
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
