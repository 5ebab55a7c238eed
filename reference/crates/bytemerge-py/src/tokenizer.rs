//! The class `Tokenizer`: the core's production tokenizer, which Python wraps.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::num::NonZero;
use std::path::PathBuf;
use std::thread;
use std::time::Instant;

use numpy::PyArray1;
use pyo3::exceptions::PyOverflowError;
use pyo3::prelude::*;
use pyo3::pybacked::{PyBackedBytes, PyBackedStr};
use pyo3::types::{PyBytes, PyList};

use crate::error::{model_error, no_id, to_python};
use crate::pool;
use crate::portions::{Pauses, ids_to_list, no_memory, to_bytes, to_ids, to_list, to_vec};
use crate::rust_core::{
    self, Error, Names, Options, Pattern, PieceCounts, ShouldStop, SpecialTokens,
};
use crate::spans::{self, Places};
use crate::without_gil::{POLL, on_this_thread, without_gil};

/// Bytes of text that are collected before they are counted: some milliseconds of work.
const BATCH: usize = 1 << 22;

/// Texts that are shorter are not worth a second thread, and the core gives them none.
const LONG: usize = 1 << 19;

/// What Python says about special tokens: all of them (`None`), or these.
type Given = Option<Vec<PyBackedStr>>;

/// All ids, and where those of each text start among them.
type Arrays<'py> = (Bound<'py, PyArray1<u32>>, Bound<'py, PyArray1<u64>>);

/// The production tokenizer; use ``bytemerge.Tokenizer``, which documents it.
#[pyclass(frozen, module = "bytemerge._core")]
pub(crate) struct Tokenizer(rust_core::Tokenizer);

#[pymethods]
impl Tokenizer {
    /// A tokenizer that merges by ranks, or by a list where there is one.
    #[staticmethod]
    #[pyo3(signature = (tokens, merges, pattern, special_tokens, /))]
    fn of(
        py: Python<'_>,
        tokens: &Bound<'_, PyAny>,
        merges: Option<&Bound<'_, PyAny>>,
        pattern: Option<&str>,
        special_tokens: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        let tokens: Vec<(PyBackedBytes, u32)> = with_ids(tokens)?;
        let merges = match merges {
            Some(merges) => Some(to_vec(merges, |pair| pair.extract::<(u32, u32)>())?),
            None => None,
        };
        let special_tokens: Vec<(String, u32)> = with_ids(special_tokens)?;
        py.detach(|| {
            let special = SpecialTokens::new(special_tokens)?;
            let pattern = Pattern::new(pattern)?;
            match merges {
                Some(merges) => {
                    rust_core::Tokenizer::from_merge_list(tokens, merges, pattern, special)
                }
                None => rust_core::Tokenizer::from_ranks(tokens, pattern, special),
            }
        })
        .map(Self)
        .map_err(|error| to_python(&error))
    }

