//! The module `{{= cookiecutter.__package =}}._core`: converts arguments, releases the GIL, calls the core,
//! and converts results.
//!
//! Everything else belongs in the core crate.

#![allow(
    clippy::doc_link_with_quotes,
    clippy::doc_markdown,
    reason = "these docs are Python's docstrings"
)]

{%= if cookiecutter.example == "words" =%}
// Machinery, for any function.
mod error;
mod pool;
mod python_calls;
mod text;
mod without_gil;

// The example.
mod words;

{%= endif =%}
use pyo3::prelude::*;

use {{= cookiecutter.__package =}} as rust_core;

/// The compiled half of the package.
#[pymodule(gil_used = false)]
mod _core {
    use pyo3::prelude::*;
{%= if cookiecutter.example == "words" =%}
    use pyo3::types::PyMapping;

    use crate::text::{Text, all_texts};
    use crate::without_gil::without_gil;
    use crate::{pool, rust_core, words};
{%= else =%}

    use crate::rust_core;
{%= endif =%}

    #[pymodule_export]
    #[allow(non_upper_case_globals, reason = "Python's name")]
    const __version__: &str = env!("CARGO_PKG_VERSION");

{%= if cookiecutter.example == "words" =%}
    // From here on: the example.

    #[pymodule_export]
    use words::WordCounts;

    /// Registers the class as a mapping, for ``isinstance``, ``Counter`` and pattern matching.
    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        PyMapping::register::<WordCounts>(module.py())
    }

    /// Count the words of one text, on one thread.
    ///
    /// A word is a run of characters that are neither white space nor ASCII punctuation; ASCII
    /// letters are lower-cased. ``bytes`` are read as UTF-8. Meanwhile, other threads run, and
    /// Ctrl-C stops the call.
    ///
    /// Raises:
    ///     NotUtf8Error: ``text`` is bytes that are not UTF-8; its ``offset`` says where.
    ///     UnicodeEncodeError: ``text`` is a str with a lone surrogate.
    ///
    /// Example:
    ///     >>> from {{= cookiecutter.__package =}} import count_words
    ///     >>> counts = count_words("The cat. The hat!")
    ///     >>> counts["the"], counts.total
    ///     (2, 4)
    #[pyfunction]
    #[pyo3(signature = (text, /))]
    fn count_words(py: Python<'_>, text: Text) -> PyResult<WordCounts> {
        without_gil(py, text.len(), |should_stop| {
            rust_core::count_words(text.as_str()?, should_stop)
        })
        .map(WordCounts)
    }

    /// Count the words of many texts together, on all processors.
    ///
    /// The result is the sum of the counts of each text. The environment variable
    /// ``RAYON_NUM_THREADS`` sets the number of threads. It also works in a forked child.
    ///
    /// Raises:
    ///     NotUtf8Error: one of ``texts`` is bytes that are not UTF-8.
    ///     UnicodeEncodeError: one of ``texts`` is a str with a lone surrogate.
    ///     RuntimeError: the system cannot start threads.
    ///     TypeError: ``texts`` is a single str or bytes.
    ///
    /// Example:
    ///     >>> from {{= cookiecutter.__package =}} import count_words_in_all
    ///     >>> count_words_in_all(["The cat.", "The hat!"]).most_common(1)
    ///     [('the', 2)]
    #[pyfunction]
    #[pyo3(signature = (texts, /))]
    fn count_words_in_all(py: Python<'_>, texts: &Bound<'_, PyAny>) -> PyResult<WordCounts> {
        let texts = all_texts(texts)?;
        let size = texts.iter().map(Text::len).sum();
        let pool = pool::of_this_process()?;
        without_gil(py, size, |should_stop| {
            let texts: Vec<&str> = texts.iter().map(Text::as_str).collect::<Result<_, _>>()?;
            pool.install(|| rust_core::count_words_in_all(&texts, should_stop))
        })
        .map(WordCounts)
    }
{%= else =%}
    /// Return the smallest number of edits that turn one text into the other.
    ///
    /// An edit inserts, deletes or replaces one character. Meanwhile, other threads run.
    ///
    /// Raises:
    ///     UnicodeEncodeError: one of the texts has a lone surrogate.
    ///
    /// Example:
    ///     >>> from {{= cookiecutter.__package =}} import edit_distance
    ///     >>> edit_distance("kitten", "sitting")
    ///     3
    #[pyfunction]
    #[pyo3(signature = (left, right, /))]
    fn edit_distance(py: Python<'_>, left: &str, right: &str) -> usize {
        py.detach(|| rust_core::edit_distance(left, right))
    }
{%= endif =%}
}
