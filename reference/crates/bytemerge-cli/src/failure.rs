//! What goes wrong, in one line for the user.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;
use std::process::ExitCode;

use bytemerge::{Error, file_error};

/// Why a command ends early.
pub(crate) enum Failure {
    /// The sentence for the user.
    Message(String),
    /// Nobody reads what is printed.
    ClosedPipe,
}

impl Failure {
    /// Tells what the system says about a file.
    pub(crate) fn of_file(path: &Path, error: &io::Error) -> Self {
        Self::of_kind(&path.display(), file_error::kind(path, error), error)
    }

    /// Tells what the system says about standard output.
    pub(crate) fn of_standard_output(error: &io::Error) -> Self {
        Self::of_kind(&"standard output", error.kind(), error)
    }

    fn of_kind(name: &dyn Display, kind: ErrorKind, error: &io::Error) -> Self {
        if kind == ErrorKind::BrokenPipe {
            return Self::ClosedPipe;
        }
        Self::Message(format!("{name}: {}", file_error::words(kind, error)))
    }

    /// The sentence of an error about a text or some ids, and where these stand.
    pub(crate) fn at(place: &dyn Display, error: impl Display) -> Self {
        Self::Message(format!("{place}: {error}"))
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::File { path, error } => Self::of_file(&path, &error),
            error => Self::Message(error.to_string()),
        }
    }
}

impl From<String> for Failure {
    fn from(message: String) -> Self {
        Self::Message(message)
    }
}

/// Prints what is wrong in one line; the exit status for it.
pub(crate) fn report(message: &str) -> ExitCode {
    let words: Vec<&str> = message.lines().collect();
    eprintln!("error: {}", words.join(" "));
    ExitCode::from(2)
}

/// Prints help and version as they are, and of wrong arguments what is wrong with them.
pub(crate) fn report_usage(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        // What is not flushed here would be lost at the end without a word.
        let printed = error.print().and_then(|()| io::stdout().flush());
        return match printed.map_err(|error| Failure::of_standard_output(&error)) {
            Ok(()) | Err(Failure::ClosedPipe) => ExitCode::SUCCESS,
            Err(Failure::Message(message)) => report(&message),
        };
    }
    let rendered = error.render().to_string();
    let first = rendered.split("\n\n").next().unwrap_or_default();
    let words: Vec<&str> = first.split_whitespace().collect();
    let message = words.join(" ");
    match message.strip_prefix("error: ") {
        Some(message) => report(message),
        None => report("a command is missing: train, encode or decode; --help says more"),
    }
}
