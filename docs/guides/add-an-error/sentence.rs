            Self::TooFewInARow { n } => write!(formatter, "n must be at least 1, not {n}"),
