//! Compares the production tokenizer with its definitions, implemented a second time: slow,
//! obvious, and without shared code.

use std::collections::BTreeSet;

use bytemerge::{
    Error, Limits, Options, Pattern, PieceCounts, SpecialSelection, SpecialTokens, TokenBatch,
    Tokenizer, train,
};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use slow::{Model, learnt};

mod slow;

/// Makes a model: the bytes in any order, tokens among them, and pairs that make a token.
fn model() -> impl Strategy<Value = Model> {
    let token = || proptest::collection::vec(select(&b"abc"[..]), 2..9);
    // Longer than one machine word, and longer than two.
    let long = proptest::collection::vec(select(&b"ab"[..]), 14..40);
    (
        proptest::collection::btree_set(token(), 0..30),
        proptest::collection::btree_set(long, 0..3),
    )
        .prop_flat_map(|(tokens, long)| {
            let bytes = (0..=u8::MAX).map(|byte| vec![byte]);
            let all: BTreeSet<Vec<u8>> = bytes.chain(tokens).chain(long).collect();
            Just(all.into_iter().collect::<Vec<_>>()).prop_shuffle()
        })
        .prop_flat_map(|tokens| {
            let model = Model {
                tokens,
                merges: vec![],
            };
            let small: Vec<u32> = (0..)
                .zip(&model.tokens)
                .filter(|(_, token)| token.iter().all(|byte| b"abc".contains(byte)))
                .map(|(id, _)| id)
                .collect();
            let pairs: Vec<(u32, u32)> = small
                .iter()
                .flat_map(|&left| small.iter().map(move |&right| (left, right)))
                .filter(|&(left, right)| model.joined(left, right).is_some())
                .collect();
            let some = subsequence(pairs.clone(), 0..=pairs.len());
            let twice = subsequence(pairs.clone(), 0..=pairs.len().min(3));
            let merges = (some, twice).prop_map(|(some, twice)| [some, twice].concat());
            (Just(model), merges.prop_shuffle())
        })
        .prop_map(|(model, merges)| Model { merges, ..model })
}

