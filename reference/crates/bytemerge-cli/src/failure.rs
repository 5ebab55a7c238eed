//! Reports errors, in one line for the user.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;
use std::process::ExitCode;

use bytemerge::{Error, file_error};

/// Why a command ends early.
pub(crate) enum Failure {
    /// The message for the user.
    Message(String),
    /// The reader of standard output has closed it.
    ClosedPipe,
}

impl Failure {
    /// Makes the message for an error of the system about a file.
    pub(crate) fn of_file(path: &Path, error: &io::Error) -> Self {
        Self::of_kind(&path.display(), file_error::kind(path, error), error)
    }

    /// Makes the message for an error of the system about standard output.
    pub(crate) fn of_standard_output(error: &io::Error) -> Self {
        Self::of_kind(&"standard output", error.kind(), error)
    }

    fn of_kind(name: &dyn Display, kind: ErrorKind, error: &io::Error) -> Self {
        if kind == ErrorKind::BrokenPipe {
            return Self::ClosedPipe;
        }
        Self::Message(format!("{name}: {}", file_error::words(kind, error)))
    }

    /// Makes the message for an error in a text or its ids, with the file and the line.
    pub(crate) fn at(origin: &dyn Display, error: impl Display) -> Self {
        Self::Message(format!("{origin}: {error}"))
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

/// Prints an error message in one line, and returns the exit status for it.
pub(crate) fn report(message: &str) -> ExitCode {
    eprintln!("error: {}", escaped(message));
    ExitCode::from(2)
}

/// Escapes what would end the line or change how a terminal shows it, such as in a file name.
fn escaped(message: &str) -> String {
    let escape = |char: char| match char {
        '\n' | '\r' | '\t' => char.escape_default().to_string(),
        '\0'..='\u{9f}' if char.is_control() => format!("\\x{:02x}", u32::from(char)),
        // Ends of lines and of paragraphs, and marks of direction.
        '\u{2028}'..='\u{202e}' => format!("\\u{:04x}", u32::from(char)),
        _ => char.to_string(),
    };
    message.chars().map(escape).collect()
}

/// Prints help or the version as they are, and for wrong arguments an error message in one line.
pub(crate) fn report_usage(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        // Flush here: at exit, an error would be lost.
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
