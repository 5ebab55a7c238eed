//! Shows texts of users in messages: shortened if they are long, and on one line.

/// The most characters of a text that a message shows.
const MOST: usize = 200;

/// Returns a text in quotes, with its line breaks and invisible characters escaped.
pub(crate) fn shown(text: &str) -> String {
    format!("{:?}", clipped(text))
}

/// Returns a text, or the start and the end of a long one.
pub(crate) fn clipped(text: &str) -> String {
    let length = text.chars().count();
    if length <= MOST {
        return text.to_owned();
    }
    let end = MOST / 3;
    let mut clipped: String = text.chars().take(MOST - end).collect();
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
        assert_eq!(clipped(&"é".repeat(MOST)), "é".repeat(MOST));
    }

    #[test]
    fn a_long_text_keeps_both_ends() {
        let clipped = clipped(&format!("<{}>", "é".repeat(MOST)));
        assert!(clipped.starts_with("<é") && clipped.contains("é...é") && clipped.ends_with("é>"));
        assert_eq!(clipped.chars().count(), MOST + "...".len());
    }
}
