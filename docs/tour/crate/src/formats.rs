//! JSON and YAML.

use crate::Person;

/// Returns the people in a JSON text.
///
/// # Errors
///
/// The text is not JSON, or not a list of people.
pub fn from_json(text: &str) -> serde_json::Result<Vec<Person>> {
    serde_json::from_str(text)
}

/// Returns the people as YAML.
///
/// # Errors
///
/// None that a list of people can cause.
pub fn to_yaml(people: &[Person]) -> yaml_serde::Result<String> {
    yaml_serde::to_string(people)
}
