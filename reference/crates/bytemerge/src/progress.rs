//! The callbacks by which long work reports to its caller.

use crate::error::Error;

/// Receives the number of tokens after each merge. Its error ends the training.
pub type Progress<'a> = dyn FnMut(usize) -> Result<(), Error> + 'a;

/// Called now and then, by any working thread. Returns true to end the work.
pub type ShouldStop<'a> = dyn Fn() -> bool + Sync + 'a;

/// Counts work, and calls `should_stop` each time that enough of it is done.
pub(crate) struct StopCheck<'a> {
    should_stop: &'a ShouldStop<'a>,
    /// The amount of work between two calls, in units of the caller.
    interval: usize,
    /// The amount of work since the last call.
    done: usize,
}

impl<'a> StopCheck<'a> {
    pub(crate) fn new(should_stop: &'a ShouldStop<'a>, interval: usize) -> Self {
        Self {
            should_stop,
            interval,
            done: 0,
        }
    }

    /// Returns the callback.
    pub(crate) fn should_stop(&self) -> &'a ShouldStop<'a> {
        self.should_stop
    }

    /// Returns the amount of work between two calls.
    pub(crate) fn interval(&self) -> usize {
        self.interval
    }

    /// Counts work that is done or about to be.
    ///
    /// # Errors
    ///
    /// [`Error::Interrupted`] if `should_stop` returns true.
    #[inline]
    pub(crate) fn count(&mut self, work: usize) -> Result<(), Error> {
        self.done += work;
        if self.done >= self.interval {
            self.done = 0;
            return self.ask();
        }
        Ok(())
    }

    /// Calls `should_stop` at once.
    ///
    /// # Errors
    ///
    /// [`Error::Interrupted`] if it returns true.
    pub(crate) fn ask(&self) -> Result<(), Error> {
        if (self.should_stop)() {
            return Err(Error::Interrupted);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn stop_check_calls_once_an_interval_and_ends_the_work() {
        let calls = AtomicUsize::new(0);
        let second_call = || calls.fetch_add(1, Ordering::Relaxed) == 1;
        let mut check = StopCheck::new(&second_call, 10);
        assert!((0..19).all(|_| check.count(1).is_ok()));
        assert_eq!(calls.load(Ordering::Relaxed), 1);
        assert!(matches!(check.count(1), Err(Error::Interrupted)));
        assert!(check.count(1000).is_ok());
        assert_eq!(calls.into_inner(), 3);
    }
}
