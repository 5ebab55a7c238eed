//! Iterators.

use itertools::Itertools;

use crate::Person;

/// Returns the names of those who are 18 or older, one at a time.
pub fn names_of_adults(people: &[Person]) -> impl Iterator<Item = &str> {
    people
        .iter()
        .filter(|person| person.age >= 18)
        .map(|person| person.name.as_str())
}

/// Returns how many years lie between one person and the next older one.
pub fn gaps(people: &[Person]) -> Vec<u32> {
    people
        .iter()
        .map(|person| person.age)
        .sorted()
        .tuple_windows()
        .map(|(younger, older)| older - younger)
        .collect()
}
