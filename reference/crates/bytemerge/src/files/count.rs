//! Counts the pieces of files, on several threads, without ever holding a file as a whole.
//!
//! One thread reads, decompresses and cuts; the others take block after block and count. The calling thread only
//! keeps in touch with its caller: so that the work can stop, even where a read from a pipe waits for ever.

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

/// Between two reports.
const INTERVAL: Duration = Duration::from_millis(50);

/// Told the number of bytes read, and that of all files as far as it is known. Its error ends the work.
pub type FileProgress<'a> = dyn FnMut(u64, u64) -> Result<(), Error> + 'a;

/// The pieces of files, each of which is one text.
///
/// So many threads count; one more reads, and waits while there is enough to count. The order of the pieces
/// differs from run to run, the counts do not. Where memory allows no threads, the calling one does it all.
///
/// # Errors
///
/// [`Error::File`] and [`Error::NotUtf8`], with the file; what the pattern reports; [`Error::OutOfMemory`]; and the
/// error that ends `progress`.
pub fn count_files(
    pattern: &Pattern,
    sources: &[Source],
    threads: usize,
    progress: &mut FileProgress,
) -> Result<PieceCounts, Error> {
    // What is not there is found before hours of work, not after.
    let mut total = 0;
    for source in sources {
        if let Source::File(path) = source {
            let file = std::fs::metadata(path).map_err(|error| Error::file(path, error))?;
            total += file.len();
        }
    }
    let threads = threads.max(1);
    let read = Arc::new(AtomicU64::new(0));
    // Those that wait, those that are worked on, and one that is read.
    let blocks = (2 * threads).saturating_add(1).saturating_mul(BLOCK);
    if !is_room_for_threads(threads.saturating_add(1), blocks) {
        return count_on_this_thread(pattern, sources, total, &read, progress);
    }
    let (sender, receiver) = sync_channel(threads);
    // Not of the scope: nobody waits for it to end. It does when the receiver is gone.
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
            // Dropped at the end, also by a panic: that is what the caller sees.
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
                // An error of one thread interrupts the others: it is the one to report.
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

/// The same without any other thread: the caller is heard between two blocks, and not within.
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

/// Sends the blocks of all files, then an error if there is one.
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

/// Counts block after block, until there is none left.
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

/// The larger takes the other in.
fn merged(one: PieceCounts, other: PieceCounts) -> Result<PieceCounts, Error> {
    let (mut large, small) = if one.len() < other.len() {
        (other, one)
    } else {
        (one, other)
    };
    large.merge(&small)?;
    Ok(large)
}
