//! Ownership: give away, lend, lend for a change.

use crate::Person;

/// Returns the older of two. Both are borrowed, and so is the result.
pub fn older<'a>(one: &'a Person, other: &'a Person) -> &'a Person {
    if other.age > one.age { other } else { one }
}

/// Makes everybody a year older: the list is lent to be changed.
pub fn a_year_passes(people: &mut [Person]) {
    for person in people {
        person.celebrate_birthday();
    }
}

/// Returns those below an age. The caller gives the list away, and gets it back shortened.
pub fn keep_below(age: u32, mut people: Vec<Person>) -> Vec<Person> {
    people.retain(|person| person.age < age);
    people
}
