//! Checks that with any normalizer, pre-tokenizer and rules of added tokens, all ways to encode
//! agree, also for bytes without a token, and that a tokenizer is saved as it was.
//!
//! Compiling expressions takes longest, those of the input among them.

#![no_main]

use std::collections::BTreeSet;
use std::sync::OnceLock;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;

use bytemerge::{
    Behavior, Change, MatchRules, Normalizer, Options, Pattern, PreTokenizer, SpecialSelection,
    SpecialTokens, Split, Tokenizer, Unknown,
};

mod agreement;

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

/// Expressions at which a pre-tokenizer splits.
const SPLITS: [&str; 4] = [" ", r"\d{1,3}", r"\p{P}|\p{S}", r"(?=t)|\W+"];

const BEHAVIORS: [Behavior; 5] = [
    Behavior::Isolated,
    Behavior::Removed,
    Behavior::MergedWithPrevious,
    Behavior::MergedWithNext,
    Behavior::Contiguous,
];

/// Returns pre-tokenizers of up to two splits: compiling an expression takes longer than a text.
fn pre_tokenizers() -> &'static [PreTokenizer] {
    static ALL: OnceLock<Vec<PreTokenizer>> = OnceLock::new();
    ALL.get_or_init(|| {
        let splits = SPLITS.iter().flat_map(|pattern| {
            BEHAVIORS.iter().flat_map(|&behavior| {
                [false, true].map(|invert| Split {
                    pattern: (*pattern).to_owned(),
                    behavior,
                    invert,
                })
            })
        });
        let splits: Vec<Split> = splits.collect();
        let one = splits.iter().map(|split| vec![split.clone()]);
        let two = one.clone().zip(splits.iter().cycle().skip(13));
        let two = two.map(|(first, second)| [first, vec![second.clone()]].concat());
        let all = [Vec::new()].into_iter().chain(one).chain(two);
        all.flat_map(|splits| {
            [false, true].map(|space| PreTokenizer::new(splits.clone(), space).unwrap())
        })
        .collect()
    })
}

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    steps: Vec<Step<'a>>,
    pre_tokenizer: u8,
    added: Vec<(&'a str, [bool; 5])>,
    pattern: u8,
    text: &'a str,
    limit: u8,
}

/// Returns a tokenizer for each pattern and each rule for bytes without a token.
fn trained() -> &'static [Tokenizer] {
    static TRAINED: OnceLock<Vec<Tokenizer>> = OnceLock::new();
    TRAINED.get_or_init(|| {
        let words = [
            "th", "the", " t", " the", "\u{e9}", "\u{301}", "  ", "\u{4e2d}",
        ];
        let words = words.map(|word| word.as_bytes().to_vec());
        let tokenizer = |name: Option<&str>, unknown: Option<Unknown>| {
            // The bytes that have no token are of several kinds of characters.
            let is_known = |byte: u8| unknown.is_none() || byte % 16 != 3;
            let bytes = (0..=u8::MAX)
                .filter(|&byte| is_known(byte))
                .map(|byte| vec![byte]);
            let tokens = bytes.chain(words.clone()).zip(0..);
            let pattern = Pattern::new(name).unwrap();
            let special = SpecialTokens::default();
            match unknown {
                None => Tokenizer::from_ranks(tokens, pattern, special),
                Some(_) => Tokenizer::from_merge_list(tokens, [], true, unknown, pattern, special),
            }
            .unwrap()
        };
        let unknown = |id, fuse| Some(Unknown { id, fuse });
        let rules = [
            None,
            unknown(None, false),
            unknown(Some(7), false),
            unknown(Some(7), true),
        ];
        [
            None,
            Some("gpt2"),
            Some("cl100k"),
            Some("o200k"),
            Some(r"\w+|\W"),
        ]
        .into_iter()
        .flat_map(|name| rules.map(|unknown| tokenizer(name, unknown)))
        .collect()
    })
}

fuzz_target!(|input: Input| {
    let Input {
        steps,
        pre_tokenizer,
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
        let rules = MatchRules {
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
    let pre_tokenizer = &pre_tokenizers()[usize::from(pre_tokenizer) % pre_tokenizers().len()];
    let tokenizer = SpecialTokens::with_rules(added)
        .and_then(|added| plain.with_added_tokens(added))
        .and_then(|tokenizer| tokenizer.with_normalizer(normalizer));
    let Ok(tokenizer) = tokenizer else {
        return;
    };
    let tokenizer = tokenizer.with_pre_tokenizer(pre_tokenizer.clone());
    let options = Options {
        allowed_special: SpecialSelection::All,
        ..Options::default()
    };
    // An expression that backtracks too much is refused.
    let Some(encoding) = agreement::encoded(&tokenizer, text, &options) else {
        return;
    };
    agreement::truncated(&tokenizer, text, limit.into(), &options, &encoding);
    tokenizer.decode_bytes(&encoding.ids).unwrap();
    // This is slow, so few inputs do it. An input that is too short to have a limit gets the limit
    // 0, and does not do it.
    if limit % 16 == 15 {
        let again = Tokenizer::from_bytes(&tokenizer.to_bytes().unwrap()).unwrap();
        assert!(again == tokenizer);
        assert_eq!(again.encode(text, &options).unwrap(), encoding.ids);
    }
});
