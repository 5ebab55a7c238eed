/// The compiled half of the package.
#[pymodule(gil_used = false)]
mod _core {
    use pyo3::prelude::*;

    use crate::rust_core;
    use crate::text::Text;
    use crate::without_gil::without_gil;

    #[pymodule_export]
    #[allow(non_upper_case_globals, reason = "Python's name")]
    const __version__: &str = env!("CARGO_PKG_VERSION");

    /// Return the length of the longest text that is in both texts.
    ///
    /// Meanwhile, other threads run, and Ctrl-C stops the call.
    ///
    /// Raises:
    ///     NotUtf8Error: one of the texts is bytes that are not UTF-8.
    ///
    /// Example:
    ///     >>> from wordtally import longest_common
    ///     >>> longest_common("interest", "winter")
    ///     5
    #[pyfunction]
    #[pyo3(signature = (left, right, /))]
    fn longest_common(py: Python<'_>, left: Text, right: Text) -> PyResult<usize> {
        without_gil(py, left.len().saturating_mul(right.len()), |should_stop| {
            rust_core::longest_common(left.as_str()?, right.as_str()?, should_stop)
        })
    }
}
