//! Counts the pieces of files on several threads, without holding a whole file in memory.
//!
//! One thread reads, decompresses and divides the text into blocks; the others cut block after
//! block into pieces, and count them. The calling thread only reports to its caller, so the work
//! can stop even while a read from a pipe blocks.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use crate::error::Error;
use crate::files::text::{BLOCK, Source, TextFile};
use crate::memory::is_room_for_threads;
use crate::pattern::Pattern;
use crate::progress::ShouldStop;
use crate::train::counts::PieceCounts;

/// The time between two reports.
const INTERVAL: Duration = Duration::from_millis(50);

/// Receives the number of bytes read, and the size of all files as far as it is known. Its error
/// ends the work.
pub type FileProgress<'a> = dyn FnMut(u64, u64) -> Result<(), Error> + 'a;

/// Counts the pieces of files, each of which is one text.
///
/// `threads` threads count. One more thread reads, and waits while there is enough to count. The
/// order of the pieces differs from run to run, but the counts do not. If there is no memory for
/// threads, the calling thread does all the work.
///
/// # Errors
///
/// [`Error::File`] and [`Error::NotUtf8`], with the file; the errors of the pattern;
/// [`Error::OutOfMemory`]; and the error of `progress`.
pub fn count_files(
    pattern: &Pattern,
    sources: &[Source],
    threads: usize,
    progress: &mut FileProgress,
) -> Result<PieceCounts, Error> {
    // A missing file is reported before hours of work, not after.
    let mut total = 0;
    for source in sources {
        if let Source::File(path) = source {
            let file = std::fs::metadata(path).map_err(|error| Error::file(path, error))?;
            total += file.len();
        }
    }
    let threads = threads.max(1);
    let read = Arc::new(AtomicU64::new(0));
    // The blocks that wait, the blocks that are counted, and the block that is read.
    let blocks = (2 * threads).saturating_add(1).saturating_mul(BLOCK);
    if !is_room_for_threads(threads.saturating_add(1), blocks) {
        return count_on_this_thread(pattern, sources, total, &read, progress);
    }
    let (sender, receiver) = sync_channel(threads);
    // Not a scoped thread: no other thread waits for it. It ends when the receiver is dropped.
    let reader = thread::Builder::new().spawn({
        let (pattern, sources, read) = (pattern.clone(), sources.to_vec(), Arc::clone(&read));
        move || read_files(&pattern, &sources, &read, &sender)
    });
    reader.map_err(|error| Error::NoThread(Arc::new(error)))?;
    let receiver = Mutex::new(receiver);
    let stopped = AtomicBool::new(false);
    let stop = || stopped.store(true, Ordering::Relaxed);
    let should_stop = || stopped.load(Ordering::Relaxed);
    let work = || {
        let counts = count_blocks(pattern, &receiver, &should_stop);
        if counts.is_err() {
            stop();
        }
        counts
    };
    thread::scope(|scope| {
        let (at_work, watch) = channel::<()>();
        let spawn = |_| {
            // Dropped at the end, even after a panic: this tells the caller.
            let at_work = at_work.clone();
            let work = || {
                let _at_work = at_work;
                work()
            };
            thread::Builder::new().spawn_scoped(scope, work).ok()
        };
        let workers: Vec<_> = (0..threads).map_while(spawn).collect();
        drop(at_work);
        let mut result = Ok(PieceCounts::default());
        if workers.is_empty() {
            result = work();
        }
        while watch.recv_timeout(INTERVAL) == Err(RecvTimeoutError::Timeout) {
            let done = read.load(Ordering::Relaxed);
            if let Err(error) = progress(done, total.max(done)) {
                stop();
                result = Err(error);
                break;
            }
        }
        for worker in workers {
            let counted = worker.join();
            let counted = counted.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            result = match (result, counted) {
                (Ok(one), Ok(other)) => merged(one, other),
                // The error of one thread interrupts the others: report that error.
                (Ok(_) | Err(Error::Interrupted), Err(error)) | (Err(error), _) => Err(error),
            };
        }
        let done = read.load(Ordering::Relaxed);
        result.and_then(|counts| {
            progress(done, total.max(done))?;
            Ok(counts)
        })
    })
}

/// Counts the pieces of a file, or of a part of one, on the calling thread.
///
/// `progress` is called with the number of bytes of text so far, after each block.
///
/// # Errors
///
/// Those of [`count_files`].
pub fn count_text_file(
    pattern: &Pattern,
    file: &mut TextFile,
    progress: &mut dyn FnMut(u64) -> Result<(), Error>,
) -> Result<PieceCounts, Error> {
    let (mut counts, mut done) = (PieceCounts::default(), 0);
    while let Some(block) = file.next_block(pattern)? {
        counts.add_text(pattern, &block, &|| false)?;
        done += block.len() as u64;
        progress(done)?;
    }
    Ok(counts)
}

/// Counts on the calling thread only, and reports to the caller between two blocks.
fn count_on_this_thread(
    pattern: &Pattern,
    sources: &[Source],
    total: u64,
    read: &Arc<AtomicU64>,
    progress: &mut FileProgress,
) -> Result<PieceCounts, Error> {
    let mut counts = PieceCounts::default();
    let mut report = || {
        let done = read.load(Ordering::Relaxed);
        progress(done, total.max(done))
    };
    for source in sources {
        let mut file = TextFile::open(source, read)?;
        while let Some(block) = file.next_block(pattern)? {
            counts.add_text(pattern, &block, &|| false)?;
            report()?;
        }
    }
    report()?;
    Ok(counts)
}

/// Sends the blocks of all files, or the first error.
fn read_files(
    pattern: &Pattern,
    sources: &[Source],
    read: &Arc<AtomicU64>,
    blocks: &SyncSender<Result<String, Error>>,
) {
    for source in sources {
        let mut file = match TextFile::open(source, read) {
            Ok(file) => file,
            Err(error) => return drop(blocks.send(Err(error))),
        };
        while let Some(block) = file.next_block(pattern).transpose() {
            let failed = block.is_err();
            if blocks.send(block).is_err() || failed {
                return;
            }
        }
    }
}

/// Counts blocks until no more come.
fn count_blocks(
    pattern: &Pattern,
    blocks: &Mutex<Receiver<Result<String, Error>>>,
    should_stop: &ShouldStop,
) -> Result<PieceCounts, Error> {
    let mut counts = PieceCounts::default();
    loop {
        let block = {
            let blocks = blocks.lock().unwrap_or_else(PoisonError::into_inner);
            if should_stop() {
                return Err(Error::Interrupted);
            }
            blocks.recv_timeout(INTERVAL)
        };
        match block {
            Ok(text) => counts.add_text(pattern, &text?, should_stop)?,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Ok(counts),
        }
    }
}

/// Adds the smaller counts to the larger.
fn merged(one: PieceCounts, other: PieceCounts) -> Result<PieceCounts, Error> {
    let (mut large, small) = if one.len() < other.len() {
        (other, one)
    } else {
        (one, other)
    };
    large.merge(&small)?;
    Ok(large)
}
