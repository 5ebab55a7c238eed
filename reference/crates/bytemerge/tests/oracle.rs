//! Compares the naive tokenizer with an oracle that shares no code with it, on random text.
//!
//! The oracle keeps a word as text with a bar after each token, and replaces text.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use rayon::prelude::*;

use bytemerge::Error;
use bytemerge::naive::NaiveTokenizer;

/// Returns merges and tokens by the definition.
fn obvious(text: &str, vocab_size: usize, exact: bool) -> (Vec<(String, String)>, Vec<String>) {
    let mut words: Vec<String> = text
        .to_lowercase()
        .split_whitespace()
        .map(|word| {
            let characters = word.chars();
            characters.flat_map(|character| [character, '|']).collect()
        })
        .collect();
    let used = |words: &[String]| -> BTreeSet<String> {
        let tokens = words.iter().flat_map(|word| word.split_terminator('|'));
        tokens.map(String::from).collect()
    };
    let mut tokens = vec!["UNK".to_owned(), " ".to_owned()];
    tokens.extend(used(&words));
    let mut merges = Vec::new();
    let mut size = tokens.len();
    while size < vocab_size {
        let mut counts = BTreeMap::new();
        for word in &words {
            let parts: Vec<_> = word.split_terminator('|').collect();
            for pair in parts.windows(2) {
                let id = |part| tokens.iter().position(|token| token == part).unwrap();
                *counts.entry((id(pair[0]), id(pair[1]))).or_insert(0) += 1;
            }
        }
        let Some((&(left, right), _)) = counts
            .iter()
            .max_by_key(|&(&pair, &count)| (count, std::cmp::Reverse(pair)))
        else {
            break;
        };
        let (left, right) = (tokens[left].clone(), tokens[right].clone());
        for word in &mut words {
            // A bar in front, so that a token does not match the end of a longer one.
            let from = format!("|{left}|{right}|");
            let to = format!("|{left}{right}|");
            let mut text = format!("|{word}");
            let mut start = 0;
            while let Some(found) = text[start..].find(&from) {
                let place = start + found;
                text.replace_range(place..place + from.len(), &to);
                start = place + to.len() - 1;
            }
            text[1..].clone_into(word);
        }
        tokens.push(format!("{left}{right}"));
        merges.push((left, right));
        size = if exact {
            2 + used(&words).len()
        } else {
            tokens.len()
        };
    }
    if exact {
        let used = used(&words);
        let mut index = 0;
        tokens.retain(|token| {
            index += 1;
            index <= 2 || used.contains(token)
        });
    }
    (merges, tokens)
}

fn train(text: &str, vocab_size: usize, exact: bool) -> Result<NaiveTokenizer, Error> {
    NaiveTokenizer::train(text.lines(), vocab_size, exact, &mut |_| Ok(()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn it_learns_what_the_definition_says(
        text in "[ab]{1,12}( [ab]{1,6}){0,4}|[a-d]{1,5}([ \n][a-dA-D]{1,5}){0,12}",
        more in 0_usize..20,
        exact: bool,
    ) {
        let alphabet = text.to_lowercase().chars().filter(|c| !c.is_whitespace()).collect::<BTreeSet<_>>();
        let vocab_size = 2 + alphabet.len() + more;
        let tokenizer = train(&text, vocab_size, exact).unwrap();
        let (merges, tokens) = obvious(&text, vocab_size, exact);
        let learnt = tokenizer.merges().map(|(l, r)| (l.to_owned(), r.to_owned()));
        prop_assert_eq!(learnt.collect::<Vec<_>>(), merges);
        prop_assert_eq!(tokenizer.tokens().collect::<Vec<_>>(), tokens);
    }

    #[test]
    fn what_is_decoded_is_the_normalised_text(learnt in "[a-d ]{1,40}[a-d]", text in "[a-dA-D .]{0,40}") {
        let tokenizer = train(&format!("a b c d {learnt}"), 12, false).unwrap();
        let tokens: Vec<usize> = tokenizer.tokenize(&text).collect();
        let words = text.to_lowercase().replace('.', "");
        let normal: String = words.split_whitespace().flat_map(|word| [word, " "]).collect();
        prop_assert_eq!(tokenizer.tokens_as_string(&tokens).unwrap(), normal);
        let in_parallel: Vec<usize> = tokenizer.tokenize_text(&text).collect();
        prop_assert_eq!(in_parallel, tokens);
    }

    #[test]
    fn any_text_at_all_is_tokenized(text in "\\PC{0,40}|(?s).{0,20}") {
        let tokenizer = train("the cat", 8, false).unwrap();
        let tokens: Vec<usize> = tokenizer.tokenize(&text).collect();
        prop_assert!(tokenizer.tokens_as_string(&tokens).is_ok());
    }
}

/// Merges apply in the order learnt, not longest first and not from left to right.
#[test]
fn a_word_has_one_correct_list_of_tokens() {
    let cut = |text: &str, vocab_size, word: &str| {
        let tokenizer = train(text, vocab_size, false).unwrap();
        let tokens: Vec<usize> = tokenizer.tokenize(word).collect();
        tokenizer.tokens_as_strings(&tokens).unwrap().join("|")
    };
    let text = "pro gramm ing pro gramm ing pro gramm ing programm programm";
    assert_eq!(cut(text, 18, "programming"), "pro|gramm|ing| ");
    assert_eq!(cut(text, 19, "programming"), "programm|ing| ");
    assert_eq!(cut("bc bc ab", 7, "abc"), "a|bc| ");
    assert_eq!(cut("ab ab bcd bcd bcd", 9, "abcd"), "a|bcd| ");
}

#[test]
fn characters_that_are_no_letters_are_left_out() {
    let tokenizer = train("İstanbul ΣΣ x\u{1c}y ½ a\u{301}b\u{85}c d_e", 30, false).unwrap();
    let cut = |text: &str| {
        let tokens: Vec<usize> = tokenizer.tokenize(text).collect();
        tokenizer.tokens_as_string(&tokens).unwrap()
    };
    assert_eq!(
        cut("İ ΣΣ x\u{1c}y ½ a\u{301}b\u{85}c d_e"),
        "i\u{307} σσ xy ½ ab c de "
    );
}

#[test]
fn the_caller_can_stop_it() {
    let stopped = NaiveTokenizer::train(["the cat"], 20, false, &mut |_| Err(Error::Interrupted));
    assert!(matches!(stopped, Err(Error::Interrupted)));
}

#[test]
fn bad_sizes_and_tokens_are_named() {
    let sentence = |error: Error| error.to_string();
    assert_eq!(
        sentence(train("", 5, false).unwrap_err()),
        "there is no word to learn from"
    );
    assert_eq!(
        sentence(train("cat", 4, false).unwrap_err()),
        "vocab_size must be at least 5, one for each character and two more, not 4"
    );
    let tokenizer = train("cat", 5, false).unwrap();
    assert_eq!(
        sentence(tokenizer.tokens_as_string(&[0, 5]).unwrap_err()),
        "no token has the id 5: they go from 0 to 4"
    );
}
