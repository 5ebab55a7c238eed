//! What it costs to cross from Python to Rust: functions that do next to nothing, but take and give what a real one would.

mod examples;

use pyo3::prelude::*;

/// What Python sees.
#[pymodule]
mod boundary {
    use arrow_array::Array;
    use arrow_array::cast::AsArray;
    use numpy::{PyArray1, PyReadonlyArray1};
    use pyo3::buffer::PyBuffer;
    use pyo3::exceptions::PyTypeError;
    use pyo3::prelude::*;
    use pyo3_arrow::PyArray;

    use crate::examples;

    /// Does nothing.
    #[pyfunction]
    fn nothing() {}

    /// The sum of two numbers.
    #[pyfunction]
    fn add(left: f64, right: f64) -> f64 {
        left + right
    }

    /// The sum of a list, which becomes a `Vec` first: each number is an object to be looked into.
    #[pyfunction]
    fn sum_list(numbers: Vec<f64>) -> f64 {
        numbers.iter().sum()
    }

    /// The sum of an array, read where it is.
    #[pyfunction]
    fn sum_array(numbers: PyReadonlyArray1<f64>) -> PyResult<f64> {
        Ok(numbers.as_slice()?.iter().sum())
    }

    /// The sum of what offers its memory as `array.array` does, copied in one piece.
    #[pyfunction]
    fn sum_buffer(py: Python, numbers: PyBuffer<f64>) -> PyResult<f64> {
        Ok(numbers.to_vec(py)?.iter().sum())
    }

    /// Numbers, as a list of objects.
    #[pyfunction]
    fn make_list(length: usize) -> Vec<f64> {
        vec![1.5; length]
    }

    /// Numbers, as an array that takes over Rust's memory.
    #[pyfunction]
    fn make_array(py: Python, length: usize) -> Bound<PyArray1<f64>> {
        PyArray1::from_vec(py, vec![1.5; length])
    }

    /// The bytes of a text, of which Rust gets a view.
    #[pyfunction]
    fn length_of_text(text: &str) -> usize {
        text.len()
    }

    /// The bytes of a text, of which Rust gets a copy.
    #[pyfunction]
    fn length_of_copy(text: String) -> usize {
        text.len()
    }

    /// The bytes of all texts of a list, each copied.
    #[pyfunction]
    fn length_of_list(texts: Vec<String>) -> usize {
        texts.iter().map(String::len).sum()
    }

    /// The bytes of all texts of an Arrow array, read where they are.
    #[pyfunction]
    fn length_of_arrow(texts: PyArray) -> PyResult<usize> {
        let texts = texts.array().as_string_opt::<i32>();
        let texts =
            texts.ok_or_else(|| PyTypeError::new_err("an Arrow array of texts is needed"))?;
        Ok((0..texts.len()).map(|index| texts.value(index).len()).sum())
    }

    /// The largest fall from a peak to what follows it.
    #[pyfunction]
    fn drawdown(py: Python, prices: PyReadonlyArray1<f64>) -> PyResult<f64> {
        let prices = prices.as_slice()?;
        Ok(py.detach(|| examples::drawdown(prices)))
    }

    /// How many letters must be changed, added or removed to get from one text to the other.
    #[pyfunction]
    fn distance(one: PyReadonlyArray1<u32>, other: PyReadonlyArray1<u32>) -> PyResult<i64> {
        Ok(examples::distance(one.as_slice()?, other.as_slice()?))
    }

    /// The same for two texts.
    #[pyfunction]
    fn distance_of_texts(one: &str, other: &str) -> i64 {
        let letters = |text: &str| Vec::from_iter(text.chars().map(u32::from));
        examples::distance(&letters(one), &letters(other))
    }
}
