//! Checks, for any tokens, merges and text, that the ids are those of the definition and give the
//! text back, and that all ways to encode agree.
//!
//! A run takes a millisecond, most of it for the tables of a tokenizer for all pairs of bytes.

#![no_main]

use std::collections::BTreeSet;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;

use bytemerge::pattern::PatternError;
use bytemerge::{Options, SpecialSelection, SpecialTokens, Tokenizer};

mod agreement;
mod patterns;
#[path = "../../crates/bytemerge/tests/slow/mod.rs"]
#[allow(dead_code, reason = "another target needs the rest")]
mod slow;

#[derive(Arbitrary, Debug)]
enum Meaning {
    Ranks,
    List,
    ListIgnoringMerges,
}

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    tokens: Vec<&'a [u8]>,
    /// A token and its split.
    pairs: Vec<(u8, u8)>,
    meaning: Meaning,
    pattern: u8,
    /// Several texts: a tokenizer has tables for all pairs of bytes, which take longer than a text.
    texts: [&'a str; 4],
    special: &'a str,
    limit: u8,
}

fuzz_target!(|input: Input| {
    let Input {
        tokens,
        pairs,
        meaning,
        pattern,
        texts,
        special,
        limit,
    } = input;
    let tokens: BTreeSet<&[u8]> = tokens
        .into_iter()
        .filter(|token| (2..50).contains(&token.len()))
        .take(50)
        .collect();
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
    let (name, pattern) = patterns::chosen(pattern);
    let tokenizer = match meaning {
        Meaning::Ranks => model.rank_tokenizer(name),
        Meaning::List => model.list_tokenizer(name, false),
        Meaning::ListIgnoringMerges => model.list_tokenizer(name, true),
    };
    let ids_of = |piece: &[u8]| match meaning {
        Meaning::Ranks => model.by_ranks(piece),
        Meaning::List => model.by_list(piece),
        Meaning::ListIgnoringMerges => model.by_list_ignoring_merges(piece),
    };
    // This is slow, so few inputs do it. An input that is too short to have a limit gets the limit
    // 0, and does not do it.
    let again = (limit % 16 == 15).then(|| {
        let again = Tokenizer::from_bytes(&tokenizer.to_bytes().unwrap()).unwrap();
        assert!(again == tokenizer);
        again
    });
    let with_special = (!special.is_empty()).then(|| {
        let names = SpecialTokens::new([(special, all)]).unwrap();
        tokenizer.with_special_tokens(names).unwrap()
    });
    for text in texts {
        if text.len() > 100 {
            continue; // the definition takes cubic time
        }
        let mut expected = Vec::new();
        let cut = pattern.for_each_piece(text, |piece| {
            expected.extend(ids_of(piece.as_bytes()));
            Ok::<(), PatternError>(())
        });
        cut.unwrap();
        assert_eq!(tokenizer.encode_ordinary(text).unwrap(), expected);
        assert_eq!(
            tokenizer.encode_bytes(text.as_bytes(), &|| false).unwrap(),
            expected
        );
        calls_agree(&tokenizer, text, limit.into());
        if let Some(again) = &again {
            assert_eq!(again.encode_ordinary(text).unwrap(), expected);
        }
        if let Some(with_special) = &with_special {
            calls_agree(with_special, text, limit.into());
        }
    }
});

/// Checks every way to encode a text, which gives back the text.
fn calls_agree(tokenizer: &Tokenizer, text: &str, limit: usize) {
    let options = Options {
        allowed_special: SpecialSelection::All,
        ..Options::default()
    };
    let encoding = agreement::encoded(tokenizer, text, &options).unwrap();
    let ids = &encoding.ids;
    assert_eq!(tokenizer.decode_bytes(ids).unwrap(), text.as_bytes());
    let mut end = 0;
    for (id, &[from, to]) in ids.iter().zip(&encoding.byte_offsets) {
        assert_eq!(from, end);
        end = to;
        assert_eq!(
            tokenizer.decode_bytes(&[*id]).unwrap(),
            text.as_bytes()[from..to]
        );
    }
    assert_eq!(end, text.len());

    let end = agreement::truncated(tokenizer, text, limit, &options, &encoding);
    // Any longer prefix within the limit would end in the middle of a character.
    let next = encoding
        .byte_offsets
        .iter()
        .take(limit)
        .map(|[_, end]| *end);
    assert!({ next }.all(|next| next <= end || !text.is_char_boundary(next)));
}
