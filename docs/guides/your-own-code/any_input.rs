//! Checks that the result is symmetric, and that a text has all of itself in common with itself.

#![no_main]

use libfuzzer_sys::fuzz_target;

use wordtally::longest_common;

fuzz_target!(|texts: (&str, &str)| {
    let (left, right) = texts;
    let longest = |left: &str, right: &str| longest_common(left, right, &|| false).unwrap();
    assert_eq!(longest(left, right), longest(right, left));
    assert_eq!(longest(left, left), left.chars().count());
});
