//! The class `NaiveTokenizer`: the core's naive tokenizer, which Python wraps.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;

use pyo3::exceptions::{PyOverflowError, PyRuntimeError};
use pyo3::prelude::*;
use rayon::prelude::*;

use crate::error::{model_error, to_python, unknown_int};
use crate::pool;
use crate::python_calls::{in_python, iterate};
use crate::report::Report;
use crate::rust_core::Error;
use crate::rust_core::naive::{self, WordCounts, count_words};
use crate::text;
use crate::without_gil::{POLL, is_main_thread, without_gil};

/// Bytes of text that are counted between two checks for signals: a few milliseconds.
const BATCH: usize = 1 << 16;

/// The naive tokenizer in Rust; use ``NaiveRustTokenizer``, which documents it.
#[pyclass(frozen, eq, module = "bytemerge._core")]
#[derive(PartialEq)]
pub(crate) struct NaiveTokenizer(naive::NaiveTokenizer);

#[pymethods]
impl NaiveTokenizer {
    #[new]
    #[pyo3(signature = (merges, tokens, /))]
    fn new(merges: Vec<(String, String)>, tokens: Vec<String>) -> PyResult<Self> {
        naive::NaiveTokenizer::new(merges, tokens)
            .map(Self)
            .map_err(|problem| model_error(&problem))
    }

    #[staticmethod]
    #[pyo3(signature = (texts, vocab_size, exact_vocab_size, progress, /))]
    fn train(
        py: Python<'_>,
        texts: &Bound<'_, PyAny>,
        vocab_size: usize,
        exact_vocab_size: bool,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<Self> {
        let counts = count(py, texts)?;
        train_on_counts(py, counts, vocab_size, exact_vocab_size, progress.as_ref()).map(Self)
    }

    #[pyo3(signature = (text, /))]
    fn tokenize(&self, py: Python<'_>, text: &Bound<'_, PyAny>) -> PyResult<Vec<usize>> {
        let text = text::as_str(text)?;
        without_gil(py, self.work(&text), |should_stop| {
            let tokens = self.0.tokenize(&text);
            tokens.map(|token| unless(should_stop(), token)).collect()
        })
    }

    #[pyo3(signature = (text, /))]
    fn tokenize_text(&self, py: Python<'_>, text: &Bound<'_, PyAny>) -> PyResult<Vec<usize>> {
        let text = text::as_str(text)?;
        let Ok(pool) = pool::of_this_process() else {
            // The system has no thread or no memory to give: the calling thread does the work.
            return without_gil(py, self.work(&text), |should_stop| {
                let tokens = text.lines().flat_map(|line| self.0.tokenize(line));
                tokens.map(|token| unless(should_stop(), token)).collect()
            });
        };
        without_gil(py, self.work(&text), |should_stop| {
            pool.install(|| {
                let tokens = self.0.tokenize_text(&text);
                tokens.map(|token| unless(should_stop(), token)).collect()
            })
        })
    }

    #[pyo3(signature = (ids, /))]
    fn tokens_as_strings(&self, ids: &Bound<'_, PyAny>) -> PyResult<Vec<&str>> {
        let extract = |id: PyResult<Bound<'_, PyAny>>| {
            let id = id?;
            id.extract::<usize>().map_err(|error| {
                if error.is_instance_of::<PyOverflowError>(id.py()) {
                    unknown_int(&id, self.0.vocab_size().checked_sub(1))
                } else {
                    error
                }
            })
        };
        let ids = iterate(ids)?.map(extract).collect::<PyResult<Vec<_>>>()?;
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
        py.detach(|| naive::NaiveTokenizer::load(&path))
            .map(Self)
            .map_err(|error| to_python(&error))
    }
}

impl NaiveTokenizer {
    /// Returns the cost of tokenizing, as the bytes of text that simpler work processes in that
    /// time.
    fn work(&self, text: &str) -> usize {
        text.len().saturating_mul(1 + self.0.merges().len() / 16)
    }
}

/// Trains on a thread of its own. After a signal, nothing waits for this thread: it ends at its
/// next report, and one merge of many words may take a while.
///
/// Only Python's main thread receives signals. On any other thread, this function trains on the
/// calling thread, where a profiler of Python's threads sees it.
fn train_on_counts(
    py: Python<'_>,
    counts: WordCounts,
    vocab_size: usize,
    exact_vocab_size: bool,
    progress: Option<&Py<PyAny>>,
) -> PyResult<naive::NaiveTokenizer> {
    if !is_main_thread(py)? {
        let mut report = Report::to(py, progress)?;
        let mut tell = |size| report.tell(size as u64, vocab_size as u64);
        let trained = py.detach(|| {
            naive::NaiveTokenizer::train_on_counts(&counts, vocab_size, exact_vocab_size, &mut tell)
        });
        return trained.map_err(|error| report.exception(&error));
    }
    let (stop, size) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicUsize::new(0)),
    );
    let (sender, mut receiver) = channel();
    let work = {
        let (stop, size) = (Arc::clone(&stop), Arc::clone(&size));
        move || {
            let mut report = |new| {
                size.store(new, Ordering::Relaxed);
                unless(stop.load(Ordering::Relaxed), ())
            };
            let trained = naive::NaiveTokenizer::train_on_counts(
                &counts,
                vocab_size,
                exact_vocab_size,
                &mut report,
            );
            // After a signal, the receiver is gone.
            drop(sender.send(trained));
        }
    };
    let no_thread = |error| to_python(&Error::NoThread(Arc::new(error)));
    thread::Builder::new().spawn(work).map_err(no_thread)?;
    loop {
        let receiver = &mut receiver;
        match py.detach(move || receiver.recv_timeout(POLL)) {
            Ok(trained) => return trained.map_err(|error| to_python(&error)),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => {
                return Err(PyRuntimeError::new_err(
                    "the training ended without a result",
                ));
            }
        }
        let report = || {
            py.check_signals()?;
            match (progress, size.load(Ordering::Relaxed)) {
                (None, _) | (_, 0) => Ok(()),
                (Some(progress), size) => {
                    in_python(py, || progress.call1(py, (size, vocab_size))).map(drop)
                }
            }
        };
        report().inspect_err(|_| stop.store(true, Ordering::Relaxed))?;
    }
}

/// Counts the words of all texts. They come from Python, and are counted without the GIL.
fn count(py: Python<'_>, texts: &Bound<'_, PyAny>) -> PyResult<WordCounts> {
    let mut counts = WordCounts::default();
    let mut batch = String::new();
    for object in iterate(texts)? {
        let object = object?;
        let text = text::as_str(&object)?;
        // A text may be a whole book.
        let mut rest = &*text;
        while !rest.is_empty() {
            let part;
            (part, rest) = rest.split_at(part_end(rest));
            batch.push_str(part);
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

/// Returns the end of the first part of a text, which cuts no word.
fn part_end(text: &str) -> usize {
    let Some(start) = (BATCH..text.len()).find(|&index| text.is_char_boundary(index)) else {
        return text.len();
    };
    let space = text[start..].find(char::is_whitespace);
    space.map_or(text.len(), |space| start + space)
}

fn unless<T>(stopped: bool, value: T) -> Result<T, Error> {
    if stopped {
        Err(Error::Interrupted)
    } else {
        Ok(value)
    }
}
