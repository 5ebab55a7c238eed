//! Exercise 5: the counts of pairs, kept up to date.

#[pyo3::pymodule]
mod pair_counts {
    use std::collections::HashMap;

    use pyo3::prelude::*;

    /// Pairs of tokens, and how often each occurs.
    #[pyclass]
    #[derive(Default)]
    struct PairCounts {
        counts: HashMap<(String, String), i64>,
    }

    #[pymethods]
    impl PairCounts {
        #[new]
        fn new() -> Self {
            Self::default()
        }

        /// Return how often a pair occurs.
        fn count(&self, left: String, right: String) -> i64 {
            self.counts.get(&(left, right)).copied().unwrap_or_default()
        }

        /// Return the number of pairs that occur.
        fn __len__(&self) -> usize {
            self.counts.len()
        }

        /// Count each pair of neighbours in a word, which occurs `times` times.
        fn add(&mut self, tokens: Vec<String>, times: i64) {
            for pair in tokens.windows(2) {
                let pair = (pair[0].clone(), pair[1].clone());
                *self.counts.entry(pair).or_default() += times;
            }
        }

        /// Subtract what `add` has counted, and forget the pairs that no longer occur.
        fn take_away(&mut self, tokens: Vec<String>, times: i64) {
            for pair in tokens.windows(2) {
                let pair = (pair[0].clone(), pair[1].clone());
                *self.counts.entry(pair).or_default() -= times;
            }
            self.counts.retain(|_, count| *count > 0);
        }

        /// Return the pair that occurs most often; of several, the first in alphabetical order.
        fn most_frequent(&self) -> Option<(String, String)> {
            let most = self.counts.values().max()?;
            let tied = self.counts.iter().filter(|(_, count)| *count == most);
            tied.map(|(pair, _)| pair.clone()).min()
        }
    }
}
