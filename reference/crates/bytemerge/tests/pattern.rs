//! Compares the scanners with the regex engine and the original expressions: every cut, in every
//! text that may matter.

use std::collections::BTreeMap;
use std::path::Path;

use bytemerge::pattern::{Pattern, PatternError};
use fancy_regex::{Regex, RegexBuilder};
use proptest::prelude::*;

/// Every spelling with a scanner, by the name of the scanner.
const SPELLINGS: &[(&str, &str)] = &[
    (
        "gpt2",
        r"'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s",
    ),
    (
        "gpt2",
        r"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+",
    ),
    (
        "gpt2",
        r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+",
    ),
    (
        "gpt2",
        r"'s|'t|'re|'ve|'m|'ll|'d| ?[\p{L}]+| ?[\p{N}]+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+",
    ),
    (
        "cl100k",
        r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s",
    ),
    (
        "cl100k",
        r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s",
    ),
    (LINES, LINES),
    (
        LINES,
        r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+",
    ),
    (
        "o200k",
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    ),
    (QWEN, QWEN),
    (QWEN_MARKS, QWEN_MARKS),
    (TEKKEN, TEKKEN),
];

/// The pattern of Qwen 2 and 3.
const QWEN: &str = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

/// The pattern of Qwen 3.5.
const QWEN_MARKS: &str = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

/// The pattern of Mistral Nemo.
const TEKKEN: &str = r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";

/// The older spelling of cl100k, used by Llama 3 and Hugging Face: known, but without a name.
const LINES: &str = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

/// The first spelling of each scanner.
const SCANNERS: [usize; 7] = [0, 4, 6, 8, 9, 10, 11];

/// Characters of each class, and every character that an alternative names.
const ALPHABET: [char; 34] = [
    'a',
    's',
    'S',
    'ſ',
    'l',
    'L',
    'e',
    'r',
    'V',
    'A',
    'é',
    'Д',
    'ǅ',
    'ʰ',
    '中',
    '𐐀',
    '\u{301}',
    '\u{e0100}',
    '1',
    '٣',
    'Ⅷ',
    ' ',
    '\t',
    '\u{85}',
    '\u{a0}',
    '\u{3000}',
    '\n',
    '\r',
    '\'',
    '/',
    '!',
    '—',
    '😀',
    '\u{378}',
];

/// A scanner, and an expression in the engine.
struct Both {
    pattern: Pattern,
    regex: Regex,
    expression: &'static str,
}

impl Both {
    fn new(spelling: usize) -> Self {
        let (name, expression) = SPELLINGS[spelling];
        Self {
            pattern: Pattern::new(Some(name)).unwrap(),
            regex: RegexBuilder::new(expression)
                .backtrack_limit(usize::MAX)
                .build()
                .unwrap(),
            expression,
        }
    }

    fn scanners() -> impl Iterator<Item = Self> {
        SCANNERS.into_iter().map(Self::new)
    }

    /// Panics if the two differ.
    fn check(&self, text: &str) {
        let mut expected = self.regex.find_iter(text);
        let mut at = 0;
        self.pattern
            .for_each_piece(text, |piece| {
                let found = expected.next().expect("a match").unwrap();
                assert_eq!(found.start(), at, "a gap");
                if found.as_str() != piece {
                    let near: String = text[at..].chars().take(20).collect();
                    panic!(
                        "{near:?}: {piece:?}, not {:?}: {}",
                        found.as_str(),
                        self.expression
                    );
                }
                at = found.end();
                Ok::<(), PatternError>(())
            })
            .unwrap();
        assert_eq!(at, text.len(), "{text:?}");
    }
}

fn pieces(pattern: &Pattern, text: &str) -> Vec<String> {
    let mut pieces = Vec::new();
    let result = pattern.for_each_piece(text, |piece| {
        pieces.push(piece.to_owned());
        Ok::<(), PatternError>(())
    });
    result.unwrap();
    pieces
}

/// Returns the pieces of the two parts of a text, concatenated.
fn pieces_apart(pattern: &Pattern, text: &str, cut: usize) -> Vec<String> {
    let mut apart = pieces(pattern, &text[..cut]);
    apart.extend(pieces(pattern, &text[cut..]));
    apart
}

