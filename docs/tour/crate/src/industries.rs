//! Group and average.

use std::collections::BTreeMap;

use itertools::Itertools;

use crate::Person;

/// Returns the mean age in each industry, the industries in alphabetical order.
pub fn mean_age_by_industry(people: &[Person]) -> BTreeMap<&str, f64> {
    people
        .iter()
        .map(|person| (person.industry.as_str(), f64::from(person.age)))
        .into_group_map()
        .into_iter()
        .map(|(industry, ages)| (industry, mean(&ages)))
        .collect()
}

/// Returns the mean of some numbers: NaN if there are none.
fn mean(numbers: &[f64]) -> f64 {
    numbers.iter().sum::<f64>() / numbers.len() as f64
}
