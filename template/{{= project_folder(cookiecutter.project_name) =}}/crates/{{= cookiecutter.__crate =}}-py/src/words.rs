//! The class of the example, `WordCounts`: a frozen mapping.

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use pyo3::IntoPyObjectExt;
use pyo3::exceptions::{PyKeyError, PyOSError, PyOverflowError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{IntoPyDict, PyDict, PyIterator, PyList, PyMapping, PyType};

use crate::python_calls::in_python;
use crate::rust_core;

/// The exception, which is defined in Python.
mod python {
    use pyo3::import_exception;

    import_exception! { {{= cookiecutter.__package =}}.errors, CountError }
}

/// Words and how often each occurs: an immutable mapping from str to int, sorted by word.
///
/// Objects with equal counts are equal and have the same hash; a dict is never equal to them. They
/// can be pickled, copied, and shared between threads. Any str may be a word: words that are given
/// here are neither split nor lower-cased.
///
/// Raises:
///     CountError: a count is not a whole number from 1 to 2**64 - 1.
///
/// Example:
///     >>> from {{= cookiecutter.__package =}} import WordCounts
///     >>> WordCounts({"cat": 2}) + WordCounts({"cat": 1, "hat": 1})
///     WordCounts({'cat': 3, 'hat': 1})
#[pyclass(frozen, mapping, eq, hash)]
#[pyo3(module = "{{= cookiecutter.__package =}}")]
#[derive(PartialEq)]
pub(crate) struct WordCounts(pub(crate) rust_core::WordCounts);

impl Hash for WordCounts {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

#[pymethods]
impl WordCounts {
    #[new]
    #[pyo3(signature = (counts, /))]
    fn new(counts: &Bound<'_, PyMapping>) -> PyResult<Self> {
        let mut map = BTreeMap::new();
        for item in in_python(counts.py(), || counts.items())?.iter() {
            let (word, count): (String, Bound<'_, PyAny>) = item.extract()?;
            let count = count
                .extract()
                .map_err(|error| no_count(&word, &count, error))?;
            map.insert(word, count);
        }
        rust_core::WordCounts::try_from(map)
            .map(Self)
            .map_err(|error| to_python(&error))
    }

    /// The sum of all counts, which is the number of words.
    #[getter]
    fn total(&self) -> u128 {
        self.0.total()
    }

    /// Return how often the word occurs, or ``default`` if it does not occur.
    #[pyo3(signature = (word, default = None, /))]
    fn get<'py>(
        &self,
        word: &Bound<'py, PyAny>,
        default: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        match self.find(word) {
            Some(count) => count.into_bound_py_any(word.py()).map(Some),
            None => Ok(default),
        }
    }

    /// Return the most frequent words with their counts; ties are sorted by word.
    ///
    /// Without ``limit``, return all words.
    ///
    /// Example:
    ///     >>> from {{= cookiecutter.__package =}} import count_words
    ///     >>> count_words("b a c c").most_common(2)
    ///     [('c', 2), ('a', 1)]
    #[pyo3(signature = (limit = None, /))]
    fn most_common(&self, limit: Option<isize>) -> Vec<(&str, u64)> {
        // A negative limit gives no words, as in collections.Counter.
        let limit = limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(0));
        self.0.most_common(limit)
    }

    /// Save the counts in a text file, which is written whole or not at all.
    ///
    /// Each line is a count, a tab and a word; the most frequent words come first. Whoever reads
    /// the file meanwhile gets the old one or the new one, even if the process is killed. The new
    /// file has the permissions of the old one, and a link stays a link.
    ///
    /// Raises:
    ///     OSError: the file cannot be written; it is as before.
    ///     ValueError: a word has a line break.
    ///
    /// Example:
    ///     >>> import pathlib, tempfile
    ///     >>> from {{= cookiecutter.__package =}} import count_words
    ///     >>> with tempfile.TemporaryDirectory() as folder:
    ///     ...     path = pathlib.Path(folder, "counts.txt")
    ///     ...     count_words("b a c c").save(path)
    ///     ...     path.read_text("utf-8").splitlines()
    ///     ['2\tc', '1\ta', '1\tb']
    #[pyo3(signature = (path, /))]
    fn save(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        py.detach(|| self.0.save(&path))
            .map_err(|error| os_error(&path, &error))
    }

    fn __getitem__(&self, word: Bound<'_, PyAny>) -> PyResult<u64> {
        self.find(&word)
            .ok_or_else(|| PyKeyError::new_err(word.unbind()))
    }

    fn __contains__(&self, word: &Bound<'_, PyAny>) -> bool {
        self.find(word).is_some()
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        PyList::new(py, self.keys())?.try_iter()
    }

    /// Return the words, sorted.
    fn keys(&self) -> Vec<&str> {
        self.0.iter().map(|(word, _)| word).collect()
    }

    /// Return the counts, in the order of their words.
    fn values(&self) -> Vec<u64> {
        self.0.iter().map(|(_, count)| count).collect()
    }

    /// Return the words with their counts, sorted by word.
    fn items(&self) -> Vec<(&str, u64)> {
        self.0.iter().collect()
    }

    /// Return the sum of both counts.
    fn __add__(&self, py: Python<'_>, other: &Self) -> PyResult<Self> {
        py.detach(|| self.0.clone().merged(&other.0))
            .map(Self)
            .map_err(|error| to_python(&error))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("WordCounts({})", self.to_dict(py)?.repr()?))
    }

    /// Returns the object itself, because it is immutable.
    fn __copy__(this: Py<Self>) -> Py<Self> {
        this
    }

    fn __deepcopy__(this: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        this
    }

    /// Returns the class and its arguments, for pickle.
    fn __reduce__<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<(Bound<'py, PyType>, (Bound<'py, PyDict>,))> {
        Ok((py.get_type::<Self>(), (self.to_dict(py)?,)))
    }
}

