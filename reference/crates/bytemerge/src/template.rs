//! The template: special tokens around a text, as a file of Hugging Face asks for them.
//!
//! They are added only where a caller asks, and never to a part of a text.

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::tokenizer::offsets::Encoding;
use crate::tokenizer::token_batch::TokenBatch;

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

    /// Adds the ids to each text of a batch.
    pub(crate) fn add_to_all(&self, batch: &TokenBatch) -> Result<TokenBatch, Error> {
        let (mut ids, mut offsets) = (Vec::new(), Vec::new());
        ids.try_reserve_exact(batch.ids.len() + batch.len() * self.len())?;
        offsets.try_reserve_exact(batch.offsets.len())?;
        offsets.push(0);
        for index in 0..batch.len() {
            ids.extend_from_slice(&self.before);
            ids.extend_from_slice(batch.get(index).unwrap_or_default());
            ids.extend_from_slice(&self.after);
            offsets.push(ids.len() as u64);
        }
        Ok(TokenBatch { ids, offsets })
    }

    /// Adds the ids to an encoding. Their offsets are zero, since they stand for no text.
    pub(crate) fn add_to_encoding(&self, encoding: &mut Encoding) -> Result<(), Error> {
        self.add_to(&mut encoding.ids)?;
        for offsets in [&mut encoding.byte_offsets, &mut encoding.char_offsets] {
            offsets.try_reserve(self.len())?;
            offsets.splice(..0, std::iter::repeat_n([0, 0], self.before.len()));
            offsets.extend(std::iter::repeat_n([0, 0], self.after.len()));
        }
        Ok(())
    }
}
