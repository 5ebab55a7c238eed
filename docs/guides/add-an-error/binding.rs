    /// Return every ``n`` words in a row, joined with spaces.
    ///
    /// Raises:
    ///     NgramError: ``n`` is less than 1.
    ///
    /// Example:
    ///     >>> from wordtally import ngrams
    ///     >>> ngrams("to be or not", n=3)
    ///     ['to be or', 'be or not']
    #[pyfunction]
    #[pyo3(signature = (text, /, *, n = 2))]
    fn ngrams(py: Python<'_>, text: &str, n: i64) -> PyResult<Vec<String>> {
        py.detach(|| rust_core::ngrams(text, n))
            .map_err(|error| crate::error::to_python(&error))
    }