impl WordCounts {
    /// Returns the count of a word; `None` if the object cannot be a word, as in a dict.
    fn find(&self, word: &Bound<'_, PyAny>) -> Option<u64> {
        word.extract().ok().and_then(|word| self.0.get(word))
    }

    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        self.0.iter().into_py_dict(py)
    }
}

/// Returns the exception for a count that the core refuses.
fn to_python(error: &rust_core::CountError) -> PyErr {
    python::CountError::new_err(error.to_string())
}

/// Returns the exception that Python itself raises for a file: it has the number and the name.
fn os_error(path: &Path, error: &io::Error) -> PyErr {
    let name = path.as_os_str().to_owned();
    let message = error.to_string();
    // Python shows the number in its own way, and finds the class by it, such as FileNotFoundError.
    let words = message.split(" (os error").next().map(str::to_owned);
    match error.raw_os_error() {
        // Windows has numbers of its own, which Python translates.
        Some(number) if cfg!(windows) => PyOSError::new_err((0, words, name, number)),
        Some(number) => PyOSError::new_err((number, words, name)),
        None if error.kind() == ErrorKind::InvalidInput => {
            PyValueError::new_err(format!("{}: {message}", path.display()))
        }
        None => PyOSError::new_err(format!("{}: {message}", path.display())),
    }
}

/// Returns the exception for a count that Rust cannot represent, or that is not an integer.
///
/// Errors of other code, such as Ctrl-C in `__index__`, are returned unchanged.
fn no_count(word: &str, count: &Bound<'_, PyAny>, error: PyErr) -> PyErr {
    let py = count.py();
    if !error.is_instance_of::<PyTypeError>(py) && !error.is_instance_of::<PyOverflowError>(py) {
        return error;
    }
    // At most a line; Python refuses to print a number with thousands of digits.
    let shown: String = match count.repr() {
        Ok(shown) => shown.to_string_lossy().chars().take(60).collect(),
        Err(_) => "a number of that size".to_owned(),
    };
    python::CountError::new_err(format!(
        "the count of {word:?} must be a whole number from 1 to 2**64 - 1, not {shown}"
    ))
}
