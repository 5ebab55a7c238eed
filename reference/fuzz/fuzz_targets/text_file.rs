//! Checks that the parts of any file, between any offsets, are its text and have its pieces, and
//! that the first byte that is not UTF-8 is found.

#![no_main]

use std::io::Cursor;
use std::ops::Range;
use std::path::Path;

use libfuzzer_sys::fuzz_target;

use bytemerge::pattern::PatternError;
use bytemerge::{Error, Pattern, TextFile};

mod patterns;

fuzz_target!(|input: (u8, [u16; 3], &[u8])| {
    let (pattern, cuts, content) = input;
    let (_, pattern) = patterns::chosen(pattern);
    let mut ends = cuts.map(|cut| u64::from(cut) % (content.len() as u64 + 8));
    ends.sort_unstable();
    let starts = [0].into_iter().chain(ends);
    let parts = starts.zip(ends.into_iter().chain([u64::MAX]));
    let parts: Result<Vec<String>, Error> = parts
        .map(|(start, end)| read(content, start..end, pattern))
        .collect();
    match std::str::from_utf8(content) {
        Ok(text) => {
            let parts = parts.unwrap();
            assert_eq!(parts.concat(), text);
            let pieces_of_parts: Vec<&str> = parts
                .iter()
                .flat_map(|part| pieces(pattern, part))
                .collect();
            assert_eq!(pieces_of_parts, pieces(pattern, text));
        }
        Err(error) => {
            assert!(parts.is_err());
            let Err(Error::NotUtf8 {
                offset, line, byte, ..
            }) = read(content, 0..u64::MAX, pattern)
            else {
                panic!("no error for {content:?}");
            };
            let (valid, rest) = content.split_at(error.valid_up_to());
            let line_ends = valid.iter().filter(|&&byte| byte == b'\n').count() as u64;
            let expected = (valid.len() as u64, Some(1 + line_ends), rest[0]);
            assert_eq!((offset, line, byte), expected);
        }
    }
});

/// Reads a part of a file, block by block.
fn read(content: &[u8], part: Range<u64>, pattern: &Pattern) -> Result<String, Error> {
    let start = usize::try_from(TextFile::start_of(&part))
        .unwrap()
        .min(content.len());
    let rest = Cursor::new(content[start..].to_vec());
    let mut file = TextFile::part(Path::new("file"), rest, part);
    let mut text = String::new();
    while let Some(block) = file.next_block(pattern)? {
        text += &block;
    }
    Ok(text)
}

fn pieces<'t>(pattern: &Pattern, text: &'t str) -> Vec<&'t str> {
    let mut pieces = Vec::new();
    let cut = pattern.for_each_piece(text, |piece| {
        pieces.push(piece);
        Ok::<(), PatternError>(())
    });
    cut.unwrap();
    pieces
}
