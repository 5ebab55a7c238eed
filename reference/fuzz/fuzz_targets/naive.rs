//! Checks that training accepts any text, and that the tokens of that text give it back.

#![no_main]

use libfuzzer_sys::fuzz_target;

use bytemerge::Error;
use bytemerge::naive::NaiveTokenizer;

fuzz_target!(|input: (&str, u8, bool)| {
    let (text, more, exact) = input;
    let lines = || text.lines();
    // The error states the smallest size for this text.
    let alphabet = match NaiveTokenizer::train(lines(), 0, exact, &mut |_| Ok(())) {
        Err(Error::VocabularySize { alphabet, .. }) => alphabet,
        Err(Error::EmptyCorpus) => return,
        other => panic!("{other:?}"),
    };
    let size = alphabet + usize::from(more);
    let tokenizer = NaiveTokenizer::train(lines(), size, exact, &mut |_| Ok(())).unwrap();
    // The lower case of this letter ends in a mark, which is not a letter: it is dropped next time.
    for line in lines().filter(|line| !line.contains('\u{130}')) {
        let tokens: Vec<usize> = tokenizer.tokenize(line).collect();
        assert!(
            !tokens.contains(&0),
            "the training text has an unknown character"
        );
        let again = tokenizer.tokens_as_string(&tokens).unwrap();
        assert_eq!(tokenizer.tokenize(&again).collect::<Vec<_>>(), tokens);
    }
});
