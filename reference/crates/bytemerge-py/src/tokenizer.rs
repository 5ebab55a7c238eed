//! The class `Tokenizer`: the core's production tokenizer, which Python wraps.

#![expect(
    clippy::too_many_arguments,
    reason = "each is an option of a method in Python"
)]

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::PathBuf;

use numpy::{PyArray1, PyReadonlyArray1};
use pyo3::exceptions::{PyOverflowError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::pybacked::{PyBackedBytes, PyBackedStr};
use pyo3::types::{PyBytes, PyList, PyString};

use crate::error::{invalid_id, model_error, no_memory, shown, to_python, wrong_type};
use crate::explain::{ExplainedPiece, explain};
use crate::lists::{ids_to_list, to_bytes, to_ids, to_list, to_vec};
use crate::numpy_arrays::to_array;
use crate::offsets::{Offsets, to_offsets};
use crate::pattern::{PatternArgument, from_pattern, to_pattern};
use crate::pauses::NUMBERS;
use crate::report::Report;
use crate::running::{SpecialNames, pool_for, run_with_options};
use crate::rust_core::{
    self, Error, Limits, MatchRules, Normalizer, Options, Pattern, PreTokenizer, ShouldStop,
    SpecialTokens, Template, TokenBatch, Unknown,
};
use crate::texts::{Nulls, Texts};
use crate::token_batch::{Arrays, ArraysAndNulls, checked_batch};
use crate::without_gil::{on_this_thread, without_gil};
use crate::word_counts::WordCounts;

/// The production tokenizer; use ``bytemerge.Tokenizer``, which documents it.
#[pyclass(frozen, module = "bytemerge._core")]
pub(crate) struct Tokenizer(pub(crate) rust_core::Tokenizer);

#[pymethods]
impl Tokenizer {
    /// Makes a tokenizer that merges by ranks, or by `merges` if given. `unknown` is the rule for
    /// bytes without a token: the id that replaces them, or `None` to drop them, and whether one id
    /// replaces a whole run of them.
    #[staticmethod]
    #[pyo3(signature = (
        tokens, merges, pattern, special_tokens, ignore_merges=false, unknown=None, /
    ))]
    fn of(
        py: Python<'_>,
        tokens: &Bound<'_, PyAny>,
        merges: Option<&Bound<'_, PyAny>>,
        pattern: Option<PatternArgument>,
        special_tokens: &Bound<'_, PyAny>,
        ignore_merges: bool,
        unknown: Option<(Option<u32>, bool)>,
    ) -> PyResult<Self> {
        let unknown = unknown.map(|(id, fuse)| Unknown { id, fuse });
        let tokens: Vec<(PyBackedBytes, u32)> = with_ids(tokens, "bytes")?;
        let merges = match merges {
            Some(merges) => Some(to_vec(merges, |pair| pair.extract::<(u32, u32)>())?),
            None => None,
        };
        let special_tokens: Vec<(String, u32)> = with_ids(special_tokens, "a str")?;
        py.detach(|| {
            let special = SpecialTokens::new(special_tokens)?;
            let pattern = to_pattern(pattern.as_ref())?;
            match merges {
                Some(merges) => rust_core::Tokenizer::from_merge_list(
                    tokens,
                    merges,
                    ignore_merges,
                    unknown,
                    pattern,
                    special,
                ),
                None => rust_core::Tokenizer::from_ranks(tokens, pattern, special),
            }
        })
        .map(Self)
        .map_err(|error| to_python(&error))
    }

    /// Trains on counts, with their pattern.
    #[staticmethod]
    #[pyo3(signature = (counts, merges, special_tokens, min_frequency, token_length, progress, /))]
    fn train(
        py: Python<'_>,
        counts: &WordCounts,
        merges: usize,
        special_tokens: Vec<String>,
        min_frequency: u64,
        token_length: Option<usize>,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<Self> {
        let limits = limits(min_frequency, token_length);
        trained(py, merges, progress, |tell| {
            let pattern = counts.pattern.clone();
            let counts = &counts.counts;
            rust_core::Tokenizer::train(counts, merges, pattern, &special_tokens, limits, tell)
        })
    }

    /// Trains on counts after this tokenizer.
    #[pyo3(signature = (counts, merges, special_tokens, min_frequency, token_length, progress, /))]
    fn train_further(
        &self,
        py: Python<'_>,
        counts: &WordCounts,
        merges: usize,
        special_tokens: Vec<String>,
        min_frequency: u64,
        token_length: Option<usize>,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<Self> {
        let limits = limits(min_frequency, token_length);
        trained(py, merges, progress, |tell| {
            let counts = &counts.counts;
            self.0
                .train_further(counts, merges, &special_tokens, limits, tell)
        })
    }

    #[pyo3(signature = (
        text, allowed=SpecialNames::NOTHING, disallowed=SpecialNames::ALL, threads=0, add=false, /
    ))]
    fn encode<'py>(
        &self,
        py: Python<'py>,
        text: PyBackedStr,
        allowed: SpecialNames,
        disallowed: SpecialNames,
        threads: usize,
        add: bool,
    ) -> PyResult<Bound<'py, PyList>> {
        ids_to_list(
            py,
            &self.ids(py, &text, (&allowed, &disallowed, threads, add))?,
        )
    }

    #[pyo3(signature = (
        text, allowed=SpecialNames::NOTHING, disallowed=SpecialNames::ALL, threads=0, add=false, /
    ))]
    fn encode_numpy<'py>(
        &self,
        py: Python<'py>,
        text: PyBackedStr,
        allowed: SpecialNames,
        disallowed: SpecialNames,
        threads: usize,
        add: bool,
    ) -> PyResult<Bound<'py, PyArray1<u32>>> {
        let ids = self.ids(py, &text, (&allowed, &disallowed, threads, add))?;
        to_array(py, ids)
    }

    #[pyo3(signature = (
        text, allowed=SpecialNames::NOTHING, disallowed=SpecialNames::ALL, threads=0, add=false, /
    ))]
    fn count(
        &self,
        py: Python<'_>,
        text: PyBackedStr,
        allowed: SpecialNames,
        disallowed: SpecialNames,
        threads: usize,
        add: bool,
    ) -> PyResult<usize> {
        let work = |options: &Options| self.0.count(&text, options);
        run_with_options(py, text.len(), (&allowed, &disallowed, threads, add), work)
    }

    /// Returns the ids and the offsets, and the rows of nulls if they are empty texts.
    #[pyo3(signature = (
        texts, allowed=SpecialNames::NOTHING, disallowed=SpecialNames::ALL,
        threads=0, add=false, nulls_are_empty=false, /
    ))]
    fn encode_batch<'py>(
        &self,
        py: Python<'py>,
        texts: &Bound<'py, PyAny>,
        allowed: SpecialNames,
        disallowed: SpecialNames,
        threads: usize,
        add: bool,
        nulls_are_empty: bool,
    ) -> PyResult<ArraysAndNulls<'py>> {
        let mut nulls = Nulls::new(nulls_are_empty);
        let texts = Texts::all(texts, &mut nulls)?;
        let views = texts.views()?;
        let size = views.iter().map(|text| 1 + text.len()).sum();
        let work = |options: &Options| self.0.encode_batch(&views, options);
        let batch = run_with_options(py, size, (&allowed, &disallowed, threads, add), work)?;
        let (ids, offsets) = arrays(py, batch)?;
        Ok((ids, offsets, to_array(py, nulls.rows)?))
    }

    #[pyo3(signature = (
        paths, separator, allowed=SpecialNames::NOTHING, disallowed=SpecialNames::ALL,
        threads=0, add=false, /
    ))]
    fn encode_files<'py>(
        &self,
        py: Python<'py>,
        paths: Vec<PathBuf>,
        separator: Option<u32>,
        allowed: SpecialNames,
        disallowed: SpecialNames,
        threads: usize,
        add: bool,
    ) -> PyResult<Arrays<'py>> {
        let work = |options: &Options| self.0.encode_files(&paths, separator, options);
        // Files are long, or at least slow to read.
        let batch = run_with_options(py, usize::MAX, (&allowed, &disallowed, threads, add), work)?;
        arrays(py, batch)
    }

    #[pyo3(signature = (
        texts, allowed=SpecialNames::NOTHING, disallowed=SpecialNames::ALL,
        threads=0, add=false, nulls_are_empty=false, /
    ))]
    fn count_batch<'py>(
        &self,
        py: Python<'py>,
        texts: &Bound<'py, PyAny>,
        allowed: SpecialNames,
        disallowed: SpecialNames,
        threads: usize,
        add: bool,
        nulls_are_empty: bool,
    ) -> PyResult<Bound<'py, PyArray1<u64>>> {
        let mut nulls = Nulls::new(nulls_are_empty);
        let texts = Texts::all(texts, &mut nulls)?;
        let views = texts.views()?;
        let size = views.iter().map(|text| 1 + text.len()).sum();
        let work = |options: &Options| self.0.count_batch(&views, options);
        let counts = run_with_options(py, size, (&allowed, &disallowed, threads, add), work)?;
        to_array(py, counts)
    }

    /// Decodes the texts of a batch.
    #[pyo3(signature = (ids, offsets, errors, skip_special_tokens, threads, /))]
    fn decode_batch<'py>(
        &self,
        py: Python<'py>,
        ids: PyReadonlyArray1<'py, u32>,
        offsets: PyReadonlyArray1<'py, u64>,
        errors: &str,
        skip_special_tokens: bool,
        threads: usize,
    ) -> PyResult<Bound<'py, PyList>> {
        // Another thread may change the arrays while the work goes on without the GIL.
        let ids = ids.as_array().to_vec();
        let batch = checked_batch(ids, offsets.as_array().to_vec())?;
        let size = 4 * batch.ids.len() + batch.offsets.len();
        let work = |threads, should_stop: &ShouldStop| {
            self.0
                .decode_batch(&batch, skip_special_tokens, threads, should_stop)
        };
        let decoded = match pool_for(threads, size) {
            None => on_this_thread(py, size, |should_stop| work(1, should_stop)),
            Some(pool) => without_gil(py, size, |should_stop| {
                pool.install(|| work(threads, should_stop))
            }),
        };
        let as_text = |bytes: Vec<u8>| match std::str::from_utf8(&bytes) {
            Ok(text) => Ok(PyString::new(py, text).into_any()),
            // Python knows what its `errors` mean.
            Err(_) => {
                PyBytes::new(py, &bytes).call_method1(intern!(py, "decode"), ("utf-8", errors))
            }
        };
        to_list(py, decoded?.into_iter(), as_text)
    }

    #[pyo3(signature = (data, /))]
    fn encode_bytes<'py>(&self, data: &Bound<'py, PyBytes>) -> PyResult<Bound<'py, PyList>> {
        let (py, data) = (data.py(), data.as_bytes());
        let work = |should_stop: &ShouldStop| self.0.encode_bytes(data, should_stop);
        ids_to_list(py, &on_this_thread(py, data.len(), work)?)
    }

    /// Returns the ids, and the offsets of each in the text, in bytes and in characters.
    #[pyo3(signature = (
        text, allowed=SpecialNames::NOTHING, disallowed=SpecialNames::ALL, threads=0, add=false, /
    ))]
    fn encode_with_offsets<'py>(
        &self,
        py: Python<'py>,
        text: PyBackedStr,
        allowed: SpecialNames,
        disallowed: SpecialNames,
        threads: usize,
        add: bool,
    ) -> PyResult<(Bound<'py, PyArray1<u32>>, Offsets<'py>, Offsets<'py>)> {
        let work = |options: &Options| self.0.encode_with_offsets(&text, options);
        let encoding =
            run_with_options(py, text.len(), (&allowed, &disallowed, threads, add), work)?;
        let ids = to_array(py, encoding.ids)?;
        let bytes = to_offsets(py, encoding.byte_offsets)?;
        Ok((ids, bytes, to_offsets(py, encoding.char_offsets)?))
    }

    /// Returns the first ids, and how many bytes of the text they stand for.
    #[pyo3(signature = (text, limit, allowed, disallowed, add, /))]
    fn truncate<'py>(
        &self,
        py: Python<'py>,
        text: PyBackedStr,
        limit: usize,
        allowed: SpecialNames,
        disallowed: SpecialNames,
        add: bool,
    ) -> PyResult<(Bound<'py, PyList>, usize)> {
        let work = |options: &Options| self.0.truncate(&text, limit, options);
        let found = run_with_options(py, text.len(), (&allowed, &disallowed, 1, add), work)?;
        Ok((ids_to_list(py, &found.ids)?, found.end))
    }

    /// Returns the bytes, the merges and the ids of each piece.
    #[pyo3(signature = (text, /))]
    fn explain(&self, py: Python<'_>, text: PyBackedStr) -> PyResult<Vec<ExplainedPiece>> {
        py.detach(|| explain(&self.0, &text))
            .map_err(|error| to_python(&error))
    }

    #[pyo3(signature = (ids, skip_special_tokens=false, /))]
    fn decode_bytes<'py>(
        &self,
        ids: &Bound<'py, PyAny>,
        skip_special_tokens: bool,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let py = ids.py();
        let ids = to_ids(ids)?;
        let mut bytes = Vec::new();
        for portion in ids.chunks(NUMBERS) {
            let decoded = py.detach(|| {
                if skip_special_tokens {
                    self.0.decode_ordinary(portion)
                } else {
                    self.0.decode_bytes(portion)
                }
            });
            let decoded = decoded.map_err(|error| to_python(&error))?;
            if ids.len() > NUMBERS {
                bytes.try_reserve(decoded.len()).map_err(no_memory)?;
                bytes.extend_from_slice(&decoded);
                py.check_signals()?;
            } else {
                bytes = decoded;
            }
        }
        to_bytes(py, &bytes)
    }

    #[pyo3(signature = (id, /))]
    fn token_bytes(&self, id: u32) -> Option<Cow<'_, [u8]>> {
        self.0.token_bytes(id).map(Cow::Borrowed)
    }

    #[pyo3(signature = (token, /))]
    fn token_id(&self, token: &[u8]) -> Option<u32> {
        self.0.token_id(token)
    }

    #[pyo3(signature = (special_tokens, /))]
    fn with_special_tokens(&self, special_tokens: &Bound<'_, PyAny>) -> PyResult<Self> {
        let py = special_tokens.py();
        let special_tokens: Vec<(String, u32)> = with_ids(special_tokens, "a str")?;
        py.detach(|| {
            self.0
                .with_special_tokens(SpecialTokens::new(special_tokens)?)
        })
        .map(Self)
        .map_err(|error| to_python(&error))
    }

    /// Makes the same tokenizer with other special tokens and their rules: whether each is always
    /// found, is a single word, takes the white space before and after it, and is looked for in
    /// normalized text. The changes of the normalizer are a list in JSON, and the pre-tokenizer is
    /// an object. The template is the ids before and after a text, and the post-processor in JSON.
    #[pyo3(signature = (tokens, changes, pre_tokenizer, template, /))]
    fn with_added_tokens(
        &self,
        py: Python<'_>,
        tokens: Vec<(String, u32, [bool; 5])>,
        changes: &str,
        pre_tokenizer: &str,
        template: (Vec<u32>, Vec<u32>, &str),
    ) -> PyResult<Self> {
        py.detach(|| {
            let tokens = tokens.into_iter().map(|(name, id, rules)| {
                let [is_always_found, single_word, lstrip, rstrip, normalized] = rules;
                let rules = MatchRules {
                    is_always_found,
                    single_word,
                    lstrip,
                    rstrip,
                    normalized,
                };
                (name, id, rules)
            });
            let added = SpecialTokens::with_rules(tokens).map_err(|error| to_python(&error))?;
            let normalizer = Normalizer::from_json(changes).map_err(PyValueError::new_err)?;
            let pre_tokenizer =
                PreTokenizer::from_json(pre_tokenizer).map_err(PyValueError::new_err)?;
            let (before, after, post_processor) = template;
            let template =
                Template::new(before, after, post_processor).map_err(PyValueError::new_err)?;
            self.0
                .with_added_tokens(added)
                .and_then(|tokenizer| tokenizer.with_normalizer(normalizer))
                .and_then(|tokenizer| {
                    tokenizer
                        .with_pre_tokenizer(pre_tokenizer)
                        .with_template(template)
                })
                .map(Self)
                .map_err(|error| to_python(&error))
        })
    }

    #[pyo3(signature = (path, /))]
    fn save(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        py.detach(|| self.0.save(&path))
            .map_err(|error| to_python(&error))
    }

    #[staticmethod]
    #[pyo3(signature = (path, /))]
    fn load(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        py.detach(|| rust_core::Tokenizer::load(&path))
            .map(Self)
            .map_err(|error| to_python(&error))
    }

    #[getter]
    fn vocab_size(&self) -> usize {
        self.0.vocab_size()
    }

    #[getter]
    fn n_vocab(&self) -> u64 {
        self.0.id_limit()
    }

    #[getter]
    fn pattern<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        from_pattern(py, self.0.pattern())
    }

    /// Returns the patterns as regular expressions for the engine of Hugging Face; `None` for the
    /// step before those that see the letters of bytes.
    #[getter]
    fn oniguruma_expressions(&self) -> Vec<Option<&str>> {
        let cuts = self.0.pattern().patterns().iter();
        cuts.map(Pattern::oniguruma_expression).collect()
    }

    #[getter]
    fn special_tokens(&self) -> Vec<(&str, u32)> {
        let tokens = self.0.special_tokens().iter_with_rules();
        let special = tokens.filter(|(_, _, rules)| !rules.is_always_found);
        special.map(|(name, id, _)| (name, id)).collect()
    }

    /// Returns all special tokens with their ids and rules, as `with_added_tokens` takes them.
    #[getter]
    fn added_tokens(&self) -> Vec<(&str, u32, [bool; 5])> {
        let tokens = self.0.special_tokens().iter_with_rules();
        let as_flags = |rules: MatchRules| {
            [
                rules.is_always_found,
                rules.single_word,
                rules.lstrip,
                rules.rstrip,
                rules.normalized,
            ]
        };
        let with_flags = tokens.map(|(name, id, rules)| (name, id, as_flags(rules)));
        with_flags.collect()
    }

    /// Returns the changes of the normalizer, as a list in JSON.
    #[getter]
    fn normalizer(&self) -> String {
        self.0.normalizer().to_json()
    }

    /// Returns the pre-tokenizer, as an object in JSON.
    #[getter]
    fn pre_tokenizer(&self) -> String {
        self.0.pre_tokenizer().to_json()
    }

    /// Returns the ids that can be added before and after a text, and the post-processor in JSON.
    #[getter]
    fn template(&self) -> (Vec<u32>, Vec<u32>, String) {
        let template = self.0.template();
        let (before, after) = (template.before.clone(), template.after.clone());
        (before, after, template.post_processor())
    }

    /// Returns all tokens except special tokens, by id.
    #[getter]
    fn tokens<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let tokens = self.0.vocabulary().iter();
        to_list(py, tokens, |(id, token)| Ok((to_bytes(py, token)?, id)))
    }

    /// Returns the pairs of ids that merge, in order.
    #[getter]
    fn merges<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let merges = py.detach(|| self.0.merges());
        to_list(
            py,
            merges.map_err(|error| to_python(&error))?.into_iter(),
            Ok,
        )
    }

    /// Raises `VocabularyError` if ranks alone do not say how this tokenizer merges.
    fn check_ranks(&self, py: Python<'_>) -> PyResult<()> {
        py.detach(|| self.0.check_ranks())
            .map_err(|error| to_python(&error))
    }

    /// Raises `VocabularyError` if the merges do not mean the same as ranks.
    fn check_merges(&self, py: Python<'_>) -> PyResult<()> {
        py.detach(|| self.0.check_merges())
            .map_err(|error| to_python(&error))
    }

    /// Returns whether a piece that is a token becomes this token, whatever the list of merges
    /// leads to.
    #[getter]
    fn ignores_merges(&self) -> bool {
        self.0.ignores_merges()
    }

    /// Returns the rule for bytes without a token: the id that replaces them, or `None` if they are
    /// dropped, and whether one id replaces a whole run. Returns `None` if each byte is a token.
    #[getter]
    fn unknown(&self) -> Option<(Option<u32>, bool)> {
        self.0.unknown().map(|unknown| (unknown.id, unknown.fuse))
    }

    /// Returns whether tokens merge by rank, and not by a list of merges.
    #[getter]
    fn by_ranks(&self) -> bool {
        matches!(self.0.merge_rules(), rust_core::Merges::Ranks)
    }

    /// Returns the content of a model file, for pickle.
    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let bytes = py.detach(|| self.0.to_bytes());
        to_bytes(py, &bytes.map_err(|problem| model_error(&problem))?)
    }

    #[staticmethod]
    #[pyo3(signature = (bytes, /))]
    fn from_bytes(py: Python<'_>, bytes: &[u8]) -> PyResult<Self> {
        py.detach(|| rust_core::Tokenizer::from_bytes(bytes))
            .map(Self)
            .map_err(|problem| model_error(&problem))
    }

    fn __eq__(&self, py: Python<'_>, other: &Self) -> bool {
        py.detach(|| self.0 == other.0)
    }

    fn __hash__(&self, py: Python<'_>) -> u64 {
        py.detach(|| {
            let mut hasher = DefaultHasher::new();
            self.0.hash(&mut hasher);
            hasher.finish()
        })
    }
}

