//! Checks that all ways to encode a text agree, for any tokenizer.

use bytemerge::{Encoding, Options, Tokenizer};

/// Encodes a text in every way, and returns its ids and their offsets; or `None` if it is refused,
/// which every way does with the same error.
pub(crate) fn encoded(tokenizer: &Tokenizer, text: &str, options: &Options) -> Option<Encoding> {
    let ids = tokenizer.encode(text, options);
    let count = tokenizer.count(text, options);
    let batch = tokenizer.encode_batch(&[text, "", text], options);
    let counts = tokenizer.count_batch(&["", text], options);
    let encoding = tokenizer.encode_with_offsets(text, options);
    let ids = match ids {
        Ok(ids) => ids,
        Err(error) => {
            let others = [count.err(), batch.err(), counts.err(), encoding.err()];
            for other in others {
                assert_eq!(
                    other.map(|other| other.to_string()),
                    Some(error.to_string())
                );
            }
            return None;
        }
    };
    assert_eq!(count.unwrap(), ids.len());
    let batch = batch.unwrap();
    assert_eq!(
        (batch.len(), batch.get(0), batch.get(2)),
        (3, Some(&ids[..]), Some(&ids[..]))
    );
    let empty = batch.get(1).unwrap().len() as u64;
    assert_eq!(counts.unwrap(), [empty, ids.len() as u64]);

    let encoding = encoding.unwrap();
    assert_eq!(encoding.ids, ids);
    let characters = text.chars().count();
    for (offsets, end) in [
        (&encoding.byte_offsets, text.len()),
        (&encoding.char_offsets, characters),
    ] {
        assert_eq!(offsets.len(), ids.len());
        assert!(offsets.iter().all(|&[from, to]| from <= to && to <= end));
    }
    Some(encoding)
}

/// Checks the first tokens of a text that is not refused.
pub(crate) fn truncated(
    tokenizer: &Tokenizer,
    text: &str,
    limit: usize,
    options: &Options,
    encoding: &Encoding,
) -> usize {
    let kept = tokenizer.truncate(text, limit, options).unwrap();
    let added = if options.add_special_tokens {
        tokenizer.template().clone()
    } else {
        Default::default()
    };
    assert!(kept.ids.len() <= limit.max(added.len()));
    let (start, end) = kept.ids.split_at(kept.ids.len() - added.after.len());
    assert_eq!(
        (start, end),
        (&encoding.ids[..start.len()], &added.after[..])
    );
    assert!(start.starts_with(&added.before) && text.is_char_boundary(kept.end));
    kept.end
}
