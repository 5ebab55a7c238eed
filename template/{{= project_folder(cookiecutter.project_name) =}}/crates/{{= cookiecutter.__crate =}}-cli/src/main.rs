{%= if cookiecutter.example == "words" =%}
//! The program `{{= cookiecutter.__crate =}}-cli`: counts the words of files, without Python.

use std::fs;
use std::io::{self, BufWriter, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;

use {{= cookiecutter.__package =}}::count_words_in_all;

/// Count the words of files and print the most frequent ones.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Files of UTF-8 text; standard input if no file is given, or for "-"
    files: Vec<PathBuf>,
    /// How many words to print
    #[arg(short, long, default_value_t = 10)]
    top: usize,
    /// Save all counts in this file, whole or not at all, and print nothing
    #[arg(short, long, value_name = "FILE", conflicts_with = "top")]
    output: Option<PathBuf>,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(2)
        }
    }
}

/// Reads all files before it prints anything, so that a bad file leaves no partial output.
fn run(arguments: &Arguments) -> Result<(), String> {
    let standard_input = [PathBuf::from("-")];
    let files = if arguments.files.is_empty() {
        &standard_input[..]
    } else {
        &arguments.files
    };
    let texts = files
        .iter()
        .map(|file| read(file))
        .collect::<Result<Vec<_>, _>>()?;
    let counts = count_words_in_all(&texts, &|| false).map_err(|error| error.to_string())?;
    if let Some(file) = &arguments.output {
        return counts
            .save(file)
            .map_err(|error| format!("{}: {error}", file.display()));
    }
    let mut output = BufWriter::new(io::stdout().lock());
    let written = counts
        .most_common(arguments.top)
        .iter()
        .try_for_each(|(word, count)| writeln!(output, "{count:>8} {word}"))
        .and_then(|()| output.flush());
    match written {
        // A reader such as `head` has read enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(|error| format!("standard output: {error}")),
    }
}

fn read(file: &Path) -> Result<String, String> {
    let name = file.display();
    let bytes = if file == Path::new("-") {
        let mut bytes = Vec::new();
        io::stdin().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        fs::read(file)
    }
    .map_err(|error| format!("{name}: {error}"))?;
    String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        format!("{name}: not UTF-8: invalid byte at offset {offset}")
    })
}
{%= else =%}
//! The program `{{= cookiecutter.__crate =}}-cli`: compares two texts, without Python.

use std::io::{self, Write};

use clap::Parser;

use {{= cookiecutter.__package =}}::edit_distance;

/// Print the smallest number of edits that turn one text into the other.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The first text
    left: String,
    /// The second text
    right: String,
}

fn main() -> io::Result<()> {
    let arguments = Arguments::parse();
    let distance = edit_distance(&arguments.left, &arguments.right);
    writeln!(io::stdout(), "{distance}")
}
{%= endif =%}
