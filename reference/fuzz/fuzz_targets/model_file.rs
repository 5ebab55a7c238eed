//! Checks that any bytes are a tokenizer or an error, even with a correct header and checksum, and
//! that a tokenizer is saved as it was read; and the same of the parts that are JSON of their own.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sha2::{Digest as _, Sha256};

use bytemerge::{Normalizer, PreTokenizer, Template, Tokenizer};

fuzz_target!(|content: &[u8]| {
    let _ = Tokenizer::from_bytes(content);
    let checksum: String = Sha256::digest(content)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let header = format!(
        r#"{{"format":"bytemerge","version":1,"kind":"tokenizer","bytes":{},"sha256":"{checksum}"}}"#,
        content.len()
    );
    let file = [header.as_bytes(), b"\n", content, b"\n"].concat();
    match Tokenizer::from_bytes(&file) {
        Ok(tokenizer) => {
            let again = Tokenizer::from_bytes(&tokenizer.to_bytes().unwrap()).unwrap();
            assert!(again == tokenizer);
        }
        // The checksum is correct, so the error must be in the model.
        Err(problem) => assert!(
            problem.to_string().starts_with("not a valid model"),
            "{problem}"
        ),
    }
    if let Ok(json) = std::str::from_utf8(content) {
        if let Ok(normalizer) = Normalizer::from_json(json) {
            assert_eq!(Normalizer::from_json(&normalizer.to_json()), Ok(normalizer));
        }
        if let Ok(pre_tokenizer) = PreTokenizer::from_json(json) {
            assert_eq!(
                PreTokenizer::from_json(&pre_tokenizer.to_json()),
                Ok(pre_tokenizer)
            );
        }
        if let Ok(template) = Template::new(vec![1], vec![2, 3], json) {
            let again = Template::new(vec![1], vec![2, 3], &template.post_processor());
            assert_eq!(again, Ok(template));
        }
    }
});