fn every_character() -> impl Iterator<Item = char> {
    '\0'..=char::MAX
}

#[test]
fn every_spelling_is_known() {
    for &(name, expression) in SPELLINGS {
        let pattern = Pattern::new(Some(expression)).unwrap();
        assert_eq!(pattern, Pattern::new(Some(name)).unwrap());
        assert_eq!(pattern.name(), Some(name));
        // The text of a pattern is enough to make it again.
        for kept in [
            pattern.expression(),
            pattern.oniguruma_expression(),
            pattern.name(),
        ] {
            assert_eq!(Pattern::new(kept).unwrap(), pattern);
        }
    }
}

#[test]
fn up_to_three_characters() {
    for both in Both::scanners() {
        both.check("");
        for a in ALPHABET {
            both.check(&String::from(a));
            for b in ALPHABET {
                both.check(&String::from_iter([a, b]));
                for c in ALPHABET {
                    both.check(&String::from_iter([a, b, c]));
                }
            }
        }
    }
}

#[test]
fn every_character_alone() {
    for both in Both::scanners() {
        for character in every_character() {
            both.check(character.encode_utf8(&mut [0; 4]));
        }
    }
}

#[test]
fn every_character_in_context() {
    for both in Both::scanners() {
        let mut text = String::new();
        for (index, c) in every_character().enumerate() {
            for part in ["a", " ", "1", "'"] {
                text.extend([part, c.encode_utf8(&mut [0; 4]), part, "\n"]);
            }
            // Contractions with this character, and a run of it.
            text.extend([
                '\'', c, 'e', 'x', '\'', 'r', c, ' ', c, c, c, c, ' ', ' ', c, '\n',
            ]);
            if index % 4096 == 0 {
                both.check(&text);
                text.clear();
            }
        }
        both.check(&text);
    }
}

#[test]
fn contractions_of_all_cases() {
    let letters = [
        's', 'S', 'ſ', 'd', 'D', 'm', 'M', 't', 'T', 'l', 'L', 'v', 'V', 'e', 'E', 'r', 'R', 'K',
        'ﬅ', 'x', ' ',
    ];
    for both in Both::scanners() {
        for first in letters {
            for second in letters {
                for before in ["", "a", "A", "中", "1", "!", " ", "\u{301}", "'"] {
                    both.check(&format!("{before}'{first}{second}{second}"));
                }
            }
        }
    }
}

#[test]
fn books() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/data/gutenberg");
    let Ok(files) = std::fs::read_dir(folder) else {
        return; // The books are not part of the repository.
    };
    for file in files {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        for both in Both::scanners() {
            both.check(&text);
        }
    }
}

#[test]
fn long_runs() {
    const LONG: usize = 1 << 20;
    for both in Both::scanners() {
        let name = both.pattern.name();
        for (character, after, expected) in [
            (' ', "", vec![LONG]),
            (' ', "a", vec![LONG - 1, 2]),
            (
                ' ',
                "1",
                if name == Some("gpt2") {
                    vec![LONG - 1, 2]
                } else {
                    vec![LONG - 1, 1, 1]
                },
            ),
            ('\n', "", vec![LONG]),
            (
                '\n',
                "a",
                if name == Some("gpt2") {
                    vec![LONG - 1, 1, 1]
                } else {
                    vec![LONG, 1]
                },
            ),
            ('a', "", vec![LONG]),
            ('A', "!", vec![LONG, 1]),
            ('中', " ", vec![3 * LONG, 1]),
            ('\'', "", vec![LONG]),
            (
                '/',
                "\n",
                if name == Some("gpt2") {
                    vec![LONG, 1]
                } else {
                    vec![LONG + 1]
                },
            ),
        ] {
            let text = String::from(character).repeat(LONG) + after;
            let lengths: Vec<usize> = pieces(&both.pattern, &text)
                .iter()
                .map(String::len)
                .collect();
            assert_eq!(lengths, expected, "{character:?} {after:?} {name:?}");
        }
        let numbers = pieces(&both.pattern, &"1".repeat(LONG)).len();
        let expected = match name {
            Some("gpt2") => 1,
            Some(QWEN | QWEN_MARKS | TEKKEN) => LONG,
            _ => LONG.div_ceil(3),
        };
        assert_eq!(numbers, expected);
        // Texts on which a scanner might backtrack: then this test would not end.
        for part in [
            "A中", "\u{301}A", "'A", " \n", "\n ", "a ", "!\n/", "\u{301}", "中A'ſ",
        ] {
            let text = part.repeat(LONG / part.len());
            assert_eq!(pieces(&both.pattern, &text).concat(), text);
        }
    }
}