/// Makes short and long pieces, mostly of few letters, so that they contain tokens.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        "[abc]{0,20}",
        "[ab]{1,80}",
        "[abc]{50,300}",
        "[a-d é]{0,80}"
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn training(
        words in proptest::collection::vec(
            (prop_oneof!["[ab]{1,16}", "[ab!\u{7f}é \u{100}]{0,10}", "[abcdef]{2,6}"], 0_u64..5),
            0..12,
        ),
        merges in 0_usize..40,
        min_frequency in 0_u64..5,
    ) {
        let words: Vec<(Vec<u8>, u64)> = words.into_iter().map(|(w, count)| (w.into_bytes(), count)).collect();
        let mut counts = PieceCounts::default();
        for (word, count) in &words {
            counts.add(word, *count).unwrap();
        }
        let ours = train(&counts, merges, Limits { min_frequency, ..Limits::default() }, &mut |_| Ok(())).unwrap();
        prop_assert_eq!(ours, learnt(&words, merges, min_frequency));
    }

    #[test]
    fn bytes_that_are_no_text(words in proptest::collection::vec(
        (proptest::collection::vec(select(&[0, 10, 32, 33, 127, 160, 161, 173, 174, 255][..]), 2..6), 1_u64..3), 1..8,
    )) {
        let mut counts = PieceCounts::default();
        for (word, count) in &words {
            counts.add(word, *count).unwrap();
        }
        prop_assert_eq!(train(&counts, 20, Limits::default(), &mut |_| Ok(())).unwrap(), learnt(&words, 20, 0));
    }

    #[test]
    fn encoding_by_ranks_and_by_a_list(model in model(), pieces in proptest::collection::vec(piece(), 1..6)) {
        let (by_ranks, by_list) = (model.rank_tokenizer(None), model.list_tokenizer(None, false));
        let ignoring_merges = model.list_tokenizer(None, true);
        for piece in pieces.iter().chain(&pieces) {
            // The second time the ids come from the cache.
            prop_assert_eq!(by_ranks.encode_ordinary(piece).unwrap(), model.by_ranks(piece.as_bytes()));
            prop_assert_eq!(by_list.encode_ordinary(piece).unwrap(), model.by_list(piece.as_bytes()));
            let expected = model.by_list_ignoring_merges(piece.as_bytes());
            prop_assert_eq!(ignoring_merges.encode_ordinary(piece).unwrap(), expected);
        }
        // Merging alone does not look up the whole piece.
        for token in model.tokens.iter().filter(|token| token.len() > 1) {
            let merged = model.merged(token, |l, r| model.joined(l, r).map(|id| id as usize));
            prop_assert_eq!(by_ranks.merge(token).unwrap(), merged);
            prop_assert_eq!(by_list.merge(token).unwrap(), model.by_list(token));
        }
    }

    /// Threads that share a tokenizer learn pieces from each other, and never a part of one.
    #[test]
    fn encoding_on_several_threads(model in model(), pieces in proptest::collection::vec(piece(), 1..8)) {
        let tokenizers = [
            (model.rank_tokenizer(None), true),
            (model.list_tokenizer(None, false), false),
        ];
        for (tokenizer, by_ranks) in &tokenizers {
            let expected: Vec<Vec<u32>> = pieces.iter().map(|piece| {
                let piece = piece.as_bytes();
                if *by_ranks { model.by_ranks(piece) } else { model.by_list(piece) }
            }).collect();
            let (pieces, expected) = (&pieces, &expected);
            std::thread::scope(|scope| {
                for thread in 0..3 {
                    scope.spawn(move || {
                        for step in 0..2 * pieces.len() {
                            let index = (step + thread) % pieces.len();
                            let ids = tokenizer.encode_ordinary(&pieces[index]).unwrap();
                            assert_eq!(ids, expected[index]);
                            let count = tokenizer.count(&pieces[index], &Options::ordinary());
                            assert_eq!(count.unwrap(), ids.len());
                        }
                    });
                }
            });
        }
    }

    #[test]
    fn both_meanings_agree_on_what_was_trained(
        words in proptest::collection::vec("[abc]{1,40}", 1..8),
        more in 0_usize..60,
        text in "[abc]{0,150}",
    ) {
        let mut counts = PieceCounts::default();
        for word in &words {
            counts.add(word.as_bytes(), 1).unwrap();
        }
        let whole = Pattern::new(None).unwrap();
        let trained = Tokenizer::train(&counts, more, whole.clone(), &[], Limits::default(), &mut |_| Ok(())).unwrap();
        let tokens: Vec<Vec<u8>> = trained.vocabulary().iter().map(|(_, bytes)| bytes.to_vec()).collect();
        let model = Model { tokens, merges: trained.merges().unwrap() };
        let expected = model.by_ranks(text.as_bytes());
        prop_assert_eq!(&model.by_list(text.as_bytes()), &expected);
        prop_assert_eq!(trained.encode_ordinary(&text).unwrap(), expected);
        prop_assert_eq!(trained.merges().unwrap(), learnt(
            &words.iter().map(|word| (word.clone().into_bytes(), 1)).collect::<Vec<_>>(), more, 0
        ));
        trained.check_ranks().unwrap();
        model.list_tokenizer(None, false).check_ranks().unwrap();
    }

    /// Any names, any selection of them, any text made of their parts.
    #[test]
    fn special_tokens(
        names in proptest::collection::btree_set("[<ab>]{1,5}", 0..8),
        others in proptest::collection::vec("[<ab>]{1,3}", 0..3),
        text in "[<ab>]{0,30}",
        allow in any::<u8>(),
        disallow in any::<u8>(),
        kinds in (0..2_usize, 0..3_usize),
    ) {
        let names: Vec<String> = names.into_iter().collect();
        let bytes = (0..=u8::MAX).map(|byte| (vec![byte], u32::from(byte)));
        let special = SpecialTokens::new(names.iter().cloned().zip(1000..)).unwrap();
        let tokenizer = Tokenizer::from_ranks(bytes, Pattern::new(None).unwrap(), special).unwrap();
        let chosen = |bits: u8| -> Vec<&str> {
            let some = names.iter().chain(&others).enumerate().filter(|(i, _)| bits >> (i % 8) & 1 == 1);
            some.map(|(_, name)| name.as_str()).collect()
        };
        let (allowed, disallowed) = (chosen(allow), chosen(disallow));
        let options = Options {
            allowed_special: if kinds.0 == 0 { SpecialSelection::All } else { SpecialSelection::Only(&allowed) },
            disallowed_special: [SpecialSelection::All, SpecialSelection::Only(&disallowed), SpecialSelection::Only(&[])][kinds.1],
            ..Options::default()
        };
        let is_allowed = |name: &str| kinds.0 == 0 || allowed.contains(&name);
        let refused: Vec<&str> = match kinds.1 {
            0 => names.iter().map(String::as_str).filter(|name| !is_allowed(name)).collect(),
            1 => disallowed.clone(),
            _ => vec![],
        };
        // The leftmost special token, and the longest of several.
        let first = (0..text.len()).find_map(|at| {
            let here = refused.iter().filter(|name| text[at..].starts_with(**name));
            here.max_by_key(|name| name.len()).map(|name| ((*name).to_owned(), at))
        });
        let result = tokenizer.encode(&text, &options);
        if let Some((name, at)) = first {
            let is_refused = matches!(
                &result, Err(Error::DisallowedSpecialToken { token, position }) if *token == name && *position == at
            );
            prop_assert!(is_refused, "{:?}", result);
        } else {
            let (mut expected, mut at) = (Vec::new(), 0);
            while at < text.len() {
                let here = names.iter().zip(1000..).filter(|(name, _)| is_allowed(name) && text[at..].starts_with(*name));
                let (id, length) = here
                    .max_by_key(|(name, _)| name.len())
                    .map_or((text.as_bytes()[at].into(), 1), |(name, id)| (id, name.len()));
                expected.push(id);
                at += length;
            }
            let ids = result.unwrap();
            prop_assert_eq!(tokenizer.decode_bytes(&ids).unwrap(), text.as_bytes());
            prop_assert_eq!(tokenizer.count(&text, &options).unwrap(), ids.len());
            prop_assert_eq!(ids, expected);
        }
    }

    #[test]
    fn the_tokens_of_both_sides_of_a_safe_cut(
        parts in proptest::collection::vec(prop_oneof!["[a-cA-C]{1,6}", "[ \n'1é/!]{1,4}", Just("'s".to_owned())], 2..20),
        near in 0_usize..80,
    ) {
        let text = parts.concat();
        for name in ["gpt2", "cl100k", "o200k"] {
            let tokenizer = trained_on(&[&text], name);
            let Some(cut) = tokenizer.pattern().safe_cut(&text, near) else { continue };
            let (left, right) = text.split_at(cut);
            let encode = |text| tokenizer.encode_ordinary(text).unwrap();
            prop_assert_eq!([encode(left), encode(right)].concat(), encode(&text), "{:?} {:?}", left, right);
        }
    }
}

