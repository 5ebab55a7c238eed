//! Checks that with any normalizer and any rules of added tokens, all ways to encode agree, and
//! that a tokenizer is saved as it was.

#![no_main]

use std::collections::BTreeSet;
use std::sync::OnceLock;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;

use bytemerge::{
    Change, Normalizer, Options, Pattern, Rules, SpecialSelection, SpecialTokens, Tokenizer,
};

#[derive(Arbitrary, Debug)]
enum Step<'a> {
    Nfc,
    Nfd,
    Nfkc,
    Nfkd,
    Lowercase,
    Replace(&'a str, &'a str),
    Prepend(&'a str),
    Strip(bool, bool),
}

impl Step<'_> {
    fn change(&self) -> Change {
        match *self {
            Step::Nfc => Change::Nfc,
            Step::Nfd => Change::Nfd,
            Step::Nfkc => Change::Nfkc,
            Step::Nfkd => Change::Nfkd,
            Step::Lowercase => Change::Lowercase,
            Step::Replace(pattern, content) => Change::Replace {
                pattern: pattern.to_owned(),
                content: content.to_owned(),
            },
            Step::Prepend(prepend) => Change::Prepend {
                prepend: prepend.to_owned(),
            },
            Step::Strip(strip_left, strip_right) => Change::Strip {
                strip_left,
                strip_right,
            },
        }
    }
}

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    steps: Vec<Step<'a>>,
    added: Vec<(&'a str, [bool; 5])>,
    pattern: u8,
    text: &'a str,
    limit: u8,
}

/// Returns a tokenizer for each pattern.
fn trained() -> &'static [Tokenizer] {
    static TRAINED: OnceLock<Vec<Tokenizer>> = OnceLock::new();
    TRAINED.get_or_init(|| {
        [
            None,
            Some("gpt2"),
            Some("cl100k"),
            Some("o200k"),
            Some(r"\w+|\W"),
        ]
        .map(|name| {
            let bytes = (0..=u8::MAX).map(|byte| vec![byte]);
            let words = [
                "th", "the", " t", " the", "\u{e9}", "\u{301}", "  ", "\u{4e2d}",
            ];
            let words = words.map(|word| word.as_bytes().to_vec());
            let tokens = bytes.chain(words).zip(0..);
            let pattern = Pattern::new(name).unwrap();
            Tokenizer::from_ranks(tokens, pattern, SpecialTokens::default()).unwrap()
        })
        .into()
    })
}

fuzz_target!(|input: Input| {
    let Input {
        steps,
        added,
        pattern,
        text,
        limit,
    } = input;
    let plain = &trained()[usize::from(pattern) % trained().len()];
    let names: BTreeSet<&str> = added.iter().map(|(name, _)| *name).collect();
    if steps.len() > 4 || names.len() != added.len() || text.len() > 2000 {
        return;
    }
    let added = (300..).zip(&added).map(|(id, &(name, flags))| {
        let [is_always_found, single_word, lstrip, rstrip, normalized] = flags;
        let rules = Rules {
            is_always_found,
            single_word,
            lstrip,
            rstrip,
            normalized,
        };
        (name, id, rules)
    });
    let Ok(normalizer) = Normalizer::new(steps.iter().map(Step::change).collect()) else {
        return;
    };
    let tokenizer = SpecialTokens::with_rules(added)
        .and_then(|added| plain.with_added_tokens(added))
        .and_then(|tokenizer| tokenizer.with_normalizer(normalizer));
    let Ok(tokenizer) = tokenizer else {
        return;
    };
    // Slow, as it compiles the expressions again.
    let again = (limit % 16 == 0).then(|| {
        let again = Tokenizer::from_bytes(&tokenizer.to_bytes().unwrap()).unwrap();
        assert!(again == tokenizer);
        again
    });
    let options = Options {
        allowed_special: SpecialSelection::All,
        ..Options::default()
    };
    let Ok(ids) = tokenizer.encode(text, &options) else {
        return; // an expression that backtracks too much
    };
    if let Some(again) = again {
        assert_eq!(again.encode(text, &options).unwrap(), ids);
    }
    assert_eq!(tokenizer.count(text, &options).unwrap(), ids.len());
    let batch = tokenizer.encode_batch(&[text, "", text], &options).unwrap();
    assert_eq!(
        (batch.get(0), batch.get(2)),
        (Some(&ids[..]), Some(&ids[..]))
    );
    let encoding = tokenizer.encode_with_offsets(text, &options).unwrap();
    assert_eq!(encoding.ids, ids);
    for &[start, end] in &encoding.byte_offsets {
        assert!(start <= end && end <= text.len());
    }
    let characters = text.chars().count();
    for &[start, end] in &encoding.char_offsets {
        assert!(start <= end && end <= characters);
    }
    let kept = tokenizer.truncate(text, limit.into(), &options).unwrap();
    assert_eq!(kept.ids, ids[..kept.ids.len()]);
    assert!(kept.ids.len() <= limit.into() && text.is_char_boundary(kept.end));
    tokenizer.decode_bytes(&ids).unwrap();
});
