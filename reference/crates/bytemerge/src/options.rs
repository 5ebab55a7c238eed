//! How to encode.

use crate::model::special::SpecialSelection;
use crate::progress::ShouldStop;

/// How to encode.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// The special tokens that become their ids.
    pub allowed_special: SpecialSelection<'a>,
    /// The texts that are an error.
    pub disallowed_special: SpecialSelection<'a>,
    /// How many threads of rayon's current pool may work at a time. One means that of the caller.
    pub threads: usize,
    /// Asked at least every 50 milliseconds.
    pub should_stop: &'a ShouldStop<'a>,
}

/// No special token is allowed and all are disallowed, as in tiktoken: who encodes the text of a stranger
/// does not want him to write control tokens.
impl Default for Options<'_> {
    fn default() -> Self {
        Self {
            allowed_special: SpecialSelection::Only(&[]),
            disallowed_special: SpecialSelection::All,
            threads: 1,
            should_stop: &|| false,
        }
    }
}

impl Options<'_> {
    /// Special tokens are text like any other.
    #[must_use]
    pub fn ordinary() -> Self {
        Self {
            disallowed_special: SpecialSelection::Only(&[]),
            ..Self::default()
        }
    }
}
