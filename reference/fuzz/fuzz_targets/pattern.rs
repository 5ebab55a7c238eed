//! Checks that any expression cuts any text or is refused, that no part of the text is lost, and
//! that the scanners cut as the expressions do that they stand for.

#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;

use bytemerge::Pattern;
use bytemerge::pattern::PatternError;

const KNOWN: [&str; 3] = ["gpt2", "cl100k", "o200k"];

fuzz_target!(|input: (&str, Option<&str>)| {
    let (text, expression) = input;
    let Some(expression) = expression else {
        static BOTH: OnceLock<Vec<[Pattern; 2]>> = OnceLock::new();
        let both = BOTH.get_or_init(|| {
            KNOWN
                .map(|name| {
                    let scanner = Pattern::new(Some(name)).unwrap();
                    // In a group, the expression of a known pattern is not recognised.
                    let expression = format!("(?:{})", scanner.expression().unwrap());
                    [scanner, Pattern::new(Some(&expression)).unwrap()]
                })
                .into()
        });
        for [scanner, engine] in both {
            let pieces = pieces(scanner, text).unwrap();
            // The engine may give up on long texts.
            if let Ok(expected) = self::pieces(engine, text) {
                assert_eq!(pieces, expected, "{scanner:?}");
            }
            cut_is_safe(scanner, text, &pieces);
        }
        return;
    };
    let Ok(pattern) = Pattern::new(Some(expression)) else {
        return;
    };
    if let Ok(pieces) = pieces(&pattern, text) {
        assert_eq!(pieces.concat(), text);
        assert!(pieces.iter().all(|piece| !piece.is_empty()));
    }
});

fn pieces<'t>(pattern: &Pattern, text: &'t str) -> Result<Vec<&'t str>, PatternError> {
    let mut pieces = Vec::new();
    pattern.for_each_piece(text, |piece| {
        pieces.push(piece);
        Ok::<(), PatternError>(())
    })?;
    Ok(pieces)
}

/// Checks that both sides of a safe cut are cut as the whole text is.
fn cut_is_safe(pattern: &Pattern, text: &str, expected: &[&str]) {
    for near in [0, text.len() / 3, text.len()] {
        if let Some(cut) = pattern.safe_cut(text, near) {
            let (first, second) = text.split_at(cut);
            let both = [
                pieces(pattern, first).unwrap(),
                pieces(pattern, second).unwrap(),
            ];
            assert_eq!(both.concat(), expected, "{cut}");
        }
    }
}
