//! Merges a piece or a window at once, in the way that is the fastest for its length.

use super::rules::Rules;
use super::{blocks, long, short};
use crate::error::Error;
use crate::progress::ShouldStop;

/// The number of bytes up to which pieces that are not short are merged in blocks.
pub(super) const MIDDLE: usize = 1024;

pub(super) fn apply(
    rules: &impl Rules,
    piece: &[u8],
    tokens: &mut Vec<u32>,
    should_stop: &ShouldStop,
) -> Result<(), Error> {
    if piece.len() <= short::SHORT {
        tokens.try_reserve(piece.len())?;
        short::apply(rules, piece, tokens);
        Ok(())
    } else if piece.len() <= MIDDLE {
        blocks::apply(rules, piece, tokens)
    } else {
        long::apply(rules, piece, tokens, should_stop)
    }
}
