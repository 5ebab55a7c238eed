//! The letters that stand for bytes in files of Hugging Face.
//!
//! GPT-2 writes a byte that is a visible character of Latin-1 as this character, and the other
//! bytes, in order, as the characters from U+0100 on. A pre-tokenizer after `ByteLevel` sees these
//! letters in place of the text, so it may cut inside a character.

use std::sync::LazyLock;

/// The name of the step after which patterns see letters.
pub(super) const NAME: &str = "byte_letters";

static LETTERS: LazyLock<[char; 256]> = LazyLock::new(|| {
    let mut others = '\u{100}'..;
    std::array::from_fn(|byte| match u8::try_from(byte) {
        Ok(byte @ (b'!'..=b'~' | 0xA1..=0xAC | 0xAE..=0xFF)) => byte.into(),
        _ => others.next().unwrap_or_default(),
    })
});

/// Returns the letters of bytes.
pub(super) fn letters(bytes: &[u8]) -> String {
    bytes
        .iter()
        .map(|&byte| LETTERS[usize::from(byte)])
        .collect()
}

/// Returns the byte that a letter stands for.
pub(crate) fn byte(letter: char) -> Option<u8> {
    static BYTES: LazyLock<[Option<u8>; 512]> = LazyLock::new(|| {
        let mut bytes = [None; 512];
        for (byte, &letter) in (0..=u8::MAX).zip(LETTERS.iter()) {
            bytes[letter as usize] = Some(byte);
        }
        bytes
    });
    BYTES.get(letter as usize).copied().flatten()
}

/// Returns the letters by byte.
pub(crate) fn all() -> &'static [char; 256] {
    &LETTERS
}
