//! Functions that measure the cost of a call from Python to Rust: they do almost nothing, but have
//! realistic arguments and results.

mod examples;

use pyo3::prelude::*;

/// The module that Python imports.
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

    /// Returns the sum of two numbers.
    #[pyfunction]
    fn add(left: f64, right: f64) -> f64 {
        left + right
    }

    /// Returns the sum of a list, which becomes a `Vec` first: each number is an object to convert.
    #[pyfunction]
    fn sum_list(numbers: Vec<f64>) -> f64 {
        numbers.iter().sum()
    }

    /// Returns the sum of an array, read without a copy.
    #[pyfunction]
    fn sum_array(numbers: PyReadonlyArray1<f64>) -> PyResult<f64> {
        Ok(numbers.as_slice()?.iter().sum())
    }

    /// Returns the sum of a buffer, such as an `array.array`, copied as one block.
    #[pyfunction]
    fn sum_buffer(py: Python, numbers: PyBuffer<f64>) -> PyResult<f64> {
        Ok(numbers.to_vec(py)?.iter().sum())
    }

    /// Returns numbers, as a list of objects.
    #[pyfunction]
    fn make_list(length: usize) -> Vec<f64> {
        vec![1.5; length]
    }

    /// Returns numbers, as an array that takes over Rust's memory.
    #[pyfunction]
    fn make_array(py: Python, length: usize) -> Bound<PyArray1<f64>> {
        PyArray1::from_vec(py, vec![1.5; length])
    }

    /// Returns the number of bytes of a text, of which Rust gets a view.
    #[pyfunction]
    fn length_of_text(text: &str) -> usize {
        text.len()
    }

    /// Returns the number of bytes of a text, of which Rust gets a copy.
    #[pyfunction]
    fn length_of_copy(text: String) -> usize {
        text.len()
    }

    /// Returns the number of bytes of all texts of a list, each copied.
    #[pyfunction]
    fn length_of_list(texts: Vec<String>) -> usize {
        texts.iter().map(String::len).sum()
    }

    /// Returns the number of bytes of all texts of an Arrow array, read without a copy.
    #[pyfunction]
    fn length_of_arrow(texts: PyArray) -> PyResult<usize> {
        let texts = texts.array().as_string_opt::<i32>();
        let texts =
            texts.ok_or_else(|| PyTypeError::new_err("an Arrow array of texts is needed"))?;
        Ok((0..texts.len()).map(|index| texts.value(index).len()).sum())
    }

    /// Returns the largest fall from a peak to what follows it.
    #[pyfunction]
    fn drawdown(py: Python, prices: PyReadonlyArray1<f64>) -> PyResult<f64> {
        let prices = prices.as_slice()?;
        Ok(py.detach(|| examples::drawdown(prices)))
    }

    /// Returns the number of letters to change, add or remove to turn one text into the other.
    #[pyfunction]
    fn distance(one: PyReadonlyArray1<u32>, other: PyReadonlyArray1<u32>) -> PyResult<i64> {
        Ok(examples::distance(one.as_slice()?, other.as_slice()?))
    }

    /// Returns the same for two texts.
    #[pyfunction]
    fn distance_of_texts(one: &str, other: &str) -> i64 {
        let letters = |text: &str| Vec::from_iter(text.chars().map(u32::from));
        examples::distance(&letters(one), &letters(other))
    }
}
