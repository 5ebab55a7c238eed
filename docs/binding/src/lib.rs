//! A whole Python module in Rust: one class, and nothing else.

#[pyo3::pymodule]
mod first_binding {
    use bytemerge::naive::NaiveTokenizer;
    use pyo3::exceptions::PyValueError;
    use pyo3::prelude::*;

    #[pyclass(frozen)]
    struct Tokenizer(NaiveTokenizer);

    #[pymethods]
    impl Tokenizer {
        #[staticmethod]
        fn train(lines: Vec<String>, vocab_size: usize) -> PyResult<Self> {
            let trained = NaiveTokenizer::train(lines, vocab_size, false, &mut |_| Ok(()));
            let error = |error: bytemerge::Error| PyValueError::new_err(error.to_string());
            trained.map(Self).map_err(error)
        }

        fn tokenize(&self, line: &str) -> Vec<usize> {
            self.0.tokenize(line).collect()
        }
    }
}
