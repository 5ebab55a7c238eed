//! The callbacks by which long work reports to its caller.

use crate::error::Error;

/// Receives the number of tokens after each merge. Its error ends the training.
pub type Progress<'a> = dyn FnMut(usize) -> Result<(), Error> + 'a;

/// Called now and then, by any working thread. Returns true to end the work.
pub type ShouldStop<'a> = dyn Fn() -> bool + Sync + 'a;
