//! How long work stays in touch with its caller, of whom it knows nothing else.

use crate::error::Error;

/// Told the number of tokens after each merge. Its error ends the training.
pub type Progress<'a> = dyn FnMut(usize) -> Result<(), Error> + 'a;

/// Asked now and then whether to give up, from whichever thread is at work.
pub type ShouldStop<'a> = dyn Fn() -> bool + Sync + 'a;
