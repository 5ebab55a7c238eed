//! Checks, for any tokens, merges and text, that the ids are those of the definition and give the
//! text back, and that all ways to encode agree.

#![no_main]

use std::collections::BTreeSet;

use libfuzzer_sys::fuzz_target;

use bytemerge::pattern::PatternError;
use bytemerge::{Options, Pattern, SpecialSelection, SpecialTokens, Tokenizer};

#[path = "../../crates/bytemerge/tests/slow/mod.rs"]
#[allow(dead_code, reason = "another target needs the rest")]
mod slow;

const PATTERNS: [Option<&str>; 5] = [
    None,
    Some("gpt2"),
    Some("cl100k"),
    Some("o200k"),
    Some(r"\w+|\W"),
];

type Input<'a> = (Vec<&'a [u8]>, Vec<(u8, u8)>, u8, &'a str, &'a str, u8);

fuzz_target!(|input: Input| {
    let (tokens, pairs, pattern, text, special, limit) = input;
    let tokens: BTreeSet<&[u8]> = tokens
        .into_iter()
        .filter(|token| (2..50).contains(&token.len()))
        .take(50)
        .collect();
    if text.len() > 300 {
        return; // the definition takes cubic time
    }
    let bytes = (0..=u8::MAX).map(|byte| vec![byte]);
    let others: Vec<Vec<u8>> = tokens.iter().map(|token| token.to_vec()).collect();
    let mut model = slow::Model {
        tokens: bytes.chain(others).collect(),
        merges: Vec::new(),
    };
    let all = u32::try_from(model.tokens.len()).unwrap();
    for (left, right) in pairs {
        // Few pairs make a token, so the first number selects a token and the second its split.
        let Some(token) = model.tokens.get(256 + usize::from(left) % 64) else {
            continue;
        };
        let (start, end) = token.split_at(1 + usize::from(right) % (token.len() - 1));
        let id = |part: &[u8]| model.tokens.iter().position(|token| token == part);
        if let (Some(start), Some(end)) = (id(start), id(end)) {
            let pair = (start.try_into().unwrap(), end.try_into().unwrap());
            model.merges.push(pair);
        }
    }
    let pattern = PATTERNS[usize::from(pattern) % PATTERNS.len()];
    let by_ranks = model.rank_tokenizer(pattern);
    let by_list = model.list_tokenizer(pattern, false);
    let ignoring_merges = model.list_tokenizer(pattern, true);
    let mut expected = [const { Vec::new() }; 3];
    let cut = Pattern::new(pattern).unwrap().for_each_piece(text, |piece| {
        expected[0].extend(model.by_ranks(piece.as_bytes()));
        expected[1].extend(model.by_list(piece.as_bytes()));
        expected[2].extend(model.by_list_ignoring_merges(piece.as_bytes()));
        Ok::<(), PatternError>(())
    });
    cut.unwrap();
    for (tokenizer, expected) in [by_ranks, by_list, ignoring_merges].into_iter().zip(expected) {
        assert_eq!(tokenizer.encode_ordinary(text).unwrap(), expected);
        assert_eq!(tokenizer.encode_bytes(text.as_bytes(), &|| false).unwrap(), expected);
        let again = Tokenizer::from_bytes(&tokenizer.to_bytes().unwrap()).unwrap();
        assert!(again == tokenizer);
        assert_eq!(again.encode_ordinary(text).unwrap(), expected);
        calls_agree(&tokenizer, text, limit.into());
        if !special.is_empty() {
            let names = SpecialTokens::new([(special, all)]).unwrap();
            calls_agree(&tokenizer.with_special_tokens(names).unwrap(), text, limit.into());
        }
    }
});

/// Checks every way to encode a text with its special tokens.
fn calls_agree(tokenizer: &Tokenizer, text: &str, limit: usize) {
    let options = Options {
        allowed_special: SpecialSelection::All,
        ..Options::default()
    };
    let ids = tokenizer.encode(text, &options).unwrap();
    assert_eq!(tokenizer.decode_bytes(&ids).unwrap(), text.as_bytes());
    assert_eq!(tokenizer.count(text, &options).unwrap(), ids.len());
    let batch = tokenizer.encode_batch(&[text, "", text], &options).unwrap();
    assert_eq!((batch.get(0), batch.get(2)), (Some(&ids[..]), Some(&ids[..])));

    let encoding = tokenizer.encode_with_offsets(text, &options).unwrap();
    assert_eq!(encoding.ids, ids);
    let mut end = 0;
    for (id, &[from, to]) in ids.iter().zip(&encoding.byte_offsets) {
        assert_eq!(from, end);
        end = to;
        assert_eq!(tokenizer.decode_bytes(&[*id]).unwrap(), text.as_bytes()[from..to]);
    }
    assert_eq!(end, text.len());

    let kept = tokenizer.truncate(text, limit, &options).unwrap();
    assert_eq!(kept.ids, ids[..kept.ids.len()]);
    assert!(kept.ids.len() <= limit);
    assert_eq!(tokenizer.decode_bytes(&kept.ids).unwrap(), text.as_bytes()[..kept.end]);
    assert!(text.is_char_boundary(kept.end));
    // Any longer prefix within the limit would end in the middle of a character.
    let next = (kept.ids.len() + 1..=limit.min(ids.len()))
        .map(|number| encoding.byte_offsets[number - 1][1]);
    assert!({ next }.all(|end| !text.is_char_boundary(end)));
}