#[test]
fn no_pattern_is_one_piece() {
    let whole = Pattern::new(None).unwrap();
    assert_eq!(pieces(&whole, "two words\n"), ["two words\n"]);
    assert_eq!(pieces(&whole, "").len(), 0);
    assert_eq!((whole.name(), whole.expression()), (None, None));
    assert_eq!(whole.safe_cut("two words", 1), None);
}

#[test]
fn expressions() {
    for (expression, text, expected) in [
        (r"\S+|\s", "to  be", &["to", " ", " ", "be"][..]),
        // Text that does not match is kept.
        (r"\d", "ab12c", &["ab", "1", "2", "c"]),
        ("x", "äöü", &["äöü"]),
        // Empty matches end and cut the text.
        ("", "añb", &["a", "ñ", "b"]),
        ("x*", "axxb", &["a", "xx", "b"]),
        (r"(?=[A-Z])", "camelCaseText", &["camel", "Case", "Text"]),
        (r"$", "a\n", &["a\n"]),
        // The engine has look-around and back-references.
        (r"(.)\1", "abba", &["a", "bb", "a"]),
        (r"a", "", &[]),
    ] {
        let pattern = Pattern::new(Some(expression)).unwrap();
        assert_eq!(pieces(&pattern, text), expected, "{expression}");
        assert_eq!(
            (pattern.name(), pattern.expression()),
            (Some(expression), Some(expression))
        );
        assert_eq!(pattern.safe_cut(text, 1), None);
        assert_eq!(pattern, Pattern::new(Some(expression)).unwrap());
        assert_ne!(pattern, Pattern::new(Some("y")).unwrap());
    }
}

#[test]
fn errors_are_data() {
    let error = Pattern::new(Some("(")).unwrap_err();
    assert!(matches!(&error, PatternError::Invalid { expression, .. } if expression == "("));
    assert_eq!(error.to_string().lines().count(), 1, "{error}");
    for (expression, reason) in [
        (r"\p{Foo}", "Unicode property not found"),
        ("a{1,99999999999}", "decimal literal invalid"),
        ("(?:a{1000}){1000}{1000}", "exceeded limit of 10485760"),
        (&*"[".repeat(3000), "...[["),
        (r"\b{\x1b}", "Invalid escape"),
        ("\\g<\n>", r"\n"),
        ("(?\u{1b})", r"\u{1b}"),
    ] {
        let message = Pattern::new(Some(expression)).unwrap_err().to_string();
        assert!(message.contains(reason) && message.len() < 300, "{message}");
        assert!(!message.contains(char::is_control), "{message:?}");
    }

    let expression = r"x|(?:a|b|ab)*(?>c)(?!d)";
    let pattern = Pattern::new(Some(expression)).unwrap();
    let text = format!("x{}", "ab".repeat(64));
    let error = pattern.for_each_piece(&text, |_| Ok(())).unwrap_err();
    assert!(
        matches!(&error, PatternError::GaveUp { position: 1, .. }),
        "{error:?}"
    );
    assert_eq!(error.to_string().lines().count(), 1, "{error}");
}

#[test]
fn the_first_error_of_the_caller_ends_it() {
    for expression in [
        Some("gpt2"),
        Some("cl100k"),
        Some("o200k"),
        Some("a| "),
        None,
    ] {
        let mut calls = 0;
        let result = Pattern::new(expression)
            .unwrap()
            .for_each_piece("a a a", |_| {
                calls += 1;
                Err(PatternError::Invalid {
                    expression: String::new(),
                    reason: String::new(),
                })
            });
        assert!(result.is_err());
        assert_eq!(calls, 1);
    }
}

