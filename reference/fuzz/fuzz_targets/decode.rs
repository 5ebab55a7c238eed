//! Checks that any ids decode to the bytes of their tokens in every way, or are refused.

#![no_main]

use std::collections::BTreeMap;
use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;

use bytemerge::{Error, MatchRules, Pattern, SpecialTokens, TokenBatch, Tokenizer};

/// The id of a special token, below that of other tokens.
const GAP: u32 = 9;

/// The tokens, of lengths on both sides of 16 bytes.
fn tokens() -> impl Iterator<Item = (Vec<u8>, u32)> {
    let bytes = (0..=u8::MAX).map(|byte| vec![byte]);
    let runs = (2..40).flat_map(|length| [vec![b'a'; length], vec![0xE9; length]]);
    bytes.chain(runs).zip((0..).filter(|&id| id != GAP))
}

/// Names of special tokens, of which two share an id, and whether each is always found.
const SPECIAL: [(&str, u32, bool); 4] = [
    ("<|end|>", 500, false),
    ("<|same|>", 500, false),
    ("<a special token that is longer than others>", GAP, false),
    ("found", 501, true),
];

fn tokenizer() -> &'static (Tokenizer, BTreeMap<u32, Vec<u8>>) {
    static BOTH: OnceLock<(Tokenizer, BTreeMap<u32, Vec<u8>>)> = OnceLock::new();
    BOTH.get_or_init(|| {
        let special = SPECIAL.map(|(name, id, is_always_found)| {
            let rules = MatchRules {
                is_always_found,
                ..MatchRules::default()
            };
            (name, id, rules)
        });
        let special = SpecialTokens::with_rules(special).unwrap();
        let pattern = Pattern::new(None).unwrap();
        let tokenizer = Tokenizer::from_ranks(tokens(), pattern, special).unwrap();
        let mut bytes: BTreeMap<u32, Vec<u8>> = tokens().map(|(token, id)| (id, token)).collect();
        for (name, id, _) in SPECIAL {
            // The first name of several decodes.
            bytes.entry(id).or_insert_with(|| name.as_bytes().to_vec());
        }
        (tokenizer, bytes)
    })
}

fuzz_target!(|input: (Vec<u16>, [u16; 2])| {
    let (ids, cuts) = input;
    let (tokenizer, bytes) = tokenizer();
    // Most ids below 512 have a token.
    let shorter = |id: u16| if id < 0xF000 { id % 512 } else { id };
    let ids: Vec<u32> = ids.into_iter().map(|id| shorter(id).into()).collect();
    let is_special = |id: &u32| {
        SPECIAL
            .iter()
            .any(|&(_, other, found)| *id == other && !found)
    };

    let mut ends = cuts.map(|cut| u64::from(cut) % (ids.len() as u64 + 1));
    ends.sort_unstable();
    let batch = TokenBatch {
        ids: ids.clone(),
        offsets: vec![0, ends[0], ends[1], ids.len() as u64],
    };
    for skip_special in [false, true] {
        let kept = || ids.iter().filter(|id| !(skip_special && is_special(id)));
        let decoded = if skip_special {
            tokenizer.decode_ordinary(&ids)
        } else {
            tokenizer.decode_bytes(&ids)
        };
        let texts = tokenizer.decode_batch(&batch, skip_special, 1, &|| false);
        let expected: Option<Vec<u8>> = kept()
            .map(|id| bytes.get(id))
            .collect::<Option<Vec<_>>>()
            .map(|all| all.into_iter().flatten().copied().collect());
        if let Some(expected) = expected {
            assert_eq!(decoded.unwrap(), expected);
            let texts = texts.unwrap();
            assert_eq!((texts.len(), texts.concat()), (3, expected));
            continue;
        }
        let first = kept()
            .find(|id| !bytes.contains_key(id))
            .map(|&id| id as usize);
        for error in [
            decoded.map(|_| ()).unwrap_err(),
            texts.map(|_| ()).unwrap_err(),
        ] {
            assert!(matches!(error, Error::UnknownId { id, .. } if Some(id) == first));
        }
    }
});
