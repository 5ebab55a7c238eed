//! An enum, and a match on it.

/// What somebody does: one of three, each with what belongs to it.
#[derive(Clone, Debug, PartialEq)]
pub enum Work {
    /// Not found yet.
    Looking,
    /// A job, since a year.
    Employed {
        /// Where.
        industry: String,
        /// The first year.
        since: i32,
    },
    /// The year it ended.
    Retired(i32),
}

impl Work {
    /// A sentence about it, in the given year.
    pub fn sentence(&self, year: i32) -> String {
        match self {
            Work::Looking => "looks for work".to_owned(),
            Work::Employed { since, .. } if *since == year => "has just begun".to_owned(),
            Work::Employed { industry, since } => {
                format!("has been in {industry} for {} years", year - since)
            }
            Work::Retired(end) => format!("stopped in {end}"),
        }
    }
}