    /// Learns from texts.
    #[staticmethod]
    #[pyo3(signature = (texts, merges, pattern, special_tokens, min_frequency, threads, progress, /))]
    #[expect(clippy::too_many_arguments, reason = "all that Python says")]
    fn train(
        py: Python<'_>,
        texts: &Bound<'_, PyAny>,
        merges: usize,
        pattern: Option<&str>,
        special_tokens: Vec<String>,
        min_frequency: u64,
        threads: usize,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<Self> {
        let pattern = Pattern::new(pattern).map_err(|error| to_python(&error.into()))?;
        let counts = count(py, texts, &pattern, threads)?;
        // An exception that ended the training, from a signal or from `progress`.
        let mut exception = None;
        let mut last = Instant::now();
        let mut report = |done: usize| {
            if last.elapsed() < POLL {
                return Ok(());
            }
            last = Instant::now();
            let heard = Python::attach(|py| {
                py.check_signals()?;
                match &progress {
                    Some(progress) => progress.call1(py, (done, merges)).map(drop),
                    None => Ok(()),
                }
            });
            heard.map_err(|raised| {
                exception = Some(raised);
                Error::Interrupted
            })
        };
        let trained = py.detach(|| {
            rust_core::Tokenizer::train(
                &counts,
                merges,
                pattern,
                &special_tokens,
                min_frequency,
                &mut report,
            )
        });
        trained
            .map(Self)
            .map_err(|error| exception.unwrap_or_else(|| to_python(&error)))
    }

    #[pyo3(signature = (text, allowed, disallowed, threads, /))]
    fn encode<'py>(
        &self,
        py: Python<'py>,
        text: PyBackedStr,
        allowed: Given,
        disallowed: Given,
        threads: usize,
    ) -> PyResult<Bound<'py, PyList>> {
        ids_to_list(py, &self.ids(py, &text, &allowed, &disallowed, threads)?)
    }

    #[pyo3(signature = (text, allowed, disallowed, threads, /))]
    fn encode_numpy<'py>(
        &self,
        py: Python<'py>,
        text: PyBackedStr,
        allowed: Given,
        disallowed: Given,
        threads: usize,
    ) -> PyResult<Bound<'py, PyArray1<u32>>> {
        let ids = self.ids(py, &text, &allowed, &disallowed, threads)?;
        Ok(PyArray1::from_vec(py, ids))
    }

    #[pyo3(signature = (text, allowed, disallowed, threads, /))]
    fn count(
        &self,
        py: Python<'_>,
        text: PyBackedStr,
        allowed: Given,
        disallowed: Given,
        threads: usize,
    ) -> PyResult<usize> {
        let work = |options: &Options| self.0.count(&text, options);
        with_options(py, text.len(), &allowed, &disallowed, threads, work)
    }

    #[pyo3(signature = (texts, allowed, disallowed, threads, /))]
    fn encode_batch<'py>(
        &self,
        py: Python<'py>,
        texts: &Bound<'py, PyAny>,
        allowed: Given,
        disallowed: Given,
        threads: usize,
    ) -> PyResult<Arrays<'py>> {
        let texts = to_vec(texts, |text| text.extract::<PyBackedStr>())?;
        let size = texts.iter().map(|text| text.len()).sum();
        let work = |options: &Options| self.0.encode_batch(&texts, options);
        let batch = with_options(py, size, &allowed, &disallowed, threads, work)?;
        let ids = PyArray1::from_vec(py, batch.ids);
        Ok((ids, PyArray1::from_vec(py, batch.offsets)))
    }

    #[pyo3(signature = (data, /))]
    fn encode_bytes<'py>(&self, data: &Bound<'py, PyBytes>) -> PyResult<Bound<'py, PyList>> {
        let (py, data) = (data.py(), data.as_bytes());
        let work = |should_stop: &ShouldStop| self.0.encode_bytes(data, should_stop);
        ids_to_list(py, &on_this_thread(py, data.len(), work)?)
    }

    /// The ids, and where each stands in the text: in bytes and in characters, as arrays of two columns.
    #[pyo3(signature = (text, allowed, disallowed, threads, /))]
    fn encode_with_offsets<'py>(
        &self,
        py: Python<'py>,
        text: PyBackedStr,
        allowed: Given,
        disallowed: Given,
        threads: usize,
    ) -> PyResult<(Bound<'py, PyArray1<u32>>, Places<'py>, Places<'py>)> {
        let work = |options: &Options| self.0.encode_with_offsets(&text, options);
        let encoding = with_options(py, text.len(), &allowed, &disallowed, threads, work)?;
        let ids = PyArray1::from_vec(py, encoding.ids);
        let bytes = spans::as_array(py, encoding.byte_offsets)?;
        Ok((ids, bytes, spans::as_array(py, encoding.char_offsets)?))
    }

    /// The first ids, and how many bytes of the text they stand for.
    #[pyo3(signature = (text, limit, allowed, disallowed, /))]
    fn truncate<'py>(
        &self,
        py: Python<'py>,
        text: PyBackedStr,
        limit: usize,
        allowed: Given,
        disallowed: Given,
    ) -> PyResult<(Bound<'py, PyList>, usize)> {
        let work = |options: &Options| self.0.truncate(&text, limit, options);
        let found = with_options(py, text.len(), &allowed, &disallowed, 1, work)?;
        Ok((ids_to_list(py, &found.ids)?, found.end))
    }

    /// For each piece of a text its bytes, its merges, and the ids that it becomes.
    #[pyo3(signature = (text, /))]
    fn explain(&self, py: Python<'_>, text: PyBackedStr) -> PyResult<Vec<spans::Explained>> {
        py.detach(|| spans::explain(&self.0, &text))
            .map_err(|error| to_python(&error))
    }

    #[pyo3(signature = (ids, /))]
    fn decode_bytes<'py>(&self, ids: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
        let py = ids.py();
        let ids = to_ids(ids)?;
        let bytes = py.detach(|| self.0.decode_bytes(&ids));
        to_bytes(py, &bytes.map_err(|error| to_python(&error))?)
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
        let special_tokens: Vec<(String, u32)> = with_ids(special_tokens)?;
        py.detach(|| {
            self.0
                .with_special_tokens(SpecialTokens::new(special_tokens)?)
        })
        .map(Self)
        .map_err(|error| to_python(&error))
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
    fn pattern(&self) -> Option<&str> {
        self.0.pattern().name()
    }

    /// The pattern as a regular expression for the engine of Hugging Face.
    #[getter]
    fn oniguruma_expression(&self) -> Option<&str> {
        self.0.pattern().oniguruma_expression()
    }

    #[getter]
    fn special_tokens(&self) -> Vec<(&str, u32)> {
        self.0.special_tokens().iter().collect()
    }

    /// All tokens but the special ones, by id.
    #[getter]
    fn tokens<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let tokens = self.0.vocabulary().iter();
        to_list(py, tokens, |(id, token)| Ok((to_bytes(py, token)?, id)))
    }

    /// The pairs of ids that merge, in order.
    #[getter]
    fn merges<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let merges = py.detach(|| self.0.merges());
        to_list(
            py,
            merges.map_err(|error| to_python(&error))?.into_iter(),
            Ok,
        )
    }

    /// Raises where ranks cannot say what this tokenizer does.
    fn check_ranks(&self, py: Python<'_>) -> PyResult<()> {
        py.detach(|| self.0.check_ranks())
            .map_err(|error| to_python(&error))
    }

    /// The first token whose bytes merge to others, or None.
    fn first_not_itself(&self, py: Python<'_>) -> PyResult<Option<u32>> {
        py.detach(|| self.0.first_not_itself())
            .map_err(|error| to_python(&error))
    }

    /// Whether tokens merge by their ranks, and not by a list of merges.
    #[getter]
    fn by_ranks(&self) -> bool {
        matches!(self.0.merge_rules(), rust_core::Merges::Ranks)
    }

    /// All that there is, for pickle.
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
        allowed: &Given,
        disallowed: &Given,
        threads: usize,
    ) -> PyResult<Vec<u32>> {
        let work = |options: &Options| self.0.encode(text, options);
        with_options(py, text.len(), allowed, disallowed, threads, work)
    }
}

