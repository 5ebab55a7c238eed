//! The command `bytemerge-cli encode`: turns text into ids.

use std::fmt::Write as _;
use std::iter;
use std::path::{Path, PathBuf};

use bytemerge::naive::NaiveTokenizer;
use bytemerge::{Error, Options as EncodeOptions, SpecialSelection, Tokenizer};

use crate::failure::Failure;
use crate::model::{AnyTokenizer, ModelFile};
use crate::output::Output;
use crate::reading::{self, Texts, Unit};
use crate::{By, Files};

/// Suffixes of files that need Python's libraries.
const OF_PYTHON: [&str; 4] = ["npy", "arrow", "feather", "parquet"];

/// How to encode.
#[derive(clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    model: ModelFile,
    #[command(flatten)]
    files: Files,
    /// Where to write the ids, a line for each document (default: standard output)
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
    /// Unit of a document: a line without its end, or a whole file
    #[arg(long, value_enum, default_value = "line")]
    by: By,
    /// A special token to put after each document
    #[arg(long, value_name = "TOKEN")]
    separator: Option<String>,
    /// Encode special tokens in the text as such, instead of refusing them
    #[arg(long, conflicts_with = "as_text")]
    allow_special: bool,
    /// Encode special tokens in the text as plain text
    #[arg(long)]
    as_text: bool,
    /// How many threads may work (default: all processors)
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    threads: usize,
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    refuse_arrays(options.output.as_deref())?;
    let model = options.model.load()?;
    let separator = separator_of(&model, options.separator.as_deref())?;
    let inputs = iter::once(&options.model.path).chain(&options.files.files);
    let mut output = Output::open(options.output.as_deref(), inputs)?;
    let bar = output.bar(&options.files.files);
    let unit = match options.by {
        By::Line => Unit::Line,
        By::File => Unit::File,
    };
    let done = reading::for_each(&options.files.files, unit, &bar, |texts| {
        let lines = match &model {
            AnyTokenizer::Naive(tokenizer) => naive(tokenizer, texts),
            AnyTokenizer::Fast(tokenizer) => fast(tokenizer, texts, options, separator)?,
        };
        output.write(lines.as_bytes())?;
        output.flush()
    });
    bar.finish_and_clear();
    done?;
    output.finish()
}

/// Refuses files that only the Python package reads and writes.
pub(crate) fn refuse_arrays(path: Option<&Path>) -> Result<(), Failure> {
    let ending = path
        .and_then(Path::extension)
        .and_then(|ending| ending.to_str());
    match (path, ending) {
        (Some(path), Some(ending)) if OF_PYTHON.contains(&ending) => {
            Err(Failure::Message(format!(
                "{}: only text is possible without Python, whose command `bytemerge` knows .{ending}",
                path.display()
            )))
        }
        _ => Ok(()),
    }
}

/// Returns the id of the separator, which must be a special token.
fn separator_of(model: &AnyTokenizer, name: Option<&str>) -> Result<Option<u32>, Failure> {
    let Some(name) = name else {
        return Ok(None);
    };
    let AnyTokenizer::Fast(tokenizer) = model else {
        return Err("--separator is not for naive models".to_owned().into());
    };
    if let Some(id) = tokenizer.special_tokens().id(name) {
        return Ok(Some(id));
    }
    let known: Vec<&str> = tokenizer
        .special_tokens()
        .iter()
        .map(|(name, _)| name)
        .collect();
    let known = match known.join(", ") {
        empty if empty.is_empty() => "there are none".to_owned(),
        known => known,
    };
    Err(format!("--separator {name}: not a special token of this model: {known}").into())
}

/// Encodes with a naive tokenizer: returns a line of ids for each text.
fn naive(tokenizer: &NaiveTokenizer, texts: &Texts) -> String {
    let mut lines = String::new();
    for text in &texts.all {
        push_line(&mut lines, tokenizer.tokenize(text));
    }
    lines
}

/// Encodes with a tokenizer for production: returns a line of ids for each text.
fn fast(
    tokenizer: &Tokenizer,
    texts: &Texts,
    options: &Options,
    separator: Option<u32>,
) -> Result<String, Failure> {
    let nothing = SpecialSelection::Only(&[]);
    let encoding = EncodeOptions {
        allowed_special: if options.allow_special {
            SpecialSelection::All
        } else {
            nothing
        },
        disallowed_special: if options.allow_special || options.as_text {
            nothing
        } else {
            SpecialSelection::All
        },
        threads: options.threads,
        ..EncodeOptions::default()
    };
    let batch = match tokenizer.encode_batch(&texts.all, &encoding) {
        Ok(batch) => batch,
        Err(error @ Error::DisallowedSpecialToken { .. }) => {
            let refuses = |text: &&str| tokenizer.count(text, &encoding).is_err();
            let index = texts.all.iter().position(refuses).unwrap_or_default();
            return Err(Failure::at(
                &texts.location(index),
                format!("{error}: add --allow-special, or --as-text"),
            ));
        }
        Err(error) => return Err(error.into()),
    };
    let mut lines = String::new();
    for index in 0..batch.len() {
        let ids = batch.get(index).unwrap_or_default();
        push_line(&mut lines, ids.iter().copied().chain(separator));
    }
    Ok(lines)
}

/// Adds a line of ids.
fn push_line(lines: &mut String, ids: impl Iterator<Item = impl std::fmt::Display>) {
    for (index, id) in ids.enumerate() {
        let space = if index == 0 { "" } else { " " };
        // Writing into a String cannot fail.
        write!(lines, "{space}{id}").ok();
    }
    lines.push('\n');
}
