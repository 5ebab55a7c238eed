//! The result of encoding many texts.

/// The ids of many texts, concatenated.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TokenBatch {
    /// All ids.
    pub ids: Vec<u32>,
    /// The index in `ids` at which each text starts, then the end of the last text: one more than
    /// there are texts.
    pub offsets: Vec<u64>,
}

impl TokenBatch {
    /// Returns the number of texts.
    #[must_use]
    pub fn len(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    /// Returns whether there are no texts.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the ids of one text.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<&[u32]> {
        let start = usize::try_from(*self.offsets.get(index)?).ok()?;
        let end = usize::try_from(*self.offsets.get(index + 1)?).ok()?;
        self.ids.get(start..end)
    }
}
