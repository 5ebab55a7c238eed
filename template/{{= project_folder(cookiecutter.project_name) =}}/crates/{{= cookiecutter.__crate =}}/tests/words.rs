//! Compares the crate with a slow and obvious implementation, on random text.

use std::collections::BTreeMap;

use proptest::prelude::*;

use {{= cookiecutter.__package =}}::{Error, WordCounts};
use {{= cookiecutter.__package =}}::{count_words, count_words_in_all};

/// Counts character by character, as the definition says.
fn obvious(text: &str) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    let mut word = String::new();
    for character in text.chars().chain([' ']) {
        let separates = character.is_whitespace()
            || ('\u{1c}'..='\u{1f}').contains(&character)
            || "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~".contains(character);
        if !separates {
            word.push(character.to_ascii_lowercase());
        } else if !word.is_empty() {
            *counts.entry(std::mem::take(&mut word)).or_default() += 1;
        }
    }
    counts
}

fn as_map(counts: &WordCounts) -> BTreeMap<String, u64> {
    counts
        .iter()
        .map(|(word, count)| (word.to_owned(), count))
        .collect()
}

proptest! {
    #[test]
    fn one_text_agrees(text in "[ab A!_\u{1c}é\u{3000}]{0,40}|\\PC{0,40}") {
        let counts = count_words(&text, &|| false).unwrap();
        prop_assert_eq!(as_map(&counts), obvious(&text));
    }

    #[test]
    fn many_texts_agree_with_all_of_them_joined(texts in prop::collection::vec("[abC ]{0,9}", 0..9)) {
        let counts = count_words_in_all(&texts, &|| false).unwrap();
        prop_assert_eq!(as_map(&counts), obvious(&texts.join(" ")));
    }

    #[test]
    fn merging_is_counting_both(left in "[abC ]{0,9}", right in "[abC ]{0,9}") {
        let count = |text: &str| count_words(text, &|| false).unwrap();
        let merged = count(&left).merged(&count(&right)).unwrap();
        prop_assert_eq!(merged, count(&format!("{left} {right}")));
    }
}

#[test]
fn the_most_common_words_come_first_and_ties_are_sorted() {
    let counts = count_words("b a c c b a d", &|| false).unwrap();
    assert_eq!(counts.most_common(3), [("a", 2), ("b", 2), ("c", 2)]);
    assert_eq!(counts.most_common(usize::MAX).len(), 4);
    assert_eq!(counts.most_common(0).len(), 0);
}

#[test]
fn the_caller_can_stop_it() {
    assert_eq!(count_words("a", &|| true), Err(Error::Interrupted));
    assert_eq!(
        count_words_in_all(&["a", "b"], &|| true),
        Err(Error::Interrupted)
    );
}

#[test]
fn a_zero_is_refused() {
    let counts = BTreeMap::from([("a".to_owned(), 0)]);
    let error = WordCounts::try_from(counts).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the count of \"a\" must be at least 1, not 0"
    );
}

#[test]
fn a_sum_that_does_not_fit_is_refused() {
    let most = WordCounts::try_from(BTreeMap::from([("a".to_owned(), u64::MAX)])).unwrap();
    assert_eq!(most.total(), u128::from(u64::MAX));
    let error = most.clone().merged(&most).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the count of \"a\" does not fit into 64 bits"
    );
}

#[test]
fn bytes_that_are_not_utf8_are_located() {
    let bytes = b"ab\xff".to_vec();
    let error = Error::from(std::str::from_utf8(&bytes).unwrap_err());
    assert_eq!(error.to_string(), "not UTF-8: invalid byte at offset 2");
}
