//! Checks that any special tokens, allowed or not, are found as the definition says, and that the
//! text between them is encoded as it is alone.
//!
//! Building the automaton that finds the special tokens of the input takes longest.

#![no_main]

use std::collections::BTreeSet;
use std::sync::OnceLock;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;

use bytemerge::{Options, Pattern, SpecialSelection, SpecialTokens, Template, Tokenizer};

mod agreement;

/// The id of the first special token.
const FIRST: u32 = 300;

#[derive(Arbitrary, Debug)]
enum Part<'a> {
    Text(&'a str),
    Name(u8),
}

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    names: [&'a str; 4],
    text: Vec<Part<'a>>,
    /// A bit for each name, or all names.
    allowed: Option<u8>,
    disallowed: Option<u8>,
    /// The special tokens around a text.
    template: Option<([u8; 1], [u8; 2])>,
    pattern: u8,
    limit: u8,
}

/// Returns a tokenizer without special tokens for each pattern.
fn plain() -> &'static [Tokenizer] {
    static PLAIN: OnceLock<Vec<Tokenizer>> = OnceLock::new();
    PLAIN.get_or_init(|| {
        [None, Some("gpt2"), Some("cl100k"), Some("o200k")]
            .map(|name| {
                let bytes = (0..=u8::MAX).map(|byte| vec![byte]);
                let words = [
                    "th", "the", " the", "<|", "|>", "\u{e9}", "  ", "aa", "aaaa",
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
        names,
        text,
        allowed,
        disallowed,
        template,
        pattern,
        limit,
    } = input;
    let names: Vec<&str> = BTreeSet::from(names)
        .into_iter()
        .filter(|name| !name.is_empty())
        .collect();
    let text: String = text
        .iter()
        .map(|part| match part {
            Part::Text(text) => text,
            Part::Name(index) => names
                .get(usize::from(*index) % 4)
                .copied()
                .unwrap_or_default(),
        })
        .collect();
    let selected = |bits: Option<u8>| -> Vec<&str> {
        let bits = bits.unwrap_or(u8::MAX);
        names
            .iter()
            .enumerate()
            .filter(|(at, _)| bits >> at & 1 == 1)
            .map(|(_, name)| *name)
            .collect()
    };
    let (allowed_names, mut disallowed_names) = (selected(allowed), selected(disallowed));
    if disallowed.is_none() {
        disallowed_names.retain(|name| !allowed_names.contains(name));
    }
    let selection = |bits: Option<u8>, names| match bits {
        None => SpecialSelection::All,
        Some(_) => SpecialSelection::Only(names),
    };
    let options = Options {
        allowed_special: selection(allowed, &allowed_names),
        disallowed_special: selection(disallowed, &disallowed_names),
        add_special_tokens: template.is_some(),
        ..Options::default()
    };

    let plain = &plain()[usize::from(pattern) % plain().len()];
    let special = SpecialTokens::new(names.iter().copied().zip(FIRST..)).unwrap();
    let mut tokenizer = plain.with_special_tokens(special).unwrap();
    let mut ids = Vec::new();
    if let Some((before, after)) = template {
        let template = Template::new(
            before.map(Into::into).into(),
            after.map(Into::into).into(),
            "null",
        );
        tokenizer = tokenizer.with_template(template.unwrap()).unwrap();
        ids.extend_from_slice(&tokenizer.template().before);
    }

    let encoding = agreement::encoded(&tokenizer, &text, &options);
    let is_refused = disallowed_names.iter().any(|name| text.contains(name));
    assert_eq!(encoding.is_none(), is_refused);
    let Some(encoding) = encoding else {
        return;
    };
    let mut rest = &text[..];
    while let Some((start, name)) = first(rest, &allowed_names) {
        ids.extend(plain.encode_ordinary(&rest[..start]).unwrap());
        ids.extend(
            (FIRST..)
                .zip(&names)
                .find(|(_, other)| **other == name)
                .map(|(id, _)| id),
        );
        rest = &rest[start + name.len()..];
    }
    ids.extend(plain.encode_ordinary(rest).unwrap());
    if template.is_some() {
        ids.extend_from_slice(&tokenizer.template().after);
    } else {
        assert_eq!(tokenizer.decode_bytes(&ids).unwrap(), text.as_bytes());
    }
    assert_eq!(encoding.ids, ids);
    agreement::truncated(&tokenizer, &text, limit.into(), &options, &encoding);
});

/// Returns the offset and the name of the leftmost special token: the longest of several.
fn first<'n>(text: &str, names: &[&'n str]) -> Option<(usize, &'n str)> {
    let found = names
        .iter()
        .filter_map(|name| Some((text.find(name)?, *name)));
    found.min_by_key(|(start, name)| (*start, usize::MAX - name.len()))
}
