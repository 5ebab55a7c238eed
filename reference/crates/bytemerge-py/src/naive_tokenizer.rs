//! The class `NaiveTokenizer`: the core's naive tokenizer, which Python wraps.

use std::path::PathBuf;
use std::time::Instant;

use pyo3::exceptions::PyOverflowError;
use pyo3::prelude::*;
use rayon::prelude::*;

use crate::error::{model_error, to_python, unknown_token};
use crate::pool;
use crate::rust_core::{self, AbstractTokenizer, Error, WordCounts, count_words};
use crate::text::text;
use crate::without_gil::{POLL, without_gil};

/// Bytes of text that are counted between two looks at Python: a few milliseconds.
const BATCH: usize = 1 << 16;

/// The naive tokenizer in Rust; use ``NaiveRustTokenizer``, which documents it.
#[pyclass(frozen, eq, module = "bytemerge._core")]
#[derive(PartialEq)]
pub(crate) struct NaiveTokenizer(rust_core::NaiveTokenizer);

#[pymethods]
impl NaiveTokenizer {
    #[new]
    #[pyo3(signature = (merges, tokens, /))]
    fn new(merges: Vec<(String, String)>, tokens: Vec<String>) -> PyResult<Self> {
        rust_core::NaiveTokenizer::new(merges, tokens)
            .map(Self)
            .map_err(|problem| model_error(&problem))
    }

    #[staticmethod]
    #[pyo3(signature = (lines, vocab_size, exact_vocab_size, progress, /))]
    fn train(
        py: Python<'_>,
        lines: &Bound<'_, PyAny>,
        vocab_size: usize,
        exact_vocab_size: bool,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<Self> {
        let counts = count(py, lines)?;
        // An exception that ended the training, from a signal or from `progress`.
        let mut exception = None;
        let mut last = Instant::now();
        let mut report = |size: usize| {
            if last.elapsed() < POLL {
                return Ok(());
            }
            last = Instant::now();
            let heard = Python::attach(|py| {
                py.check_signals()?;
                match &progress {
                    Some(progress) => progress.call1(py, (size, vocab_size)).map(drop),
                    None => Ok(()),
                }
            });
            heard.map_err(|raised| {
                exception = Some(raised);
                Error::Interrupted
            })
        };
        let trained = py.detach(|| {
            rust_core::NaiveTokenizer::train_on_counts(
                &counts,
                vocab_size,
                exact_vocab_size,
                &mut report,
            )
        });
        trained
            .map(Self)
            .map_err(|error| exception.unwrap_or_else(|| to_python(&error)))
    }

    #[pyo3(signature = (line, /))]
    fn tokenize(&self, py: Python<'_>, line: &Bound<'_, PyAny>) -> PyResult<Vec<usize>> {
        let line = text(line)?;
        without_gil(py, self.work(&line), |should_stop| {
            let tokens = self.0.tokenize(&line);
            tokens.map(|token| unless(should_stop(), token)).collect()
        })
    }

    #[pyo3(signature = (text, /))]
    fn tokenize_text(&self, py: Python<'_>, text: &Bound<'_, PyAny>) -> PyResult<Vec<usize>> {
        let text = crate::text::text(text)?;
        let pool = pool::of_this_process()?;
        without_gil(py, self.work(&text), |should_stop| {
            pool.install(|| {
                let tokens = self.0.tokenize_text(&text);
                tokens.map(|token| unless(should_stop(), token)).collect()
            })
        })
    }

    #[pyo3(signature = (tokens, /))]
    fn tokens_as_strings(&self, tokens: &Bound<'_, PyAny>) -> PyResult<Vec<&str>> {
        let id = |token: PyResult<Bound<'_, PyAny>>| {
            let token = token?;
            token.extract::<usize>().map_err(|error| {
                if error.is_instance_of::<PyOverflowError>(token.py()) {
                    unknown_token(&token, self.0.vocab_size())
                } else {
                    error
                }
            })
        };
        let ids = tokens.try_iter()?.map(id).collect::<PyResult<Vec<_>>>()?;
        self.0
            .tokens_as_strings(&ids)
            .map_err(|error| to_python(&error))
    }

    #[getter]
    fn vocab_size(&self) -> usize {
        self.0.vocab_size()
    }

    #[getter]
    fn tokens(&self) -> Vec<&str> {
        self.0.tokens().collect()
    }

    #[getter]
    fn merges(&self) -> Vec<(&str, &str)> {
        self.0.merges().collect()
    }

    #[pyo3(signature = (path, /))]
    fn save(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        py.detach(|| self.0.save(&path))
            .map_err(|error| to_python(&error))
    }

    #[staticmethod]
    #[pyo3(signature = (path, /))]
    fn load(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        py.detach(|| rust_core::NaiveTokenizer::load(&path))
            .map(Self)
            .map_err(|error| to_python(&error))
    }
}

impl NaiveTokenizer {
    /// How long tokenizing takes, in the bytes of text that simpler work gets through meanwhile.
    fn work(&self, text: &str) -> usize {
        text.len().saturating_mul(1 + self.0.merges().len() / 16)
    }
}

/// Counts the words of all lines. They come from Python, and are counted without it.
fn count(py: Python<'_>, lines: &Bound<'_, PyAny>) -> PyResult<WordCounts> {
    let mut counts = WordCounts::default();
    let mut batch = String::new();
    for line in lines.try_iter()? {
        // A line may be a whole book.
        for line in text(&line?)?.lines() {
            batch.push_str(line);
            batch.push('\n');
            if batch.len() >= BATCH {
                py.check_signals()?;
                py.detach(|| count_words(&mut counts, &batch));
                batch.clear();
            }
        }
    }
    count_words(&mut counts, &batch);
    Ok(counts)
}

fn unless(stopped: bool, token: usize) -> Result<usize, Error> {
    if stopped {
        Err(Error::Interrupted)
    } else {
        Ok(token)
    }
}
