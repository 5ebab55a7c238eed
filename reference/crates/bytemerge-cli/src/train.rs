//! The command `bytemerge-cli train`: learns a tokenizer from text and saves it.

use std::path::{Path, PathBuf};
use std::thread;

use indicatif::ProgressBar;

use bytemerge::naive::{NaiveTokenizer, WordCounts, count_words};
use bytemerge::{Error, Limits, Pattern, Tokenizer, count_files};

use crate::failure::Failure;
use crate::reading::{self, Unit};
use crate::{Files, Kind, output};

/// The number of single bytes. Each is a token of every vocabulary for production.
const BYTES: usize = 256;

/// How to train.
#[derive(clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    files: Files,
    /// The number of tokens; 100k is 100,000
    #[arg(short, long, value_name = "N", allow_negative_numbers = true, value_parser = tokens)]
    vocab_size: usize,
    /// Where to save the tokenizer
    #[arg(short, long, value_name = "MODEL")]
    output: PathBuf,
    /// The naive one, or the one for production
    #[arg(long, value_enum, default_value = "fast")]
    tokenizer: Kind,
    /// Pattern that cuts texts into pieces, for the tokenizer for production: gpt2 (default),
    /// cl100k, o200k, none, or a regular expression
    #[arg(long)]
    pattern: Option<String>,
    /// A special token, for the tokenizer for production; give it again for more
    #[arg(long, value_name = "TOKEN")]
    special_token: Vec<String>,
    /// How often a pair must occur to merge, for the tokenizer for production
    #[arg(long, value_name = "N")]
    min_frequency: Option<u64>,
    /// How many bytes a token may have, for the tokenizer for production (default: any number)
    #[arg(long, value_name = "N")]
    max_token_length: Option<usize>,
    /// How many threads may work, for the tokenizer for production (default: all processors)
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// Count only tokens that are still in use, for the naive tokenizer
    #[arg(long)]
    exact_vocab_size: bool,
}

/// Returns a text as a number of tokens.
fn tokens(text: &str) -> Result<usize, String> {
    let number = match text.strip_suffix('k') {
        None => text.parse().ok(),
        Some(thousands) => {
            let thousands = thousands.parse::<usize>().ok();
            thousands.and_then(|thousands| thousands.checked_mul(1000))
        }
    };
    number.ok_or_else(|| format!("expected a whole number from 1 to {}", usize::MAX))
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    check(options)?;
    output::check(&options.output, &options.files.files)?;
    let learnt = match options.tokenizer {
        Kind::Rs => naive(options)?,
        Kind::Fast => fast(options)?,
    };
    if learnt < options.vocab_size {
        let wanted = options.vocab_size;
        eprintln!("note: {learnt} tokens, not {wanted}: there is nothing left to merge");
    }
    Ok(())
}

/// Refuses options that the tokenizer does not have, and standard output.
fn check(options: &Options) -> Result<(), Failure> {
    let refused = |option: &str, kind: &str| {
        Err(Failure::Message(format!(
            "{option} is not for --tokenizer {kind}"
        )))
    };
    if options.tokenizer == Kind::Fast && options.exact_vocab_size {
        return refused("--exact-vocab-size", "fast");
    }
    for (given, option) in [
        (options.pattern.is_some(), "--pattern"),
        (!options.special_token.is_empty(), "--special-token"),
        (options.min_frequency.is_some(), "--min-frequency"),
        (options.max_token_length.is_some(), "--max-token-length"),
        (options.threads.is_some(), "--threads"),
    ] {
        if given && options.tokenizer == Kind::Rs {
            return refused(option, "rs");
        }
    }
    let is_json_lines = |file: &&PathBuf| {
        let name = file.to_string_lossy().to_lowercase();
        let name = [".gz", ".zst", ".bz2", ".xz"]
            .iter()
            .find_map(|suffix| name.strip_suffix(suffix))
            .unwrap_or(&name);
        [".jsonl", ".ndjson"]
            .iter()
            .any(|suffix| name.ends_with(suffix))
    };
    if let Some(file) = options.files.files.iter().find(is_json_lines) {
        return Err(Failure::Message(format!(
            "{}: JSON Lines, not plain text: the program in Python has --field for it",
            file.display()
        )));
    }
    if options.output == Path::new("-") {
        return Err(Failure::Message(
            "--output -: a model is not written to standard output; name a file".to_owned(),
        ));
    }
    Ok(())
}

/// Trains and saves a naive tokenizer, and returns the number of its tokens.
fn naive(options: &Options) -> Result<usize, Failure> {
    let mut counts = WordCounts::default();
    let bar = reading::bar(&options.files.files);
    reading::for_each(&options.files.files, Unit::Line, &bar, |texts| {
        for line in &texts.all {
            count_words(&mut counts, line);
        }
        Ok(())
    })?;
    bar.finish_and_clear();
    let bar = learning(options.vocab_size, "tokens");
    let size = options.vocab_size;
    let tokenizer =
        NaiveTokenizer::train_on_counts(&counts, size, options.exact_vocab_size, &mut |size| {
            bar.set_position(size as u64);
            Ok(())
        });
    bar.finish_and_clear();
    let tokenizer = tokenizer?;
    tokenizer.save(&options.output)?;
    Ok(tokenizer.tokens().len())
}

/// Trains and saves a tokenizer for production, and returns the number of its tokens.
fn fast(options: &Options) -> Result<usize, Failure> {
    let smallest = BYTES + options.special_token.len();
    let Some(merges) = options.vocab_size.checked_sub(smallest) else {
        return Err(Failure::Message(format!(
            "vocab_size must be at least {smallest}, the bytes and the special tokens, not {}",
            options.vocab_size
        )));
    };
    let pattern = match options.pattern.as_deref() {
        Some("none") => Pattern::new(None),
        given => Pattern::new(given.or(Some("gpt2"))),
    };
    let pattern = pattern.map_err(Error::from)?;
    let available = || thread::available_parallelism().map_or(1, usize::from);
    let threads = options.threads.unwrap_or_else(available);
    let files = &options.files.files;
    let sources: Vec<_> = files.iter().map(|file| reading::source(file)).collect();
    let bar = reading::bar(files);
    let counts = count_files(&pattern, &sources, threads, &mut |bytes, _| {
        bar.set_position(bytes);
        Ok(())
    });
    bar.finish_and_clear();
    let counts = counts?;
    if counts.is_empty() {
        return Err(Failure::Message(
            "there is no text to learn from".to_owned(),
        ));
    }
    let bar = learning(merges, "merges");
    let tokenizer = Tokenizer::train(
        &counts,
        merges,
        pattern,
        &options.special_token,
        Limits {
            min_frequency: options.min_frequency.unwrap_or(0),
            token_length: options.max_token_length.unwrap_or(usize::MAX),
        },
        &mut |merges| {
            bar.set_position(merges as u64);
            Ok(())
        },
    );
    bar.finish_and_clear();
    let tokenizer = tokenizer?;
    tokenizer.save(&options.output)?;
    Ok(tokenizer.vocab_size())
}

/// Returns a progress bar for training.
fn learning(total: usize, unit: &str) -> ProgressBar {
    reading::styled(
        total as u64,
        &format!("[{{bar:30}}] {{human_pos}} of {{human_len}} {unit}"),
    )
}
