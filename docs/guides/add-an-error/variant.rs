    /// The words in a row were fewer than one.
    TooFewInARow {
        /// How many they were to be.
        n: i64,
    },
