//! Patterns of all kinds, compiled once.

use std::sync::OnceLock;

use bytemerge::Pattern;

pub const NAMES: [Option<&str>; 5] = [
    None,
    Some("gpt2"),
    Some("cl100k"),
    Some("o200k"),
    Some(r"\w+|\W"),
];

/// Returns the name and the pattern that a number stands for.
pub fn chosen(number: u8) -> (Option<&'static str>, &'static Pattern) {
    static PATTERNS: OnceLock<[Pattern; NAMES.len()]> = OnceLock::new();
    let patterns = PATTERNS.get_or_init(|| NAMES.map(|name| Pattern::new(name).unwrap()));
    let index = usize::from(number) % NAMES.len();
    (NAMES[index], &patterns[index])
}
