//! Where each token stands in its text, in bytes and in characters.
//!
//! The tokens of a text, one after the other, are the text: a special token is its name. So the places follow from the
//! lengths, and characters are counted on the way, as the bytes that continue none.

use crate::encode::codec::Codec;
use crate::error::Error;
use crate::options::Options;

/// Tokens between two questions whether to stop: less than a millisecond.
const TOKENS_BETWEEN_QUESTIONS: usize = 1 << 14;

/// The ids of a text, and where each token stands in it. All three have the same length.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Encoding {
    /// The ids.
    pub ids: Vec<u32>,
    /// Where each token starts and ends, in bytes. One ends where the next one starts.
    pub byte_offsets: Vec<[usize; 2]>,
    /// The characters that each token has a part of: where the first one starts and the last one ends.
    ///
    /// Tokens that share a character overlap here.
    pub char_offsets: Vec<[usize; 2]>,
}

impl Codec {
    /// The ids of a text, and where each token stands in it.
    ///
    /// # Errors
    ///
    /// As [`Codec::encode`].
    pub(crate) fn encode_with_offsets(
        &self,
        text: &str,
        options: &Options,
    ) -> Result<Encoding, Error> {
        let ids = self.encode(text, options)?;
        let (mut byte_offsets, mut char_offsets) = (Vec::new(), Vec::new());
        byte_offsets.try_reserve_exact(ids.len())?;
        char_offsets.try_reserve_exact(ids.len())?;
        // How far the tokens reach, and how many characters start before that.
        let (mut byte, mut char) = (0, 0);
        for (index, &id) in ids.iter().enumerate() {
            if index % TOKENS_BETWEEN_QUESTIONS == 0 && (options.should_stop)() {
                return Err(Error::Interrupted);
            }
            let token = self.token_bytes(id).unwrap_or_default();
            let starts_inside = token.first().is_some_and(|&byte| continues(byte));
            let (first_byte, first_char) = (byte, char - usize::from(starts_inside));
            byte += token.len();
            char += token.iter().filter(|&&byte| !continues(byte)).count();
            byte_offsets.push([first_byte, byte]);
            char_offsets.push([first_char, char]);
        }
        Ok(Encoding {
            ids,
            byte_offsets,
            char_offsets,
        })
    }
}

/// Whether a byte of UTF-8 continues a character.
#[inline]
fn continues(byte: u8) -> bool {
    byte & 0b1100_0000 == 0b1000_0000
}
