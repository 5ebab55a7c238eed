//! Counts the pieces of texts, on one thread or on several.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crate::error::Error;
use crate::memory::is_room_for_threads;
use crate::pattern::Pattern;
use crate::progress::{ShouldStop, StopCheck};
use crate::train::counts::PieceCounts;

/// The number of bytes of text between two calls of `should_stop`. The slowest pattern, an
/// expression that backtracks, takes about 10 ms for them.
const BYTES_BETWEEN_QUESTIONS: usize = 1 << 16;

/// Texts with more bytes than this are shared between threads, if the pattern allows a cut.
const BYTES_PER_PART: usize = 1 << 20;

impl PieceCounts {
    /// Counts the pieces of texts on the calling thread.
    ///
    /// # Errors
    ///
    /// [`Error::Interrupted`] if `should_stop` returns true, [`Error::OutOfMemory`], and the errors
    /// of the pattern.
    pub fn count<'a>(
        pattern: &Pattern,
        texts: impl IntoIterator<Item = &'a str>,
        should_stop: &ShouldStop,
    ) -> Result<Self, Error> {
        let mut counts = Self::default();
        for text in texts {
            counts.add_text(pattern, text, should_stop)?;
        }
        Ok(counts)
    }

    /// Counts the pieces of texts on several threads. The order of the pieces differs from run to
    /// run, but the counts do not.
    ///
    /// A thread takes the next text, or part of a text, when it has finished one, so a stream of
    /// texts is never held in memory as a whole. The threads are new and end with the call, so a
    /// process that forks afterwards can count again. If the system starts fewer threads, those do
    /// the work.
    ///
    /// # Errors
    ///
    /// Those of [`PieceCounts::count`].
    pub fn count_parallel<'a, Texts>(
        pattern: &Pattern,
        texts: Texts,
        threads: usize,
        should_stop: &ShouldStop,
    ) -> Result<Self, Error>
    where
        Texts: IntoIterator<Item = &'a str>,
        Texts::IntoIter: Send,
    {
        if threads <= 1 || !is_room_for_threads(threads, 0) {
            return Self::count(pattern, texts, should_stop);
        }
        let parts = Mutex::new(Parts {
            pattern,
            texts: texts.into_iter(),
            rest: "",
        });
        let failed = AtomicBool::new(false);
        let should_stop: &ShouldStop = &|| failed.load(Ordering::Relaxed) || should_stop();
        let work = || {
            let next = || parts.lock().ok().and_then(|mut parts| parts.next());
            let counts = Self::count(pattern, std::iter::from_fn(next), should_stop);
            if counts.is_err() {
                failed.store(true, Ordering::Relaxed);
            }
            counts
        };
        thread::scope(|scope| {
            let spawn = |_| thread::Builder::new().spawn_scoped(scope, work).ok();
            let others: Vec<_> = (1..threads).map_while(spawn).collect();
            let mut results = vec![work()];
            results.extend(others.into_iter().map(|thread| {
                let result = thread.join();
                result.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            }));
            // The error of one thread interrupts the others: report that error.
            let first_error = results
                .iter()
                .position(|result| !matches!(result, Ok(_) | Err(Error::Interrupted)));
            if let Some(index) = first_error {
                return results.swap_remove(index);
            }
            let mut tables = results.into_iter().collect::<Result<Vec<_>, _>>()?;
            // The other tables are added to the largest.
            tables.sort_by_key(Self::len);
            let mut counts = tables.pop().unwrap_or_default();
            for table in tables {
                counts.merge(&table)?;
            }
            Ok(counts)
        })
    }

    /// Adds the pieces of a text.
    ///
    /// # Errors
    ///
    /// Those of [`PieceCounts::count`]; then part of the text is counted.
    pub fn add_text(
        &mut self,
        pattern: &Pattern,
        text: &str,
        should_stop: &ShouldStop,
    ) -> Result<(), Error> {
        let mut stop_check = StopCheck::new(should_stop, BYTES_BETWEEN_QUESTIONS);
        let mut start = 0;
        pattern.for_each_end(text, |end| {
            stop_check.count(end - start)?;
            self.add_at(text.as_bytes(), start, end, 1)?;
            start = end;
            Ok::<(), Error>(())
        })?;
        stop_check.ask()
    }
}

/// An iterator over texts, which cuts long texts into parts.
struct Parts<'pattern, 'text, Texts> {
    pattern: &'pattern Pattern,
    texts: Texts,
    /// The rest of the last text.
    rest: &'text str,
}

impl<'text, Texts: Iterator<Item = &'text str>> Iterator for Parts<'_, 'text, Texts> {
    type Item = &'text str;

    fn next(&mut self) -> Option<&'text str> {
        if self.rest.is_empty() {
            self.rest = self.texts.next()?;
        }
        let cut = if self.rest.len() > BYTES_PER_PART {
            self.pattern.safe_cut(self.rest, BYTES_PER_PART)
        } else {
            None
        };
        let part;
        (part, self.rest) = self.rest.split_at(cut.unwrap_or(self.rest.len()));
        Some(part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_do_not_matter() {
        let text = "the cat sat on the mat, don't you know 123 \n\n  é ".repeat(60_000);
        let texts = ["one", "", &text, "two"];
        let sorted = |counts: &PieceCounts| {
            let mut all: Vec<_> = counts.iter().map(|(p, n)| (p.to_vec(), n)).collect();
            all.sort();
            all
        };
        let one =
            PieceCounts::count(&Pattern::new(Some("gpt2")).unwrap(), texts, &|| false).unwrap();
        for threads in [0, 1, 2, 3, 8] {
            let many = PieceCounts::count_parallel(
                &Pattern::new(Some("gpt2")).unwrap(),
                texts,
                threads,
                &|| false,
            );
            assert_eq!(sorted(&many.unwrap()), sorted(&one));
        }
    }

    #[test]
    fn stops_when_asked() {
        let text = "word ".repeat(1 << 20);
        for threads in [1, 2] {
            let counts = PieceCounts::count_parallel(
                &Pattern::new(Some("gpt2")).unwrap(),
                [&text[..]],
                threads,
                &|| true,
            );
            assert!(matches!(counts, Err(Error::Interrupted)));
        }
    }
}
