//! Encodes one text or one sequence of bytes, or counts its ids. A long text goes to
//! `batch.rs` if several threads may work on it.

use crate::encode::encoder::Sink;
use crate::error::Error;
use crate::memory::try_reserve;
use crate::options::Options;
use crate::progress::ShouldStop;
use crate::tokenizer::Tokenizer;
use crate::tokenizer::batch::is_worth_cutting;

impl Tokenizer {
    /// Returns the ids of a text.
    ///
    /// # Errors
    ///
    /// [`Error::DisallowedSpecialToken`], [`Error::Pattern`] if a regular expression gives up,
    /// [`Error::PieceTooLong`], [`Error::OutOfMemory`], [`Error::Interrupted`].
    pub fn encode(&self, text: &str, options: &Options) -> Result<Vec<u32>, Error> {
        if options.threads != 1 && is_worth_cutting(text) && self.can_be_cut(text) {
            return self.encode_parts(text, options);
        }
        self.check_disallowed(text, options)?;
        let mut ids = Vec::new();
        // English has four to five bytes per token.
        try_reserve(&mut ids, text.len() / 4 + 8)?;
        self.encode_into(text, options, &mut ids)?;
        if options.add_special_tokens {
            self.template.add_to(&mut ids)?;
        }
        Ok(ids)
    }

    /// Returns the ids of a text in which special tokens are ordinary text.
    ///
    /// # Errors
    ///
    /// Those of [`Tokenizer::encode`], except for special tokens and interruption.
    pub fn encode_ordinary(&self, text: &str) -> Result<Vec<u32>, Error> {
        self.encode(text, &Options::ordinary())
    }

    /// Returns the ids of one piece, as the pattern cuts it.
    ///
    /// # Errors
    ///
    /// [`Error::PieceTooLong`], [`Error::OutOfMemory`].
    pub fn encode_piece(&self, piece: &[u8]) -> Result<Vec<u32>, Error> {
        let mut ids = Vec::new();
        self.with_encoder(&|| false, &mut ids, |encoder| {
            encoder.piece(piece, 0, piece.len())
        })?;
        Ok(ids)
    }

    /// Returns the number of ids of a text, without keeping them.
    ///
    /// # Errors
    ///
    /// Those of [`Tokenizer::encode`].
    pub fn count(&self, text: &str, options: &Options) -> Result<usize, Error> {
        if options.threads != 1 && is_worth_cutting(text) && self.can_be_cut(text) {
            return self.count_parts(text, options);
        }
        self.check_disallowed(text, options)?;
        let mut count = self.added_count(options);
        self.encode_into(text, options, &mut count)?;
        Ok(count)
    }

    /// Returns the ids of bytes. Valid UTF-8 is encoded as text, without special tokens.
    ///
    /// Other bytes are not normalized. The first invalid byte and everything after it form one
    /// piece, together with the piece before that byte, as in tiktoken's `_encode_bytes`. If the
    /// first token of that piece consists of spaces, tabs and line feeds, all such tokens before it
    /// belong to the piece too.
    ///
    /// # Errors
    ///
    /// Those of [`Tokenizer::encode_ordinary`], and [`Error::Interrupted`].
    pub fn encode_bytes(&self, bytes: &[u8], should_stop: &ShouldStop) -> Result<Vec<u32>, Error> {
        let mut ids = Vec::new();
        try_reserve(&mut ids, bytes.len() / 4 + 8)?;
        let error = match std::str::from_utf8(bytes) {
            Ok(text) => {
                let options = Options {
                    should_stop,
                    ..Options::ordinary()
                };
                self.encode_into(text, &options, &mut ids)?;
                return Ok(ids);
            }
            Err(error) => error,
        };
        let (text, _) = bytes.split_at(error.valid_up_to());
        let text = std::str::from_utf8(text).unwrap_or_default();
        self.with_encoder(should_stop, &mut ids, |encoder| {
            let last_start = encoder.text_before_last_piece(text)?;
            let mut last = encoder.sink().len();
            encoder.piece(text.as_bytes(), last_start, text.len())?;
            let ids = encoder.sink_mut();
            let is_blank = |id| {
                let bytes = self.model.vocabulary.bytes(id).unwrap_or_default();
                bytes.iter().all(|byte| b" \n\t".contains(byte))
            };
            let is_text = self.model.unknown.is_none();
            if is_text && ids.get(last).is_some_and(|&id| is_blank(id)) {
                while last > 0 && is_blank(ids[last - 1]) {
                    last -= 1;
                }
            }
            let length = |&id: &u32| self.model.vocabulary.bytes(id).map_or(0, <[u8]>::len);
            let start = match self.model.unknown {
                None => text.len() - ids[last..].iter().map(length).sum::<usize>(),
                // Its tokens are not all of the text.
                Some(_) => last_start,
            };
            ids.truncate(last);
            encoder.piece(bytes, start, bytes.len())
        })?;
        Ok(ids)
    }

    /// Encodes a text that has been checked for disallowed special tokens.
    fn encode_into<S: Sink>(
        &self,
        text: &str,
        options: &Options,
        sink: &mut S,
    ) -> Result<(), Error> {
        self.with_encoder(options.should_stop, sink, |encoder| {
            self.for_each_segment(
                text,
                options.allowed_special,
                options.should_stop,
                |segment| encoder.segment(segment),
            )
        })
    }
}
