//! Checks that any expression cuts any text or is refused, that no part of the text is lost, and
//! that the scanners cut as the expressions do that they stand for.

#![no_main]

use std::sync::OnceLock;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;

use bytemerge::Pattern;
use bytemerge::pattern::PatternError;

/// A name or an expression of each scanner.
const KNOWN: [&str; 7] = [
    "gpt2",
    "cl100k",
    "o200k",
    // Llama 3, Qwen 2, Qwen 3 and Mistral Nemo.
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+",
];

/// Other patterns of a sequence.
const OTHERS: [&str; 4] = ["byte_letters", r"\d", r"\p{P}+", r"(?=t)|\W"];

#[derive(Arbitrary, Debug)]
enum Cut<'a> {
    Known(u8),
    Sequence([u8; 3]),
    Expression(&'a str),
}

/// Returns each scanner, with the engine for the same expression.
fn known() -> &'static [[Pattern; 2]] {
    static BOTH: OnceLock<Vec<[Pattern; 2]>> = OnceLock::new();
    BOTH.get_or_init(|| {
        KNOWN
            .map(|name| {
                let scanner = Pattern::new(Some(name)).unwrap();
                assert!(scanner.is_known());
                // In a group, the expression of a known pattern is not recognised.
                let expression = format!("(?:{})", scanner.expression().unwrap());
                [scanner, Pattern::new(Some(&expression)).unwrap()]
            })
            .into()
    })
}

/// Returns the patterns of which sequences consist.
fn parts() -> &'static [Pattern] {
    static PARTS: OnceLock<Vec<Pattern>> = OnceLock::new();
    PARTS.get_or_init(|| {
        let names = KNOWN.iter().chain(&OTHERS);
        names
            .map(|name| Pattern::new(Some(name)).unwrap())
            .collect()
    })
}

fuzz_target!(|input: (Cut, &str)| {
    let (cut, text) = input;
    let pattern = match cut {
        Cut::Known(index) => {
            let [scanner, engine] = &known()[usize::from(index) % KNOWN.len()];
            let pieces = pieces(scanner, text).unwrap();
            // The engine may give up on long texts.
            if let Ok(expected) = self::pieces(engine, text) {
                assert_eq!(pieces, expected, "{scanner:?}");
            }
            cut_is_safe(scanner, text, &pieces);
            return;
        }
        Cut::Sequence(indices) => {
            let part = |index: u8| parts()[usize::from(index) % parts().len()].clone();
            Pattern::sequence(indices.map(part))
        }
        Cut::Expression(expression) => match Pattern::new(Some(expression)) {
            Ok(pattern) => pattern,
            Err(_) => return,
        },
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