#[test]
fn safe_cuts_of_every_short_text() {
    for both in Both::scanners() {
        let pattern = &both.pattern;
        let mut found = 0;
        let mut check = |text: String| {
            let whole = pieces(pattern, &text);
            for near in 0..=text.len() + 1 {
                if let Some(cut) = pattern.safe_cut(&text, near) {
                    found += 1;
                    assert!(near <= cut && 0 < cut && cut < text.len());
                    assert_eq!(pieces_apart(pattern, &text, cut), whole, "{text:?} {cut}");
                }
            }
        };
        for a in ALPHABET {
            for b in ALPHABET {
                for c in ALPHABET {
                    check(String::from_iter([a, b, c]));
                    check(String::from_iter(['\'', a, b, c, ' ']));
                    check(String::from_iter(['\n', a, b, c, '\n', '1']));
                }
            }
        }
        assert!(found > 100_000);
    }
}

fn nasty_text() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        8 => proptest::sample::select(&ALPHABET[..]).prop_map(String::from),
        3 => "[a-zA-Z]{1,12}",
        2 => "[ \n\r\t]{1,5}",
        1 => proptest::sample::select(&["'s", "'LL", "'ſ", "'Ve", "n't", "1234567"][..]).prop_map(String::from),
        1 => any::<char>().prop_map(String::from),
    ];
    proptest::collection::vec(part, 0..24).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text(text in nasty_text()) {
        thread_local! {
            static ALL: Vec<Both> = (0..SPELLINGS.len()).map(Both::new).collect();
        }
        ALL.with(|all| all.iter().for_each(|both| both.check(&text)));
    }

    #[test]
    fn any_safe_cut(text in nasty_text(), near in 0_usize..60) {
        for spelling in SCANNERS {
            let pattern = Pattern::new(Some(SPELLINGS[spelling].0)).unwrap();
            if let Some(cut) = pattern.safe_cut(&text, near) {
                prop_assert!(cut >= near);
                prop_assert_eq!(pieces_apart(&pattern, &text, cut), pieces(&pattern, &text));
            }
        }
    }
}

/// Returns the first and the last character of each general category, and some between.
fn of_every_category() -> Vec<char> {
    use unicode_properties::UnicodeGeneralCategory as _;

    let mut by_category: BTreeMap<String, Vec<char>> = BTreeMap::new();
    for character in every_character() {
        let category = format!("{:?}", character.general_category());
        by_category.entry(category).or_default().push(character);
    }
    // All code points except surrogates, which are not characters.
    assert_eq!(by_category.len(), 29);
    let some = |all: Vec<char>| [all[0], all[all.len() / 2], all[all.len() - 1]];
    let mut all: Vec<char> = by_category.into_values().flat_map(some).collect();
    all.dedup();
    all
}

/// Every pair of general categories, with apostrophes, white space, digits and newlines around and
/// in it.
#[test]
fn every_pair_of_categories() {
    let characters = of_every_category();
    let between = [
        "", "'", "'s", "'LL", " ", "  ", "\n", "\r\n", " \n ", "\t", "\u{a0}", "1", "1234", "/",
    ];
    let mut text = String::new();
    for both in Both::scanners() {
        for &a in &characters {
            for &b in &characters {
                for part in between {
                    for parts in [[a, b].iter().collect(), format!("{a}{part}{b}")] {
                        text.clear();
                        text.extend([part, &parts, part]);
                        both.check(&text);
                        both.check(&text[part.len()..]);
                    }
                }
            }
        }
    }
}

/// A run of each category, alone and before and after characters of the others.
#[test]
fn long_runs_of_every_category() {
    for both in Both::scanners() {
        for character in of_every_category() {
            let run = String::from(character).repeat(3000);
            for (before, after) in [("", ""), ("a", " b"), (" ", "\n"), ("'", "1"), ("\n", "'s")] {
                both.check(&format!("{before}{run}{after}"));
            }
        }
    }
}
