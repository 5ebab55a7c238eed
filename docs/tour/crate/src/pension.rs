//! A module: some names for everybody, others for this file alone.

use crate::Person;

/// The age at which people retire.
pub const RETIREMENT: u32 = 65;

/// Returns how many years a person still works.
pub fn years_to_go(person: &Person) -> u32 {
    left(person.age)
}

/// Returns the years to an age, or 0 if it is over. Only this module can call it.
fn left(age: u32) -> u32 {
    RETIREMENT.saturating_sub(age)
}
