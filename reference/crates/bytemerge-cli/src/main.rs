//! The program `bytemerge-cli`: trains and applies tokenizers without Python.
//!
//! It reads and writes model files, and text and ids as lines, as `python -m bytemerge` does, and
//! prints the same for them. Each command has a file.

mod decode;
mod encode;
mod failure;
mod model;
mod output;
mod reading;
mod train;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

use crate::failure::Failure;

#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Byte-pair encoding: train tokenizers, and turn text into tokens and back
#[derive(Parser)]
// Set explicitly, since on Windows the name of the file has a suffix.
#[command(version, bin_name = "bytemerge-cli", max_term_width = 96)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Learn a tokenizer from text and save it
    ///
    /// The tokenizer for production treats each file, and standard input, as one text. The naive
    /// one treats each line as a text of its own.
    Train(train::Options),
    /// Turn text into tokens
    Encode(encode::Options),
    /// Turn tokens into text
    Decode(decode::Options),
}

/// A tokenizer: the naive one, or the one for production.
#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Kind {
    // The naive one.
    Rs,
    // The one for production.
    Fast,
}

/// The unit of a document.
#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum By {
    // Each line, without its end.
    Line,
    // Each file as a whole.
    File,
}

/// The files to read.
#[derive(clap::Args)]
struct Files {
    /// Files to read, plain or compressed; standard input where there are none, or for "-"
    #[arg(value_name = "FILE", default_value = "-", hide_default_value = true)]
    files: Vec<PathBuf>,
}

fn main() -> ExitCode {
    // Remove an incomplete file after Ctrl-C or a signal to end.
    ctrlc::set_handler(|| output::leave(130)).ok();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return failure::report_usage(&error),
    };
    let result = match arguments.command {
        Command::Train(options) => train::run(&options),
        Command::Encode(options) => encode::run(&options),
        Command::Decode(options) => decode::run(&options),
    };
    match result {
        // A reader such as `head` has read enough.
        Ok(()) | Err(Failure::ClosedPipe) => ExitCode::SUCCESS,
        Err(Failure::Message(message)) => failure::report(&message),
    }
}
