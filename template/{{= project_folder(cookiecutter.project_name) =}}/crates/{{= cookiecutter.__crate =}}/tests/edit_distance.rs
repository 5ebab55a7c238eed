//! Compares the crate with a slow and obvious implementation, on random text.

use proptest::prelude::*;

use {{= cookiecutter.__package =}}::edit_distance;

/// Tries every edit, as the definition says.
fn obvious(left: &[char], right: &[char]) -> usize {
    match (left, right) {
        ([], rest) | (rest, []) => rest.len(),
        ([first, left_rest @ ..], [other, right_rest @ ..]) => {
            let replaced = obvious(left_rest, right_rest) + usize::from(first != other);
            let deleted = obvious(left_rest, right) + 1;
            let inserted = obvious(left, right_rest) + 1;
            replaced.min(deleted).min(inserted)
        }
    }
}

proptest! {
    #[test]
    fn two_texts_agree(left in "[abé]{0,6}|\\PC{0,6}", right in "[abé]{0,6}|\\PC{0,6}") {
        let characters = |text: &str| text.chars().collect::<Vec<_>>();
        let expected = obvious(&characters(&left), &characters(&right));
        prop_assert_eq!(edit_distance(&left, &right), expected);
    }
}
