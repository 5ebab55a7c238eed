//! Ranks in place of a list of merges, and the merges that ranks mean.

use crate::error::Error;
use crate::model::Model;
use crate::model::merge::{Merges, apply_ranks_below};

impl Model {
    /// The merges in order, each as the ids of its two tokens. Those of ranks are recovered: what a token's bytes merge to
    /// by the lower ranks.
    ///
    /// # Errors
    ///
    /// [`Error::Unreachable`] for a token of ranks that no two tokens make.
    pub(crate) fn merge_pairs(&self) -> Result<Vec<(u32, u32)>, Error> {
        let vocabulary = &self.vocabulary;
        if let Merges::List(list) = &self.merges {
            return Ok(list.pairs().collect());
        }
        let mut merges = Vec::new();
        let mut pair = Vec::new();
        for (id, bytes) in vocabulary.iter().filter(|(_, bytes)| bytes.len() > 1) {
            pair.clear();
            apply_ranks_below(id, vocabulary, bytes, &mut pair)?;
            let &[left, right] = pair.as_slice() else {
                return Err(Error::Unreachable { id });
            };
            merges.push((left, right));
        }
        Ok(merges)
    }

    /// The first token whose bytes do not merge to itself. On a list in the order of ids without such a
    /// token, ranks mean the same.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`].
    fn first_split_token(&self) -> Result<Option<u32>, Error> {
        for (id, _) in self.vocabulary.iter() {
            if !self.merges_to_itself(id)? {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }

    /// Finds out whether ranks say all that there is to say about merging here, as for a file of tiktoken.
    ///
    /// # Errors
    ///
    /// [`Error::SplitToken`] for a token that no text encodes to, [`Error::MergeOutOfOrder`] for a list of merges
    /// in another order than the ids; [`Error::OutOfMemory`].
    pub(crate) fn check_ranks(&self) -> Result<(), Error> {
        if let Some(id) = self.first_split_token()? {
            return Err(Error::SplitToken { id });
        }
        let Merges::List(list) = &self.merges else {
            return Ok(());
        };
        let vocabulary = &self.vocabulary;
        let mut before = None;
        for (index, (left, right)) in list.pairs().enumerate() {
            let both = [left, right].map(|id| vocabulary.bytes(id).unwrap_or_default());
            let joined = vocabulary.id(&both.concat());
            if joined <= before {
                return Err(Error::MergeOutOfOrder { index });
            }
            before = joined;
        }
        Ok(())
    }
}
