//! The bytes of many texts, decoded on several threads.
//!
//! To decode is to copy, which takes about the same time for each id: so each thread gets as many texts as the others, at
//! once, and none has to come back for more.

use rayon::prelude::*;

use crate::encode::codec::Codec;
use crate::encode::token_batch::TokenBatch;
use crate::error::Error;
use crate::progress::ShouldStop;

/// Ids that are worth a second thread.
const WORTH: usize = 1 << 14;

impl Codec {
    /// The bytes that ids stand for, together. They need not be UTF-8.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownId`] for the first id that stands for nothing; [`Error::OutOfMemory`].
    pub(crate) fn decode_bytes(&self, ids: &[u32]) -> Result<Vec<u8>, Error> {
        /// Tokens that fit into the buffer.
        const TOKENS: usize = 256;

        let mut bytes = Vec::new();
        bytes.try_reserve(4 * ids.len())?;
        // Copies of 16 bytes, of which the next covers what is too much, are faster than copies of various lengths.
        let mut buffer = [0; 16 * TOKENS];
        for ids in ids.chunks(TOKENS) {
            let mut len = 0;
            for &id in ids {
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

    /// The bytes that the ids of each text stand for. They need not be UTF-8.
    ///
    /// One thread is that of the caller; zero are all of rayon's current pool.
    ///
    /// # Errors
    ///
    /// That of the first text that has one, as [`Codec::decode_bytes`], and [`Error::Interrupted`].
    pub(crate) fn decode_batch(
        &self,
        batch: &TokenBatch,
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
            self.decode_bytes(batch.get(index).unwrap_or_default())
        };
        if threads == 1 || batch.ids.len() < WORTH {
            return (0..batch.len()).map(decode).collect();
        }
        // As many parts as threads, so that no more of them work.
        let size = batch.len().div_ceil(threads).max(1);
        let parts: Vec<_> = (0..batch.len()).step_by(size).collect();
        let part = |&start: &usize| {
            let end = batch.len().min(start + size);
            (start..end).map(decode).collect::<Result<Vec<_>, _>>()
        };
        // All parts before the first error is looked for, so that it is that of the first text.
        let parts: Vec<_> = parts.par_iter().map(part).collect();
        let mut all = Vec::new();
        for part in parts {
            all.append(&mut part?);
        }
        Ok(all)
    }
}
