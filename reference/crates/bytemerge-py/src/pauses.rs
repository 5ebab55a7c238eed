//! Pauses in long work that needs the GIL, so that other Python threads run and Ctrl-C is heard.
//!
//! A list of ten million numbers would keep the GIL for a second, and a server would answer nobody
//! meanwhile.

use pyo3::prelude::*;

/// Objects between two pauses: a millisecond or two.
pub(crate) const OBJECTS: usize = 1 << 15;

/// Numbers that are copied between two pauses: about as long.
pub(crate) const NUMBERS: usize = 1 << 20;

/// Counts objects, and pauses after every [`OBJECTS`].
#[derive(Default)]
pub(crate) struct Pauses(usize);

impl Pauses {
    /// Counts one object, and pauses if it is time to.
    ///
    /// # Errors
    ///
    /// The exception of a signal handler.
    #[inline]
    pub(crate) fn after_one(&mut self, py: Python<'_>) -> PyResult<()> {
        self.0 += 1;
        if self.0 % OBJECTS == 0 {
            return pause(py);
        }
        Ok(())
    }
}

/// Lets a thread run that waits for the GIL, then handles signals.
pub(crate) fn pause(py: Python<'_>) -> PyResult<()> {
    // Taking the GIL again waits for a thread that has asked for it.
    py.detach(|| ());
    py.check_signals()
}
