//! The options of encoding.

use crate::model::special::SpecialSelection;
use crate::progress::ShouldStop;

/// The options of encoding.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// The special tokens that become their ids.
    pub allowed_special: SpecialSelection<'a>,
    /// The special tokens whose names in a text are an error.
    pub disallowed_special: SpecialSelection<'a>,
    /// Whether the special tokens of the [`Template`](crate::Template) are added around each text.
    pub add_special_tokens: bool,
    /// The number of threads of rayon's current pool that may work at a time. With one, the calling
    /// thread does the work.
    pub threads: usize,
    /// Called at least every 50 milliseconds; the work stops when it returns true.
    pub should_stop: &'a ShouldStop<'a>,
}

/// By default all special tokens are disallowed, as in tiktoken: text that spells one is an error,
/// so untrusted text cannot inject control tokens.
impl Default for Options<'_> {
    fn default() -> Self {
        Self {
            allowed_special: SpecialSelection::Only(&[]),
            disallowed_special: SpecialSelection::All,
            add_special_tokens: false,
            threads: 1,
            should_stop: &|| false,
        }
    }
}

impl Options<'_> {
    /// Returns options by which special tokens are ordinary text.
    #[must_use]
    pub fn ordinary() -> Self {
        Self {
            disallowed_special: SpecialSelection::Only(&[]),
            ..Self::default()
        }
    }
}
