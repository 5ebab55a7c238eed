//! The data that encoding and decoding share: a model, special tokens, and the caches of earlier
//! calls.

use std::sync::Arc;

use crate::encode::encoder::{Encoder, Sink};
use crate::encode::pool::Pool;
use crate::error::Error;
use crate::model::Model;
use crate::model::special::SpecialTokens;
use crate::progress::ShouldStop;

/// A model with its special tokens and caches, which encodes and decodes. It is cheap to clone.
#[derive(Clone)]
pub(crate) struct Codec {
    pub(crate) model: Arc<Model>,
    pub(crate) special: Arc<SpecialTokens>,
    caches: Arc<Pool>,
}

impl Codec {
    /// Creates a codec from a model and special tokens.
    ///
    /// # Errors
    ///
    /// [`Error::DuplicateId`] when a special token has the id of a token.
    pub(crate) fn new(model: Model, special: SpecialTokens) -> Result<Self, Error> {
        check_special(&model, &special)?;
        Ok(Self {
            model: Arc::new(model),
            special: Arc::new(special),
            caches: Arc::new(Pool::new()),
        })
    }

    /// Returns a codec with the same model and other special tokens.
    ///
    /// # Errors
    ///
    /// [`Error::DuplicateId`] when a special token has the id of a token.
    pub(crate) fn with_special_tokens(&self, special: SpecialTokens) -> Result<Self, Error> {
        check_special(&self.model, &special)?;
        Ok(Self {
            special: Arc::new(special),
            ..self.clone()
        })
    }

    /// Returns the bytes of a token, special or not.
    pub(crate) fn token_bytes(&self, id: u32) -> Option<&[u8]> {
        let special = || self.special.name(id).map(str::as_bytes);
        self.model.vocabulary.bytes(id).or_else(special)
    }

    /// Runs `work` with an encoder, and keeps its cache for the next call.
    pub(crate) fn with_encoder<S: Sink>(
        &self,
        should_stop: &ShouldStop,
        sink: &mut S,
        work: impl FnOnce(&mut Encoder<S>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let model = &self.model;
        let mut encoder = Encoder::new(model, self.caches.take()?, sink, should_stop);
        let result = work(&mut encoder);
        self.caches.give_back(encoder.into_cache());
        result
    }
}

/// Checks that no special token has the id of a token.
fn check_special(model: &Model, special: &SpecialTokens) -> Result<(), Error> {
    for (_, id) in special.iter() {
        if model.vocabulary.bytes(id).is_some() {
            return Err(Error::DuplicateId { id });
        }
    }
    Ok(())
}
