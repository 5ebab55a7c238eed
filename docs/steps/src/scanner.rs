//! Splitting by hand: the class of one character says where its piece ends.

use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

/// The endings that are pieces: it's, don't, we'll.
const ENDINGS: [&str; 7] = ["'s", "'d", "'m", "'t", "'ll", "'ve", "'re"];

/// Returns the pieces of a text, as GPT-2 splits it.
pub fn split(mut text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    while !text.is_empty() {
        let (piece, rest) = text.split_at(first_end(text));
        pieces.push(piece);
        text = rest;
    }
    pieces
}

/// Returns the end of the first piece of a text.
fn first_end(text: &str) -> usize {
    let mut endings = ENDINGS.iter();
    if let Some(ending) = endings.find(|&&ending| text.starts_with(ending)) {
        return ending.len();
    }
    // A space belongs to the word, number or symbol after it.
    let rest = text.strip_prefix(' ').unwrap_or(text);
    let class = rest.chars().next().map_or(Class::Space, class);
    if class != Class::Space {
        return text.len() - rest.len() + run(rest, class);
    }
    // The last character of white space belongs to the next piece.
    let end = run(text, Class::Space);
    match text[..end].char_indices().next_back() {
        Some((last, _)) if last > 0 && end < text.len() => last,
        _ => end,
    }
}

/// Returns the length of a run of characters of one class.
fn run(text: &str, of: Class) -> usize {
    text.find(|character| class(character) != of)
        .unwrap_or(text.len())
}

#[derive(Clone, Copy, PartialEq)]
enum Class {
    Letter,
    Number,
    Space,
    Symbol,
}

fn class(character: char) -> Class {
    match character {
        'a'..='z' | 'A'..='Z' => Class::Letter,
        _ if character.is_whitespace() => Class::Space,
        _ => match character.general_category_group() {
            GeneralCategoryGroup::Letter => Class::Letter,
            GeneralCategoryGroup::Number => Class::Number,
            _ => Class::Symbol,
        },
    }
}
