//! Counting: one text on one thread, many texts on all of them.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::{Error, WordCounts, words};

/// Asked now and then whether to give up, from whichever thread is at work.
pub type ShouldStop<'a> = dyn Fn() -> bool + Sync + 'a;

/// Bytes of words between two questions to [`ShouldStop`]: well under a millisecond.
const BYTES_PER_CHECK: usize = 1 << 16;

/// The counts of one text or of several, while they are made.
type Table = FxHashMap<String, u64>;

/// Counts the words of `text`.
///
/// # Errors
///
/// [`Error::Interrupted`] once `should_stop` says so.
pub fn count_words(text: &str, should_stop: &ShouldStop) -> Result<WordCounts, Error> {
    add_words(Table::default(), text, should_stop).map(WordCounts::from_counted)
}

/// Counts the words of all `texts` together, in parallel on rayon's current thread pool.
///
/// The result is the same as that of [`count_words`] on each, merged.
///
/// # Errors
///
/// [`Error::Interrupted`] once `should_stop` says so.
pub fn count_words_in_all<T: AsRef<str> + Sync>(
    texts: &[T],
    should_stop: &ShouldStop,
) -> Result<WordCounts, Error> {
    // Few tables, because each meets every common word for the first time once more; but several
    // a thread, so that one with shorter texts takes over from the others.
    let tables = 4 * rayon::current_num_threads();
    let texts_per_table = texts.len().div_ceil(tables).max(1);
    texts
        .par_iter()
        .fold_chunks(
            texts_per_table,
            || Ok(Table::default()),
            |table, text| add_words(table?, text.as_ref(), should_stop),
        )
        .try_reduce(Table::default, |left, right| Ok(add_table(left, right)))
        .map(WordCounts::from_counted)
}

fn add_words(mut table: Table, text: &str, should_stop: &ShouldStop) -> Result<Table, Error> {
    // Lower-casing needs a copy; one buffer serves all words, and only new words allocate.
    let mut lowered = String::new();
    let mut since_check = BYTES_PER_CHECK;
    for word in words(text) {
        since_check += word.len();
        if since_check >= BYTES_PER_CHECK {
            if should_stop() {
                return Err(Error::Interrupted);
            }
            since_check = 0;
        }
        lowered.clear();
        lowered.push_str(word);
        lowered.make_ascii_lowercase();
        match table.get_mut(&lowered) {
            // Cannot overflow: no text in memory has 2^64 words.
            Some(count) => *count += 1,
            None => {
                table.insert(lowered.clone(), 1);
            }
        }
    }
    Ok(table)
}

fn add_table(left: Table, right: Table) -> Table {
    let (mut large, small) = if left.len() < right.len() {
        (right, left)
    } else {
        (left, right)
    };
    for (word, count) in small {
        *large.entry(word).or_default() += count;
    }
    large
}
