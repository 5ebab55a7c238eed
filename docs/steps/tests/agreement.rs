//! Compares every step with bytemerge itself: the same merges, ids and pieces.

use bytemerge::naive::NaiveTokenizer;
use bytemerge::{Limits, Pattern, PieceCounts, SpecialTokens, Tokenizer};
use fancy_regex::Regex;
use proptest::prelude::*;
use steps::cache::Cache;
use steps::linear::Linear;
use steps::model::Model;
use steps::word::{Pair, all, distinct};
use steps::{engine, fast, heap, look, queue, recount, rescan, scanner, updated};

/// A real text, with more than letters.
const TEXT: &str = include_str!("../../../CHANGELOG.md");

fn pattern() -> Pattern {
    Pattern::new(Some("gpt2")).expect("it is known")
}

/// Returns the merges that bytemerge learns from pieces.
fn learnt(pieces: &[&str], merges: u32) -> Vec<Pair> {
    let mut counts = PieceCounts::default();
    for piece in pieces {
        counts.add(piece.as_bytes(), 1).expect("there are few");
    }
    let merges = bytemerge::train(&counts, merges as usize, Limits::default(), &mut |_| Ok(()));
    merges.expect("there is memory")
}

fn check_training(pieces: &[&str], merges: u32) {
    let expected = learnt(pieces, merges);
    let words = distinct(pieces);
    assert_eq!(
        recount::train(all(pieces), merges),
        expected,
        "recount of all"
    );
    assert_eq!(recount::train(words.clone(), merges), expected, "recount");
    assert_eq!(updated::train(words.clone(), merges), expected, "updated");
    assert_eq!(queue::train(words, merges), expected, "queue");
}

fn check_encoding(merges: &[Pair], pieces: &[&str]) {
    let model = Model::new(merges);
    let ranks = model.tokens.iter().map(|(bytes, &id)| (bytes, id));
    let tokenizer = Tokenizer::from_ranks(ranks, pattern(), SpecialTokens::default());
    let tokenizer = tokenizer.expect("every byte is a token");
    let linear = Linear::new(&model).expect("the tokens are few");
    let mut cache = Cache::default();
    // Twice, so that the second round finds them in the cache.
    for piece in pieces.iter().chain(pieces) {
        let expected = tokenizer.merge(piece.as_bytes()).expect("there is memory");
        for encode in [rescan::encode, look::encode, heap::encode] {
            let mut ids = vec![];
            encode(&model, piece, &mut ids);
            assert_eq!(ids, expected, "{piece:?}");
        }
        let mut ids = vec![7];
        cache.encode(&model, piece, &mut ids);
        assert_eq!(ids[1..], expected, "{piece:?}, from the cache");
        ids.truncate(1);
        linear.encode(&model, piece, &mut ids);
        assert_eq!(ids[1..], expected, "{piece:?}, in linear time");
    }
}

/// Compares the fast way with the naive tokenizer; both get a word.
fn check_fast(lines: &[String], more: usize, samples: &[String]) {
    let lines = Vec::from_iter(lines.iter().map(String::as_str).chain(["a"]));
    let naive = |size| NaiveTokenizer::train(&lines, size, false, &mut |_| Ok(()));
    let alphabet = (3..)
        .find(|&size| naive(size).is_ok())
        .expect("there is one");
    let expected = naive(alphabet + more).expect("there is a word");
    let tokenizer = fast::train(&lines, alphabet + more).expect("there is a word");
    assert_eq!(tokenizer, expected);
    let mut cache = fast::Cache::new(&tokenizer);
    // Twice, so that the second round finds the words in the cache.
    for line in samples.iter().chain(samples) {
        let ids = Vec::from_iter(expected.tokenize(line));
        assert_eq!(cache.tokenize(line), ids, "{line:?}");
    }
}

fn check_splitting(regex: &Regex, text: &str) {
    let mut expected = vec![];
    let found = pattern().for_each_piece(text, |piece| {
        expected.push(piece);
        Ok::<(), bytemerge::Error>(())
    });
    found.expect("it never fails");
    assert_eq!(scanner::split(text), expected, "{text:?}");
    assert_eq!(
        engine::split(regex, text).expect("it does not give up"),
        expected,
        "{text:?}"
    );
}

#[test]
fn the_example_of_the_article_on_byte_pair_encoding() {
    let (a, b) = (u32::from(b'a'), u32::from(b'b'));
    let merges = [(a, a), (a, b), (256, 257)];
    assert_eq!(queue::train(all(&["aaabdaaabac"]), 3), merges);
    check_training(&["aaabdaaabac"], 9);
    let mut ids = vec![];
    heap::encode(&Model::new(&merges), "aaab", &mut ids);
    assert_eq!(ids, [258]);
}

