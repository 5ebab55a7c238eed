    /// Return the longest word of a text, the first of equals; None if there is no word.
    ///
    /// Example:
    ///     >>> from wordtally import longest_word
    ///     >>> longest_word("a tale of two cities")
    ///     'cities'
    #[pyfunction]
    #[pyo3(signature = (text, /))]
    fn longest_word(py: Python<'_>, text: &str) -> Option<String> {
        py.detach(|| rust_core::longest_word(text).map(str::to_owned))
    }
