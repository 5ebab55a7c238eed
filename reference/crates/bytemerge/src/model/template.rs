//! The template: special tokens around a text, as a file of Hugging Face asks for them.
//!
//! They are added only where a caller asks, and never to a part of a text.

use serde::{Deserialize, Serialize};

use crate::error::Error;

/// The ids of the special tokens around a text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Template {
    /// The ids before the text.
    pub before: Vec<u32>,
    /// The ids after the text.
    pub after: Vec<u32>,
}

impl Template {
    /// Returns the number of ids.
    #[must_use]
    pub fn len(&self) -> usize {
        self.before.len() + self.after.len()
    }

    /// Returns whether there are no ids.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds the ids around those of a text.
    pub(crate) fn add_to(&self, ids: &mut Vec<u32>) -> Result<(), Error> {
        ids.try_reserve(self.len())?;
        ids.splice(..0, self.before.iter().copied());
        ids.extend_from_slice(&self.after);
        Ok(())
    }
}