fn trained_on(texts: &[&str], pattern: &str) -> Tokenizer {
    let pattern = Pattern::new(Some(pattern)).unwrap();
    let counts = PieceCounts::count(&pattern, texts.iter().copied(), &|| false).unwrap();
    let special = ["<end>".to_owned(), "<end><end>".to_owned()];
    Tokenizer::train(
        &counts,
        60,
        pattern,
        &special,
        Limits::default(),
        &mut |_| Ok(()),
    )
    .unwrap()
}

/// Makes texts long enough to be cut, with short texts between, special tokens at possible cuts,
/// and runs without safe cuts.
fn texts() -> impl Strategy<Value = Vec<String>> {
    let words = prop_oneof![
        4 => "[a-f]{1,8} ",
        1 => "[ \n\t'1-9é!/]{1,6}",
        1 => Just("<end>".to_owned()),
        1 => Just("<end><end><end>".to_owned()),
    ];
    let seed = proptest::collection::vec(words, 1..40).prop_map(|parts| parts.concat());
    let text = (seed, 400_000_usize..800_000)
        .prop_map(|(seed, length)| seed.repeat(length / seed.len() + usize::from(length % 7 > 0)));
    let run = (select(&["a", " ", "\n", "é"][..]), 200_000_usize..600_000)
        .prop_map(|(part, times)| part.repeat(times));
    let text = prop_oneof![3 => "[a-f <end>]{0,20}", 2 => text, 1 => run];
    proptest::collection::vec(text, 0..5)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn batches_are_single_calls_and_threads_do_not_matter(texts in texts(), pattern in select(&["gpt2", "cl100k", "o200k", r"\w+|\W"][..])) {
        let head = texts.iter().map(|text| text.get(..1000).unwrap_or("")).collect::<Vec<_>>();
        let tokenizer = trained_on(&head, pattern);
        let allowed = ["<end>"];
        for allowed_special in [SpecialSelection::All, SpecialSelection::Only(&allowed), SpecialSelection::Only(&[])] {
            let options = |threads| Options {
                allowed_special,
                disallowed_special: SpecialSelection::Only(&[]),
                threads,
                ..Options::default()
            };
            let single: Vec<Vec<u32>> = texts.iter().map(|text| tokenizer.encode(text, &options(1)).unwrap()).collect();
            for threads in [2, 3, 0] {
                let batch = tokenizer.encode_batch(&texts, &options(threads)).unwrap();
                prop_assert_eq!(apart(&batch), &single[..]);
                for (text, ids) in texts.iter().zip(&single) {
                    prop_assert_eq!(&tokenizer.encode(text, &options(threads)).unwrap(), ids);
                    prop_assert_eq!(tokenizer.count(text, &options(threads)).unwrap(), ids.len());
                    prop_assert_eq!(tokenizer.decode_bytes(ids).unwrap(), text.as_bytes());
                }
            }
        }
        // The error of the first text that has one is returned, on any number of threads.
        let errors: BTreeSet<String> = [1, 2, 3, 0]
            .into_iter()
            .filter_map(|threads| tokenizer.encode_batch(&texts, &Options { threads, ..Options::default() }).err())
            .map(|error| error.to_string())
            .collect();
        prop_assert!(errors.len() <= 1, "{:?}", errors);
        prop_assert_eq!(errors.is_empty(), texts.iter().all(|text| !text.contains("<end>")));
    }
}

