//! Ownership: give away, lend, lend for a change.

use crate::Person;

/// The older of two: both are lent, and one of them is lent back.
pub fn older<'a>(one: &'a Person, other: &'a Person) -> &'a Person {
    if other.age > one.age { other } else { one }
}

/// Makes everybody a year older: the list is lent to be changed.
pub fn a_year_passes(people: &mut [Person]) {
    for person in people {
        person.celebrate_birthday();
    }
}

/// Those below an age: the list is given away, and comes back with those who are left.
pub fn keep_below(age: u32, mut people: Vec<Person>) -> Vec<Person> {
    people.retain(|person| person.age < age);
    people
}
