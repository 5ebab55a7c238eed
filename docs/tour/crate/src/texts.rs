//! Texts, which are UTF-8.

/// Returns the number of bytes of a text, and the number of its characters.
pub fn sizes(text: &str) -> (usize, usize) {
    (text.len(), text.chars().count())
}

/// Returns the first characters of a text: a view of it, not a copy.
pub fn beginning(text: &str, characters: usize) -> &str {
    match text.char_indices().nth(characters) {
        Some((end, _)) => &text[..end],
        None => text,
    }
}

/// Returns the initials of a name, each with a full stop: a new text.
pub fn initials(name: &str) -> String {
    let mut initials = String::new();
    for word in name.split_whitespace() {
        initials.extend(word.chars().next());
        initials.push('.');
    }
    initials
}