fn apart(batch: &TokenBatch) -> Vec<&[u32]> {
    (0..batch.len()).filter_map(|at| batch.get(at)).collect()
}

/// By hand: the list merges b+c first and leaves a alone; ranks then merge a and bc into abc.
#[test]
fn the_example_of_both_meanings() {
    let bytes = (0..=u8::MAX).map(|byte| vec![byte]);
    let joined = [&b"bc"[..], b"ab", b"abc"].map(<[u8]>::to_vec);
    let merges = vec![
        (u32::from(b'b'), u32::from(b'c')),
        (u32::from(b'a'), u32::from(b'b')),
        (257, u32::from(b'c')),
    ];
    let model = Model {
        tokens: bytes.chain(joined).collect(),
        merges,
    };
    assert_eq!(model.by_list(b"abc"), [97, 256]);
    assert_eq!(model.by_ranks(b"abc"), [258]);
    assert_eq!(
        model
            .list_tokenizer(None, false)
            .encode_ordinary("abc")
            .unwrap(),
        [97, 256]
    );
    assert_eq!(
        model.rank_tokenizer(None).encode_ordinary("abc").unwrap(),
        [258]
    );
}

/// Each merge makes a pair of a lower rank than the remaining pairs: putting those back each time
/// once took quadratic time.
#[test]
fn a_long_piece_on_a_model_that_merges_did_not_train() {
    let bytes = (0..=u8::MAX).map(|byte| (vec![byte], u32::from(byte)));
    let tokens = bytes.chain([(b"abc".to_vec(), 256), (b"ab".to_vec(), 257)]);
    let whole = Pattern::new(None).unwrap();
    let tokenizer = Tokenizer::from_ranks(tokens, whole, SpecialTokens::default()).unwrap();
    let count = 1 << 18;
    let start = std::time::Instant::now();
    let ids = tokenizer.encode(&"abc".repeat(count), &Options::default());
    assert_eq!(ids.unwrap(), vec![256; count]);
    // A few hundred milliseconds without optimisation; quadratic time would take minutes.
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}
