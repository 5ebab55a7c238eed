//! A struct with methods.

use serde::{Deserialize, Serialize};

/// Somebody who works.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Person {
    /// What others call them.
    pub name: String,
    /// In years.
    pub age: u32,
    /// Where they work.
    pub industry: String,
}

impl Person {
    /// Returns what the person says.
    pub fn introduction(&self) -> String {
        format!("I am {}, {} years old.", self.name, self.age)
    }

    /// Makes the person one year older.
    pub fn celebrate_birthday(&mut self) {
        self.age += 1;
    }
}
