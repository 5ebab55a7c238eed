//! A struct with methods.

use serde::{Deserialize, Serialize};

/// A person who works.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Person {
    /// The name.
    pub name: String,
    /// The age in years.
    pub age: u32,
    /// The industry in which the person works.
    pub industry: String,
}

impl Person {
    /// Returns the words of the person.
    pub fn introduction(&self) -> String {
        format!("I am {}, {} years old.", self.name, self.age)
    }

    /// Makes the person one year older.
    pub fn celebrate_birthday(&mut self) {
        self.age += 1;
    }
}
