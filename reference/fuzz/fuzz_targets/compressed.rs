//! Checks that any bytes are read to their end or to an error, as each compressed format, and that
//! plain bytes stay as they are.

#![no_main]

use std::io::{Cursor, Read as _};

use libfuzzer_sys::fuzz_target;

use bytemerge::{decompressed, is_compressed};

const STARTS: [&[u8]; 5] = [
    b"",
    &[0x1F, 0x8B, 8],
    &[0x28, 0xB5, 0x2F, 0xFD],
    b"BZh91AY&SY",
    &[0xFD, b'7', b'z', b'X', b'Z', 0],
];

/// The most bytes to read: a few bytes may stand for gigabytes.
const MOST: u64 = 1 << 16;

fuzz_target!(|input: (u8, &[u8])| {
    let (format, content) = input;
    let start = STARTS[usize::from(format) % STARTS.len()];
    let file = [start, content].concat();
    let mut read = Vec::new();
    let done = decompressed(Cursor::new(file.clone()))
        .and_then(|reader| reader.take(MOST).read_to_end(&mut read));
    if !is_compressed(&file) {
        file.iter()
            .take(done.unwrap())
            .zip(&read)
            .for_each(|(byte, read)| assert_eq!(byte, read));
        assert_eq!(read.len(), file.len().min(MOST as usize));
    }
});
