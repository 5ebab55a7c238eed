    /// Return every ``n`` words in a row, joined with spaces.
    ///
    /// Example:
    ///     >>> from wordtally import ngrams
    ///     >>> ngrams("to be or not", n=3)
    ///     ['to be or', 'be or not']
    #[pyfunction]
    #[pyo3(signature = (text, /, *, n = 2))]
    fn ngrams(py: Python<'_>, text: &str, n: usize) -> Vec<String> {
        py.detach(|| rust_core::ngrams(text, n))
    }
