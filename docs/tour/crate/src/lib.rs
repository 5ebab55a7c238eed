//! The first ideas that a Python programmer meets in Rust, one in each file. Each file has a twin
//! in Python that gives the same results.

pub mod adults;
pub mod age;
pub mod changes;
pub mod formats;
pub mod greet;
pub mod industries;
pub mod merging;
pub mod numbers;
pub mod owners;
pub mod pension;
pub mod person;
pub mod texts;
pub mod tokenizer;
pub mod work;

pub use person::Person;
