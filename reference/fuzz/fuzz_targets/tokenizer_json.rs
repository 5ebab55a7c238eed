//! Checks that any text has a model or not, that the rest is the file with an empty one, and that a
//! tokenizer of the model gives a text back.

#![no_main]

use std::collections::HashSet;

use libfuzzer_sys::fuzz_target;

use bytemerge::{VocabAndMerges, Pattern, SpecialTokens};

fuzz_target!(|file: &str| {
    let Some((rest, model)) = VocabAndMerges::split(file) else {
        return;
    };
    let (same, empty) = VocabAndMerges::split(&rest).unwrap();
    assert_eq!((same, empty.vocab_size()), (rest, 0));
    let (none, pattern) = (HashSet::new(), Pattern::new(None).unwrap());
    let made = model.tokenizer(&none, false, None, pattern, SpecialTokens::default());
    if let Ok(tokenizer) = made
        && let Ok(ids) = tokenizer.encode_ordinary("ab abc")
    {
        assert_eq!(tokenizer.decode_bytes(&ids).unwrap(), b"ab abc");
    }
});
