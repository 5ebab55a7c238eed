{%= if cookiecutter.example == "words" =%}
//! Checks that the counts of two parts of a text, split at a space, add up to those of the text.

#![no_main]

use libfuzzer_sys::fuzz_target;

use {{= cookiecutter.__package =}}::count_words;

fuzz_target!(|text: &str| {
    let count = |text: &str| count_words(text, &|| false).unwrap();
    let (left, right) = text.split_once(' ').unwrap_or((text, ""));
    assert_eq!(count(left).merged(&count(right)).unwrap(), count(text));
});
{%= else =%}
//! Checks that the distance is symmetric, and zero only for equal texts.

#![no_main]

use libfuzzer_sys::fuzz_target;

use {{= cookiecutter.__package =}}::edit_distance;

fuzz_target!(|texts: (&str, &str)| {
    let (left, right) = texts;
    let distance = edit_distance(left, right);
    assert_eq!(distance, edit_distance(right, left));
    assert_eq!(distance == 0, left == right);
    assert!(distance <= left.chars().count().max(right.chars().count()));
});
{%= endif =%}
