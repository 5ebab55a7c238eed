//! The class `VocabAndMerges`: the vocabulary and the merges in a file of Hugging Face, without a
//! Python object for each token.

use std::collections::HashSet;

use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::types::PyString;

use crate::error::to_python;
use crate::pattern::{PatternArgument, to_pattern};
use crate::rust_core::{self, SpecialTokens, Unknown};
use crate::tokenizer::{Tokenizer, with_ids};

/// The vocabulary and the merges of a file.
#[pyclass(frozen, module = "bytemerge._core")]
pub(crate) struct VocabAndMerges(rust_core::VocabAndMerges);

#[pymethods]
impl VocabAndMerges {
    /// Returns the remaining JSON and the model, or `None` for a file with anything unusual.
    #[staticmethod]
    #[pyo3(signature = (content, /))]
    fn split(py: Python<'_>, content: &[u8]) -> Option<(String, Self)> {
        py.detach(|| {
            let (rest, model) =
                rust_core::VocabAndMerges::split(std::str::from_utf8(content).ok()?)?;
            Some((rest, Self(model)))
        })
    }

    fn __len__(&self) -> usize {
        self.0.vocab_size()
    }

    /// Returns the id of a token, if it is in the vocabulary. No lone surrogate is.
    #[pyo3(signature = (token, /))]
    fn get(&self, token: &Bound<'_, PyString>) -> Option<u32> {
        self.0.id(&token.extract::<PyBackedStr>().ok()?)
    }

    /// Returns whether a token is a part or the result of a merge.
    #[pyo3(signature = (token, /))]
    fn is_merged(&self, token: &Bound<'_, PyString>) -> bool {
        let token = token.extract::<PyBackedStr>();
        token.is_ok_and(|token| self.0.is_merged(&token))
    }

    /// Returns the first token with a letter that stands for no byte, except for those of a set.
    #[pyo3(signature = (removed, /))]
    fn first_without_bytes(&self, removed: HashSet<String>) -> Option<&str> {
        self.0.first_without_bytes(&removed)
    }

    /// Makes the tokenizer as `Tokenizer.of` does, from all tokens but those that are removed.
    #[pyo3(signature = (removed, pattern, special_tokens, ignore_merges, unknown, /))]
    fn tokenizer(
        &self,
        py: Python<'_>,
        removed: HashSet<String>,
        pattern: Option<PatternArgument>,
        special_tokens: &Bound<'_, PyAny>,
        ignore_merges: bool,
        unknown: Option<(Option<u32>, bool)>,
    ) -> PyResult<Tokenizer> {
        let special_tokens: Vec<(String, u32)> = with_ids(special_tokens, "a str")?;
        let unknown = unknown.map(|(id, fuse)| Unknown { id, fuse });
        py.detach(|| {
            let special = SpecialTokens::new(special_tokens)?;
            let pattern = to_pattern(pattern.as_ref())?;
            let model = &self.0;
            model.tokenizer(&removed, ignore_merges, unknown, pattern, special)
        })
        .map(Tokenizer)
        .map_err(|error| to_python(&error))
    }
}