impl Tokenizer {
    fn ids(
        &self,
        py: Python<'_>,
        text: &str,
        options: (&SpecialNames, &SpecialNames, usize, bool),
    ) -> PyResult<Vec<u32>> {
        let work = |options: &Options| self.0.encode(text, options);
        run_with_options(py, text.len(), options, work)
    }
}

/// Returns the limits of training. Without `token_length`, a token may have any number of bytes.
fn limits(min_frequency: u64, token_length: Option<usize>) -> Limits {
    Limits {
        min_frequency,
        token_length: token_length.unwrap_or(usize::MAX),
    }
}

/// Trains without the GIL, and reports the merges so far.
fn trained(
    py: Python<'_>,
    merges: usize,
    progress: Option<Py<PyAny>>,
    train: impl FnOnce(&mut rust_core::Progress) -> Result<rust_core::Tokenizer, Error> + Send,
) -> PyResult<Tokenizer> {
    let mut report = Report::to(py, progress.as_ref())?;
    let trained = py.detach(|| train(&mut |done| report.tell(done as u64, merges as u64)));
    trained
        .map(Tokenizer)
        .map_err(|error| report.exception(&error))
}

/// Hands the vectors over to numpy.
fn arrays(py: Python<'_>, batch: TokenBatch) -> PyResult<Arrays<'_>> {
    Ok((to_array(py, batch.ids)?, to_array(py, batch.offsets)?))
}

/// Takes pairs of a token and an id from Python.
///
/// # Errors
///
/// `VocabularyError` for an integer that does not fit into 32 bits, `TypeError` for another type.
pub(crate) fn with_ids<T: for<'a, 'py> FromPyObject<'a, 'py>>(
    pairs: &Bound<'_, PyAny>,
    expected: &str,
) -> PyResult<Vec<(T, u32)>> {
    to_vec(pairs, |pair| {
        let (token, id) = pair.extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>()?;
        let bytes = token.extract::<T>().map_err(|error| {
            wrong_type(error.into(), &format!("a token must be {expected}"), &token)
        })?;
        match id.extract::<u32>() {
            Ok(id) => Ok((bytes, id)),
            Err(error) if error.is_instance_of::<PyOverflowError>(id.py()) => Err(invalid_id(&id)),
            Err(error) => {
                let expected = format!("the id of {} must be an integer", shown(&token)?);
                Err(wrong_type(error, &expected, &id))
            }
        }
    })
}
