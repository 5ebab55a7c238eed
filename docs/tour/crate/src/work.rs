//! An enum, and a match on it.

/// The work of a person: one of three cases, each with its own data.
#[derive(Clone, Debug, PartialEq)]
pub enum Work {
    /// Looking for work.
    Looking,
    /// A job, and the year it began.
    Employed {
        /// The industry.
        industry: String,
        /// The first year.
        since: i32,
    },
    /// Retired in this year.
    Retired(i32),
}

impl Work {
    /// Returns a sentence about it, as of the given year.
    pub fn sentence(&self, year: i32) -> String {
        match self {
            Work::Looking => "is looking for work".to_owned(),
            Work::Employed { since, .. } if *since == year => "has just begun".to_owned(),
            Work::Employed { industry, since } => {
                format!("has been in {industry} for {} years", year - since)
            }
            Work::Retired(end) => format!("retired in {end}"),
        }
    }
}
