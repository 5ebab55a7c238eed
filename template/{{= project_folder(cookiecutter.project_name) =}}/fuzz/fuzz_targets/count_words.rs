//! Cutting a text in two at a space, counting both parts, and merging is counting the text.

#![no_main]

use libfuzzer_sys::fuzz_target;

use {{= cookiecutter.__package =}}::count_words;

fuzz_target!(|text: &str| {
    let count = |text: &str| count_words(text, &|| false).unwrap();
    let (left, right) = text.split_once(' ').unwrap_or((text, ""));
    assert_eq!(count(left).merged(&count(right)).unwrap(), count(text));
});
