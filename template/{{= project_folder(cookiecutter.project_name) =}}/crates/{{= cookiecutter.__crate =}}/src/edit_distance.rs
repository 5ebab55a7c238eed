//! The edit distance of two texts.

/// Returns the smallest number of characters to insert, delete or replace to turn `right` into
/// `left`.
///
/// Wagner and Fischer (1974): a table of the distances between the prefixes of both texts, of which
/// one row is kept.
///
/// ```
/// use {{= cookiecutter.__package =}}::edit_distance;
///
/// assert_eq!(edit_distance("kitten", "sitting"), 3);
/// ```
pub fn edit_distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    // The distances between the characters of `left` read so far and each prefix of `right`.
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for character in left.chars() {
        let mut diagonal = row[0];
        row[0] += 1;
        for (column, &other) in right.iter().enumerate() {
            let replaced = diagonal + usize::from(character != other);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::edit_distance;

    #[test]
    fn each_edit_counts_as_one() {
        for (left, right, expected) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "abc", 0),
            ("abc", "axc", 1),
            ("abc", "ab", 1),
            ("ab", "cab", 1),
            ("ab", "ba", 2),
            ("naïve", "naive", 1),
        ] {
            assert_eq!(edit_distance(left, right), expected, "{left:?} {right:?}");
        }
    }
}