#[test]
fn the_example_of_linear_time() {
    let [s, i, n, g] = b"sing".map(u32::from);
    let model = Model::new(&[(n, g), (s, i), (257, n)]);
    let linear = Linear::new(&model).expect("the tokens are few");
    let up_to_here = [
        ("s", vec![s]),
        ("si", vec![257]),
        ("sin", vec![258]),
        ("sing", vec![257, 256]),
    ];
    for (piece, tokens) in up_to_here {
        let (mut ids, mut merged) = (vec![], vec![]);
        linear.encode(&model, piece, &mut ids);
        rescan::encode(&model, piece, &mut merged);
        assert_eq!((&ids, &merged), (&tokens, &tokens), "{piece}");
    }
}

#[test]
fn linear_time_is_for_merges_of_a_training() {
    let (a, b, c) = (u32::from(b'a'), u32::from(b'b'), u32::from(b'c'));
    // Where a and b merge, b and c have merged before: no text has ab and then c.
    let model = Model::new(&[(b, c), (a, b), (257, c)]);
    let mut ids = vec![];
    heap::encode(&model, "abc", &mut ids);
    assert_eq!(ids, [a, 256]);
    ids.clear();
    let linear = Linear::new(&model).expect("the tokens are few");
    linear.encode(&model, "abc", &mut ids);
    assert_eq!(ids, [258]);
}

#[test]
fn the_fast_way_refuses_what_the_naive_one_refuses() {
    let error = |lines: &[&str], size| {
        let found = fast::train(lines, size);
        found.map_err(|error| error.to_string()).unwrap_err()
    };
    assert_eq!(error(&["..."], 10), "there is no word to learn from");
    assert!(error(&["ab"], 3).contains("at least 4"));
}

#[test]
fn the_fast_way_on_a_real_text() {
    let lines = Vec::from_iter(TEXT.lines().map(str::to_owned));
    check_fast(&lines, 300, &lines);
}

#[test]
fn the_fast_way_with_tokens_that_lost_their_ids() {
    let lines = ["ab ab ab ca cb"];
    let exact = NaiveTokenizer::train(lines, 100, true, &mut |_| Ok(()));
    let exact = exact.expect("there is a word");
    let mut cache = fast::Cache::new(&exact);
    for line in ["ab ca abc a c ac", "x"] {
        assert_eq!(cache.tokenize(line), Vec::from_iter(exact.tokenize(line)));
    }
}

#[test]
fn a_real_text() {
    let pieces = scanner::split(TEXT);
    check_training(&pieces, 300);
    let merges = learnt(&pieces, 1000);
    check_encoding(&merges, &pieces);
    let letters = TEXT.chars().filter(|letter| letter.is_alphabetic());
    let letters = String::from_iter(letters.take(1000));
    check_encoding(&merges, &[&letters, "", "é", "no such word"]);
    check_splitting(
        &Regex::new(engine::GPT2).expect("it is an expression"),
        TEXT,
    );
}

/// Pieces of few letters, so that many pairs are equally frequent and overlap; and others.
fn pieces() -> impl Strategy<Value = Vec<String>> {
    let piece = prop_oneof![
        "[ab]{0,12}",
        "a{0,9}",
        "[ab]{30,60}",
        "a{30,60}",
        "[a-d é\u{0}~]{0,8}",
        "\\PC{0,6}"
    ];
    proptest::collection::vec(piece, 0..12)
}

/// Texts of characters between which the pattern distinguishes.
fn text() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        "[a-z]{1,3}",
        "[ \n\t\u{a0}\u{3000}]{1,3}",
        "('|'s|'ll|'ve|'S|'d)",
        "[0-9½五]{1,2}",
        "[-!?€\u{301}]{1,2}",
        "\\PC",
        any::<String>(),
    ];
    proptest::collection::vec(part, 0..12).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn all_learn_the_same(pieces in pieces(), merges in 0_u32..30) {
        check_training(&Vec::from_iter(pieces.iter().map(String::as_str)), merges);
    }

    #[test]
    fn all_encode_alike(learnt_from in pieces(), pieces in pieces(), merges in 0_u32..30) {
        let merges = learnt(&Vec::from_iter(learnt_from.iter().map(String::as_str)), merges);
        check_encoding(&merges, &Vec::from_iter(pieces.iter().map(String::as_str)));
    }

    #[test]
    fn the_fast_way_learns_and_makes_the_same(
        lines in pieces(), more in 0_usize..30, samples in pieces()
    ) {
        check_fast(&lines, more, &samples);
        check_fast(&lines, more, &lines);
    }

    #[test]
    fn all_split_alike(texts in proptest::collection::vec(text(), 1..4)) {
        let regex = Regex::new(engine::GPT2).expect("it is an expression");
        for text in &texts {
            check_splitting(&regex, text);
        }
    }
}
