//! Shows texts of users in messages: shortened if they are long, and on one line.

/// The most characters of a text that a message shows.
const MOST_SHOWN: usize = 200;

/// Returns a text in quotes, with its line breaks and invisible characters escaped.
pub(crate) fn shown(text: &str) -> String {
    // Escapes make it longer.
    clipped(&format!("{:?}", clipped(text)))
}

/// Returns a message with its line breaks and invisible characters escaped.
pub(crate) fn one_line(message: &str) -> String {
    let mut line = String::new();
    for char in message.chars() {
        match char {
            '"' | '\'' | '\\' => line.push(char),
            _ => line.extend(char.escape_debug()),
        }
    }
    clipped(&line)
}

/// Returns a text, or the start and the end of a long one.
pub(crate) fn clipped(text: &str) -> String {
    let length = text.chars().count();
    if length <= MOST_SHOWN {
        return text.to_owned();
    }
    let end = MOST_SHOWN / 3;
    let mut clipped: String = text.chars().take(MOST_SHOWN - end).collect();
    clipped.push_str("...");
    clipped.extend(text.chars().skip(length - end));
    clipped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_text_is_whole_and_on_one_line() {
        assert_eq!(shown("a\n\"é\u{202e}"), r#""a\n\"é\u{202e}""#);
        assert_eq!(clipped(&"é".repeat(MOST_SHOWN)), "é".repeat(MOST_SHOWN));
        assert_eq!(one_line("a\n\"é\\\u{1b}'"), r#"a\n"é\\u{1b}'"#);
    }

    #[test]
    fn a_long_text_keeps_both_ends() {
        let text = format!("<{}>", "é".repeat(MOST_SHOWN));
        let cut = clipped(&text);
        assert!(cut.starts_with("<é") && cut.contains("é...é") && cut.ends_with("é>"));
        assert_eq!(cut.chars().count(), MOST_SHOWN + "...".len());
        for text in [text, "\u{10ffff}".repeat(MOST_SHOWN)] {
            assert_eq!(shown(&text).chars().count(), MOST_SHOWN + "...".len());
        }
    }
}
