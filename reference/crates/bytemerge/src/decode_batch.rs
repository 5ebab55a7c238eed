//! The bytes of many texts, decoded on several threads.
//!
//! To decode is to copy, which takes about the same time for each id: so each thread gets as many texts as the others, at
//! once, and none has to come back for more.

use rayon::prelude::*;

use crate::{Error, ShouldStop, TokenBatch, Tokenizer};

/// Ids that are worth a second thread.
const WORTH: usize = 1 << 14;

impl Tokenizer {
    /// The bytes that the ids of each text stand for. They need not be UTF-8.
    ///
    /// One thread is that of the caller; zero are all of rayon's current pool.
    ///
    /// # Errors
    ///
    /// That of the first text that has one, as [`Tokenizer::decode_bytes`], and [`Error::Interrupted`].
    pub fn decode_batch(
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
