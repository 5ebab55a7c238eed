//! Compares the windows with the scanner of single pieces, on every instruction set that this
//! processor has.

use proptest::prelude::*;

use super::block::{Block, Scanner};
use super::cl100k::Cl100k;
use super::gpt2::Gpt2;
use super::o200k::O200k;
#[cfg(target_arch = "x86_64")]
use super::simd::{Avx2, Sse2};
use super::simd::{Portable, Simd};

/// Characters of each class, and every character that an expression names. The first ones are in
/// most texts.
const ALPHABET: [char; 38] = [
    'a',
    's',
    'L',
    'e',
    ' ',
    '\n',
    '\'',
    '1',
    '!',
    'S',
    'ſ',
    'l',
    'r',
    'V',
    'K',
    'é',
    'Д',
    'ǅ',
    'ʰ',
    '中',
    'ก',
    '𐐀',
    '\u{301}',
    '\u{e0100}',
    '٣',
    'Ⅷ',
    '\t',
    '\u{85}',
    '\u{a0}',
    '\u{2028}',
    '\u{3000}',
    '\r',
    '/',
    '—',
    '👩',
    '\u{200d}',
    '\u{fe0f}',
    '\u{378}',
];

/// Returns the ends that the scanner of single pieces finds.
fn one_by_one<R: Scanner>(text: &[u8]) -> Vec<usize> {
    let next = |&end: &usize| (end < text.len()).then(|| R::piece_end(text, end));
    std::iter::successors(next(&0), next).collect()
}

fn in_blocks<R: Scanner>(text: &[u8], simd: impl Simd) -> Vec<usize> {
    let mut block = Block::new();
    let mut ends = Vec::new();
    loop {
        block.fill::<R>(text, simd);
        if block.ends().is_empty() {
            return ends;
        }
        ends.extend(block.ends());
    }
}

fn check_scanner<R: Scanner>(text: &str) {
    let expected = one_by_one::<R>(text.as_bytes());
    let equal = |simd: &str, found: Vec<usize>| {
        let scanner = std::any::type_name::<R>();
        assert_eq!(found, expected, "{scanner} {simd}: {text:?}");
    };
    equal("portable", in_blocks::<R>(text.as_bytes(), Portable));
    #[cfg(target_arch = "x86_64")]
    {
        equal("SSE2", in_blocks::<R>(text.as_bytes(), Sse2));
        if let Some(simd) = Avx2::detect() {
            equal("AVX2", in_blocks::<R>(text.as_bytes(), simd));
        }
    }
}

fn check(text: &str) {
    check_scanner::<Cl100k<false, 3, false>>(text);
    check_scanner::<Cl100k<true, 3, false>>(text);
    check_scanner::<Cl100k<true, 1, false>>(text);
    check_scanner::<Cl100k<true, 1, true>>(text);
    check_scanner::<Gpt2>(text);
    check_scanner::<O200k<true, 3>>(text);
    check_scanner::<O200k<false, 1>>(text);
}

/// Three characters at every offset around the end of a window, and at the end of a text.
#[test]
fn around_the_end_of_a_window() {
    let before = format!("it's a {}", "b\n c1 ".repeat(9));
    for length in (0..54).step_by(9).chain(54..=before.len()) {
        let before = &before[..length];
        for a in ALPHABET {
            for b in ALPHABET {
                for &c in &ALPHABET[..17] {
                    let text = String::from_iter([a, b, c]);
                    check(&format!("{before}{text}"));
                }
            }
        }
    }
}

/// Runs of a character that end anywhere in a window.
#[test]
fn runs() {
    for character in ALPHABET {
        for length in [
            1, 2, 3, 4, 15, 16, 17, 31, 32, 33, 59, 60, 61, 62, 63, 64, 65, 66, 127, 128, 129,
        ] {
            let run = String::from(character).repeat(length);
            for before in ["", "a", " ", "!", "1", "\n", "'s", "中", "aA"] {
                for after in [
                    "", "a", " ", "!", "1", "\n", " \n", "'s a", "AB ", "\u{301}",
                ] {
                    check(&format!("{before}{run}{after}"));
                }
            }
        }
    }
}

/// Texts that are long, on which no scanner may take more than linear time.
#[test]
fn long_texts() {
    for part in [
        "a", " ", "\n", "1", "中", "A", "\u{301}", "'", "\u{a0}", "A中", " \n", "\n ", "!\n/",
        "中A'ſ", "٣",
    ] {
        check(&part.repeat(100_000));
    }
}

fn nasty_text() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        8 => proptest::sample::select(&ALPHABET[..]).prop_map(String::from),
        8 => proptest::sample::select(&ALPHABET[..9]).prop_map(String::from),
        3 => "[a-zA-Z]{1,12}",
        2 => "[ \n\r\t]{1,5}",
        1 => "[!/\n\r]{1,5}",
        1 => "[0-9]{1,9}",
        1 => "[A-Za中ʰ\u{301}]{1,9}",
        1 => proptest::sample::select(&["'s", "'LL", "'ſ", "'Ve", "n't", "'s'S", "\u{a0}\u{3000}"][..]).prop_map(String::from),
        1 => any::<char>().prop_map(String::from),
    ];
    proptest::collection::vec(part, 0..80).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text(text in nasty_text()) {
        check(&text);
    }
}
