//! The program `bytemerge-cli`: trains and applies tokenizers without Python.
//!
//! It reads and writes the same files as `python -m bytemerge`, and prints the same.

mod corpus;

use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Parser, Subcommand};

use bytemerge::{AbstractTokenizer, NaiveTokenizer, WordCounts, count_words};

#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Train a tokenizer on text, turn text into tokens, and tokens into text.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Learn a tokenizer from text and save it
    Train {
        /// Files of UTF-8 text; standard input where there are none, or for "-"
        files: Vec<PathBuf>,
        /// Where to save the tokenizer
        #[arg(short, long)]
        output: PathBuf,
        /// The number of tokens
        #[arg(short, long, allow_negative_numbers = true)]
        vocab_size: usize,
        /// Count only tokens that are still in use
        #[arg(long)]
        exact_vocab_size: bool,
    },
    /// Print the tokens of each line of text
    Encode {
        /// The file of the tokenizer
        model: PathBuf,
        /// Files of UTF-8 text; standard input where there are none, or for "-"
        files: Vec<PathBuf>,
    },
    /// Print the text of each line of tokens
    Decode {
        /// The file of the tokenizer
        model: PathBuf,
        /// Files of tokens; standard input where there are none, or for "-"
        files: Vec<PathBuf>,
    },
}

fn main() -> ExitCode {
    match arguments().and_then(|arguments| run(arguments.command)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(2)
        }
    }
}

/// The arguments, or what is wrong with them in one line; prints help where that was asked for.
fn arguments() -> Result<Arguments, String> {
    Arguments::try_parse().map_err(|error| match error.kind() {
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => error.exit(),
        _ => {
            let text = error.to_string();
            let what = text.split("\n\n").next().unwrap_or_default();
            let words: Vec<&str> = what.split_whitespace().skip(1).collect(); // all but "error:"
            words.join(" ")
        }
    })
}

fn run(command: Command) -> Result<(), String> {
    match command {
        Command::Train {
            files,
            output,
            vocab_size,
            exact_vocab_size,
        } => train(&files, &output, vocab_size, exact_vocab_size),
        Command::Encode { model, files } => {
            let tokenizer = load(&model)?;
            print_each(&files, |line| {
                let ids = tokenizer.tokenize(line).map(|id| id.to_string());
                Ok(ids.collect::<Vec<_>>().join(" "))
            })
        }
        Command::Decode { model, files } => {
            let tokenizer = load(&model)?;
            print_each(&files, |line| {
                let id = |id: &str| id.parse().map_err(|_| format!("not a token: {id:?}"));
                let ids = line.split_whitespace().map(id);
                let ids = ids.collect::<Result<Vec<usize>, _>>()?;
                let text = tokenizer.tokens_as_string(&ids);
                text.map_err(|error| error.to_string())
            })
        }
    }
}

fn train(files: &[PathBuf], output: &Path, vocab_size: usize, exact: bool) -> Result<(), String> {
    check_folder(output)?;
    let mut counts = WordCounts::default();
    corpus::for_each_line(files, |line| {
        count_words(&mut counts, line);
        Ok(())
    })?;
    let shown = io::stderr().is_terminal();
    let mut progress = |size| {
        if shown && size % 16 == 0 {
            eprint!("\r{size} of {vocab_size} tokens");
        }
        Ok(())
    };
    let trained = NaiveTokenizer::train_on_counts(&counts, vocab_size, exact, &mut progress);
    if shown {
        eprint!("\r\x1b[K");
    }
    trained
        .and_then(|tokenizer| tokenizer.save(output))
        .map_err(|error| error.to_string())
}

/// Notices before the work is done that its result could not be saved.
fn check_folder(output: &Path) -> Result<(), String> {
    match output.parent() {
        Some(folder) if !folder.as_os_str().is_empty() && !folder.is_dir() => {
            Err(format!("{}: there is no such folder", folder.display()))
        }
        _ if output.is_dir() => Err(format!("{}: is a folder", output.display())),
        _ => Ok(()),
    }
}

fn load(model: &Path) -> Result<NaiveTokenizer, String> {
    NaiveTokenizer::load(model).map_err(|error| error.to_string())
}

/// Prints what becomes of each line.
fn print_each(
    files: &[PathBuf],
    convert: impl Fn(&str) -> Result<String, String>,
) -> Result<(), String> {
    let mut output = BufWriter::new(io::stdout().lock());
    let mut closed = false;
    let mut check = |written: io::Result<()>| match written {
        // `| head` has read enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
            closed = true;
            Err(String::new())
        }
        other => other.map_err(|error| format!("standard output: {error}")),
    };
    let mut result =
        corpus::for_each_line(files, |line| check(writeln!(output, "{}", convert(line)?)));
    if !matches!(&result, Err(message) if message.is_empty()) {
        result = check(output.flush()).and(result);
    }
    if closed { Ok(()) } else { result }
}
