//! Loads a tokenizer from its file.

use std::path::PathBuf;

use bytemerge::naive::NaiveTokenizer;
use bytemerge::{Tokenizer, model_file};

use crate::Kind;
use crate::failure::Failure;

/// A tokenizer of either kind.
pub(crate) enum AnyTokenizer {
    Naive(NaiveTokenizer),
    Fast(Tokenizer),
}

/// The tokenizer to load.
#[derive(clap::Args)]
pub(crate) struct ModelFile {
    /// The file of the tokenizer
    #[arg(value_name = "MODEL")]
    pub(crate) path: PathBuf,
    /// The naive one, or the one for production (default: what the file is for)
    #[arg(long, value_enum)]
    tokenizer: Option<Kind>,
}

impl ModelFile {
    /// Loads the tokenizer, as the given kind, or as the kind that the file is for.
    pub(crate) fn load(&self) -> Result<AnyTokenizer, Failure> {
        let kind = match self.tokenizer {
            Some(kind) => kind,
            None if model_file::kind(&self.path)? == "naive" => Kind::Rs,
            None => Kind::Fast,
        };
        Ok(match kind {
            Kind::Rs => AnyTokenizer::Naive(NaiveTokenizer::load(&self.path)?),
            Kind::Fast => AnyTokenizer::Fast(Tokenizer::load(&self.path)?),
        })
    }
}