/// Pairs of something and an id. `VocabularyError` for what is a number, but no id.
fn with_ids<T: for<'a, 'py> FromPyObject<'a, 'py>>(
    pairs: &Bound<'_, PyAny>,
) -> PyResult<Vec<(T, u32)>> {
    to_vec(pairs, |pair| {
        let (name, id) = pair.extract::<(T, Bound<'_, PyAny>)>()?;
        match id.extract::<u32>() {
            Ok(id) => Ok((name, id)),
            Err(error) if error.is_instance_of::<PyOverflowError>(id.py()) => Err(no_id(id)),
            Err(error) => Err(error),
        }
    })
}

/// Encodes without the GIL, on as many threads as are asked for and worth it.
fn with_options<T: Send>(
    py: Python<'_>,
    size: usize,
    allowed: &Given,
    disallowed: &Given,
    threads: usize,
    work: impl FnOnce(&Options) -> Result<T, Error> + Send,
) -> PyResult<T> {
    fn listed(given: &Given) -> Option<Vec<&str>> {
        let names = given.as_ref()?.iter();
        Some(names.map(|name| &**name).collect())
    }
    fn names<'a>(listed: Option<&'a [&'a str]>) -> Names<'a> {
        listed.map_or(Names::All, Names::Only)
    }
    let (allowed, disallowed) = (listed(allowed), listed(disallowed));
    let options = Options {
        allowed_special: names(allowed.as_deref()),
        disallowed_special: names(disallowed.as_deref()),
        ..Options::default()
    };
    let pool = if threads == 1 || size < LONG {
        None
    } else {
        // Where the system gives no threads, this one does the work.
        pool::of_this_process().ok()
    };
    let Some(pool) = pool else {
        return on_this_thread(py, size, |should_stop| {
            work(&Options {
                should_stop,
                ..options
            })
        });
    };
    without_gil(py, size, |should_stop| {
        pool.install(|| {
            work(&Options {
                threads,
                should_stop,
                ..options
            })
        })
    })
}

/// Counts the pieces of all texts. They come from Python, and are counted without it.
fn count(
    py: Python<'_>,
    texts: &Bound<'_, PyAny>,
    pattern: &Pattern,
    threads: usize,
) -> PyResult<PieceCounts> {
    let threads = match threads {
        0 => thread::available_parallelism().map_or(1, NonZero::get),
        threads => threads,
    };
    let mut pauses = Pauses::default();
    let mut counts = PieceCounts::default();
    let (mut batch, mut size) = (Vec::<PyBackedStr>::new(), 0);
    let mut add = |batch: &mut Vec<PyBackedStr>, size: &mut usize| {
        let counted = without_gil(py, *size, |should_stop| {
            let texts = batch.iter().map(|text| &**text);
            PieceCounts::count_parallel(pattern, texts, threads, should_stop)
        })?;
        counts.merge(&counted);
        batch.clear();
        *size = 0;
        py.check_signals()
    };
    for text in texts.try_iter()? {
        let text: PyBackedStr = text?.extract()?;
        size += text.len();
        batch.try_reserve(1).map_err(no_memory)?;
        batch.push(text);
        pauses.after_one(py);
        if size >= BATCH {
            add(&mut batch, &mut size)?;
        }
    }
    add(&mut batch, &mut size)?;
    Ok(counts)
}
