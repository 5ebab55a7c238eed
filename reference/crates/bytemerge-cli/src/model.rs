//! Loads a tokenizer from its file.

use std::path::Path;

use bytemerge::naive::NaiveTokenizer;
use bytemerge::{Tokenizer, model_file};

use crate::Kind;
use crate::failure::Failure;

/// A tokenizer of either kind.
pub(crate) enum AnyTokenizer {
    Naive(NaiveTokenizer),
    Fast(Tokenizer),
}

impl AnyTokenizer {
    /// Loads the tokenizer in a file, as the given kind, or as the kind that the file is for.
    pub(crate) fn load(path: &Path, kind: Option<Kind>) -> Result<Self, Failure> {
        let kind = match kind {
            Some(kind) => kind,
            None if model_file::kind(path)? == "naive" => Kind::Rs,
            None => Kind::Fast,
        };
        Ok(match kind {
            Kind::Rs => Self::Naive(NaiveTokenizer::load(path)?),
            Kind::Fast => Self::Fast(Tokenizer::load(path)?),
        })
    }
}
