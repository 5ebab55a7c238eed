//! Decodes ids into bytes, for many texts on several threads.
//!
//! Decoding is copying, which takes about the same time for each id. So each thread gets an equal
//! share of the texts at once, and does not come back for more.

use rayon::prelude::*;

use crate::error::Error;
use crate::progress::ShouldStop;
use crate::tokenizer::Tokenizer;
use crate::tokenizer::token_batch::TokenBatch;

/// The number of ids from which a second thread pays off.
const WORTH: usize = 1 << 14;

impl Tokenizer {
    /// Returns the bytes of all ids, concatenated. They need not be UTF-8.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownId`] for the first id without a token; [`Error::OutOfMemory`].
    pub fn decode_bytes(&self, ids: &[u32]) -> Result<Vec<u8>, Error> {
        self.decoded(ids, false)
    }

    /// Returns the bytes of all ids that are not special tokens, concatenated.
    ///
    /// # Errors
    ///
    /// Those of [`Tokenizer::decode_bytes`].
    pub fn decode_ordinary(&self, ids: &[u32]) -> Result<Vec<u8>, Error> {
        self.decoded(ids, true)
    }

    fn decoded(&self, ids: &[u32], skip_special: bool) -> Result<Vec<u8>, Error> {
        /// The number of tokens that fit into the buffer.
        const TOKENS: usize = 256;

        let mut bytes = Vec::new();
        bytes.try_reserve(4 * ids.len())?;
        // Copies of 16 bytes, each overwritten by the next after its length, are faster than copies
        // of variable length.
        let mut buffer = [0; 16 * TOKENS];
        for ids in ids.chunks(TOKENS) {
            let mut len = 0;
            for &id in ids {
                if skip_special && self.special.is_special(id) {
                    continue;
                }
                if let Some((token, length)) = self.model.vocabulary.short_bytes(id) {
                    buffer[len..len + 16].copy_from_slice(token);
                    len += length;
                } else {
                    let unknown = Error::UnknownId {
                        id: id as usize,
                        last: None,
                    };
                    let token = self.token_bytes(id).ok_or(unknown)?;
                    bytes.try_reserve(len + token.len())?;
                    bytes.extend_from_slice(&buffer[..len]);
                    bytes.extend_from_slice(token);
                    len = 0;
                }
            }
            bytes.try_reserve(len)?;
            bytes.extend_from_slice(&buffer[..len]);
        }
        Ok(bytes)
    }

    /// Returns the bytes of each text, with or without special tokens. They need not be UTF-8.
    ///
    /// With one thread, the calling thread does the work; zero means all threads of rayon's current
    /// pool.
    ///
    /// # Errors
    ///
    /// The error of the first text that has one, as in [`Tokenizer::decode_bytes`], and
    /// [`Error::Interrupted`].
    pub fn decode_batch(
        &self,
        batch: &TokenBatch,
        skip_special: bool,
        threads: usize,
        should_stop: &ShouldStop,
    ) -> Result<Vec<Vec<u8>>, Error> {
        let threads = match threads {
            0 => rayon::current_num_threads(),
            threads => threads,
        };
        let decode = |index: usize| {
            if should_stop() {
                return Err(Error::Interrupted);
            }
            self.decoded(batch.get(index).unwrap_or_default(), skip_special)
        };
        if threads == 1 || batch.ids.len() < WORTH {
            return (0..batch.len()).map(decode).collect();
        }
        // One part for each thread, so that no more threads work.
        let size = batch.len().div_ceil(threads).max(1);
        let parts: Vec<_> = (0..batch.len()).step_by(size).collect();
        let part = |&start: &usize| {
            let end = batch.len().min(start + size);
            (start..end).map(decode).collect::<Result<Vec<_>, _>>()
        };
        // All parts are decoded before errors are looked at: the error of the first text is
        // returned.
        let parts: Vec<_> = parts.par_iter().map(part).collect();
        let mut all = Vec::new();
        for part in parts {
            all.append(&mut part?);
        }
        Ok(all)
    }
}
