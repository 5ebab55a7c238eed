//! Converts between ranks and merges: the merges that ranks stand for, and whether ranks can
//! replace a list of merges.

use crate::error::Error;
use crate::model::merge::{Merges, apply_ranks_below};
use crate::tokenizer::Tokenizer;

impl Tokenizer {
    /// Returns the merges in order, each as the ids of its two tokens. For a tokenizer by ranks
    /// they are recovered: the bytes of each token are merged by the lower ranks.
    ///
    /// # Errors
    ///
    /// [`Error::Unreachable`] for a token by rank that no merge of two tokens makes.
    pub fn merges(&self) -> Result<Vec<(u32, u32)>, Error> {
        let vocabulary = &self.model.vocabulary;
        if let Merges::List(list) = &self.model.merges {
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

    /// Returns the first token whose bytes merge to other tokens. A list of merges in the order of
    /// ids without such a token has the same meaning as ranks.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`].
    fn first_split_token(&self) -> Result<Option<u32>, Error> {
        for (id, _) in self.model.vocabulary.iter() {
            if !self.model.merges_to_itself(id)? {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }

    /// Checks that ranks alone, as in a file for tiktoken, describe how this tokenizer merges.
    ///
    /// # Errors
    ///
    /// [`Error::SplitToken`] for a token that no text encodes to, [`Error::MergeOutOfOrder`] for a
    /// list of merges that is not in the order of ids, [`Error::MissingByte`] for a byte that is
    /// not a token, [`Error::MissingId`] for an id without a token; [`Error::OutOfMemory`].
    pub fn check_ranks(&self) -> Result<(), Error> {
        let vocabulary = &self.model.vocabulary;
        if let Some(byte) = vocabulary.missing_byte() {
            return Err(Error::MissingByte { byte });
        }
        let has_token = |&id: &u32| self.token_bytes(id).is_some();
        if let Some(id) = (0..vocabulary.id_limit()).find(|id| !has_token(id)) {
            return Err(Error::MissingId { id });
        }
        self.check_merges()
    }

    /// Checks that a list of merges means the same as ranks.
    ///
    /// # Errors
    ///
    /// [`Error::SplitToken`] for a token that no text encodes to, [`Error::MergeOutOfOrder`] for a
    /// list of merges that is not in the order of ids, or in which a token has a lower id than its
    /// parts; [`Error::OutOfMemory`].
    pub fn check_merges(&self) -> Result<(), Error> {
        if let Some(id) = self.first_split_token()? {
            return Err(Error::SplitToken { id });
        }
        match &self.model.merges {
            Merges::Ranks => Ok(()),
            Merges::List(list) => match list.first_out_of_order() {
                Some(index) => Err(Error::MergeOutOfOrder { index }),
                None => Ok(()),
            },
        }
    }
}
