//! Compares the crate with a slow and obvious implementation, on random text.

use proptest::prelude::*;

use wordtally::{Error, longest_common};

/// Looks for every part of the left text in the right one.
fn obvious(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.chars().collect();
    (0..=left.len())
        .flat_map(|start| (start..=left.len()).map(move |end| start..end))
        .filter(|cut| right.contains(&left[cut.clone()].iter().collect::<String>()))
        .map(|cut| cut.len())
        .max()
        .unwrap_or(0)
}

proptest! {
    #[test]
    fn two_texts_agree(left in "[abé]{0,9}|\\PC{0,9}", right in "[abé]{0,9}|\\PC{0,9}") {
        let found = longest_common(&left, &right, &|| false);
        prop_assert_eq!(found, Ok(obvious(&left, &right)));
    }
}

#[test]
fn the_caller_can_stop_it() {
    assert_eq!(longest_common("a", "a", &|| true), Err(Error::Interrupted));
}
