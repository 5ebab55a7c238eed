//! The bytes of each token, by id.

#![expect(
    clippy::cast_possible_truncation,
    reason = "hashes and packed numbers are truncated on purpose"
)]

use crate::error::Error;
use crate::key::Key;
use crate::memory::try_vec;

/// One token.
///
/// A short token is a [`Key`]. In a long token the last byte is [`LONG`], and the other bytes hold
/// the start and the length of its bytes. A zero in the last byte marks an id without a token: no
/// key ends with zero.
type Token = [u8; 16];

/// The last byte of a long token.
const LONG: u8 = 255;

/// The bytes of tokens, by id.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct TokenStore {
    /// The tokens, indexed by id.
    tokens: Vec<Token>,
    /// The bytes of all long tokens, concatenated.
    long: Vec<u8>,
}

impl TokenStore {
    /// Creates an empty store for ids below `limit`.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`].
    pub(crate) fn new(limit: usize) -> Result<Self, Error> {
        Ok(Self {
            tokens: try_vec([0; 16], limit)?,
            long: Vec::new(),
        })
    }

    /// Stores the bytes of an id.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`].
    pub(crate) fn set(&mut self, id: u32, bytes: &[u8]) -> Result<(), Error> {
        self.tokens[id as usize] = if bytes.len() <= Key::LONGEST {
            Key::at(bytes, 0, bytes.len()).number().to_le_bytes()
        } else {
            let mut token = [LONG; 16];
            token[..8].copy_from_slice(&(self.long.len() as u64).to_le_bytes());
            token[8..15].copy_from_slice(&(bytes.len() as u64).to_le_bytes()[..7]);
            self.long.try_reserve(bytes.len())?;
            self.long.extend_from_slice(bytes);
            token
        };
        Ok(())
    }

    /// Returns one more than the highest id.
    pub(crate) fn limit(&self) -> usize {
        self.tokens.len()
    }

    /// Returns the bytes of a token, or `None` for an id without a token.
    #[inline]
    pub(crate) fn bytes(&self, id: u32) -> Option<&[u8]> {
        let token = self.tokens.get(id as usize)?;
        match token[15] {
            0 => None,
            LONG => Some(self.long_bytes(*token)),
            length => token.get(..usize::from(length)),
        }
    }

    /// Returns the bytes of a short token and their number, for copies of fixed size. `None` for
    /// other ids.
    #[inline]
    pub(crate) fn short_bytes(&self, id: u32) -> Option<(&[u8; 16], usize)> {
        let token = self.tokens.get(id as usize)?;
        let length = usize::from(token[15]);
        (1..=Key::LONGEST)
            .contains(&length)
            .then_some((token, length))
    }

    /// Returns whether the token `id` is short and has this key.
    #[inline]
    pub(crate) fn has_key(&self, id: u32, key: Key) -> bool {
        u128::from_le_bytes(self.tokens[id as usize]) == key.number()
    }

    /// Returns whether the token `id` is long and has these bytes.
    pub(crate) fn is_long(&self, id: u32, bytes: &[u8]) -> bool {
        let token = self.tokens[id as usize];
        token[15] == LONG && self.long_bytes(token) == bytes
    }

    fn long_bytes(&self, token: Token) -> &[u8] {
        let number = u128::from_le_bytes(token);
        let start = number as u64 as usize;
        let length = (number >> 64) as usize & (usize::MAX >> 8);
        &self.long[start..start + length]
    }
}
