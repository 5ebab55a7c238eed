//! Checks that any text gives the ids of the definition by every path, with a table of pieces that
//! grows from run to run.
//!
//! The definition takes longest, as its time is quadratic.

#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;

use bytemerge::pattern::PatternError;
use bytemerge::{Options, Tokenizer};

#[path = "../../crates/bytemerge/tests/slow/mod.rs"]
#[allow(dead_code, reason = "another target needs the rest")]
mod slow;

const PATTERNS: [Option<&str>; 4] = [None, Some("gpt2"), Some("cl100k"), Some("o200k")];

/// Bytes of the longest piece that is compared with the definition, which takes quadratic time.
const LONG: usize = 50;

fn tokenizers() -> &'static (slow::Model, Vec<Tokenizer>) {
    static BOTH: OnceLock<(slow::Model, Vec<Tokenizer>)> = OnceLock::new();
    BOTH.get_or_init(|| {
        let bytes = (0..=u8::MAX).map(|byte| vec![byte]);
        let runs = (2..40).flat_map(|length| [vec![b'a'; length], vec![b' '; length]]);
        let words = [
            "ab", "ba", "abab", " a", " ab", "1a", "\u{e9}", "\u{4e2d}", "a'", "'s",
        ];
        let words = words.map(|word| word.as_bytes().to_vec());
        let model = slow::Model {
            tokens: bytes.chain(runs).chain(words).collect(),
            merges: Vec::new(),
        };
        let tokenizers = PATTERNS.map(|pattern| model.rank_tokenizer(pattern)).into();
        (model, tokenizers)
    })
}

fuzz_target!(|input: (u8, &str)| {
    let (pattern, text) = input;
    let (model, tokenizers) = tokenizers();
    let tokenizer = &tokenizers[usize::from(pattern) % PATTERNS.len()];
    let found = tokenizer.encode_ordinary(text).unwrap();
    assert_eq!(tokenizer.decode_bytes(&found).unwrap(), text.as_bytes());
    assert_eq!(
        tokenizer.count(text, &Options::default()).unwrap(),
        found.len()
    );
    assert_eq!(
        tokenizer.encode_bytes(text.as_bytes(), &|| false).unwrap(),
        found
    );
    let encoding = tokenizer
        .encode_with_offsets(text, &Options::default())
        .unwrap();
    assert_eq!(encoding.ids, found);
    let mut expected = Some(Vec::new());
    let cut = tokenizer.pattern().for_each_piece(text, |piece| {
        if piece.len() > LONG {
            expected = None;
        } else if let Some(expected) = &mut expected {
            expected.extend(model.by_ranks(piece.as_bytes()));
        }
        Ok::<(), PatternError>(())
    });
    cut.unwrap();
    if let Some(expected) = expected {
        assert_eq!(found, expected);
    }
});
