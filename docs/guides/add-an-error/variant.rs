    /// The requested number of words in a row is less than one.
    TooFewInARow {
        /// The requested number.
        n: i64,
    },
