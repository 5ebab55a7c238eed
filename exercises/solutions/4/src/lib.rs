//! Exercise 4: the first functions in Rust that Python calls.

#[pyo3::pymodule]
mod first_function {
    use pyo3::prelude::*;

    /// Return twice a number.
    #[pyfunction]
    fn double(number: i64) -> i64 {
        2 * number
    }

    /// Return the tokens of a word after a merge.
    #[pyfunction]
    fn merge(tokens: Vec<String>, left: &str, right: &str) -> Vec<String> {
        let mut merged: Vec<String> = Vec::new();
        for token in tokens {
            match merged.last_mut() {
                Some(last) if last == left && token == right => last.push_str(right),
                _ => merged.push(token),
            }
        }
        merged
    }
}
