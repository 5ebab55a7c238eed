//! A trait.

use crate::Person;

/// Whoever has a name can be greeted.
pub trait Greet {
    /// Returns the name to greet.
    fn name(&self) -> &str;

    /// Returns the greeting; a type may have one of its own.
    fn greeting(&self) -> String {
        format!("Hello, {}!", self.name())
    }
}

impl Greet for Person {
    fn name(&self) -> &str {
        &self.name
    }
}

/// Where people work.
pub struct Company {
    /// As it is registered.
    pub name: String,
}

impl Greet for Company {
    fn name(&self) -> &str {
        &self.name
    }

    fn greeting(&self) -> String {
        format!("Dear {},", self.name())
    }
}

/// Greets two, of any type.
pub fn greet_both(one: &impl Greet, other: &impl Greet) -> String {
    format!("{}\n{}", one.greeting(), other.greeting())
}
