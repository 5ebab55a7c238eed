//! Checks that splitting the model off any text does not fail, that splitting the rest again gives
//! an empty model, and that a tokenizer of the model decodes what it has encoded.

#![no_main]

use std::collections::HashSet;

use libfuzzer_sys::fuzz_target;

use bytemerge::{Pattern, SpecialTokens, VocabAndMerges};

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
