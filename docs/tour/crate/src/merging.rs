//! A loop over a list that changes: the merge of the tutorial, in its plainest form.

/// Joins two neighbours wherever they stand, from left to right.
pub fn merge(tokens: &mut Vec<String>, left: &str, right: &str) {
    let mut at = 0;
    while at + 1 < tokens.len() {
        if tokens[at] == left && tokens[at + 1] == right {
            tokens[at] = format!("{left}{right}");
            tokens.remove(at + 1);
        }
        at += 1;
    }
}
