//! The command `bytemerge-cli decode`: turns ids into text.

use std::iter;
use std::path::PathBuf;

use bytemerge::unknown_id;

use crate::encode::refuse_arrays;
use crate::failure::Failure;
use crate::model::{AnyTokenizer, ModelFile};
use crate::output::Output;
use crate::reading::{self, Unit};
use crate::{By, Files};

/// The most characters that a message shows of an invalid id.
const SHOWN: usize = 40;

/// The most digits of an id.
const MOST_DIGITS: usize = 20;

/// How to decode.
#[derive(clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    model: ModelFile,
    #[command(flatten)]
    files: Files,
    /// Where to write the text (default: standard output)
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
    /// Unit of a document: the end of a line follows each line
    #[arg(long, value_enum, default_value = "line")]
    by: By,
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    for file in &options.files.files {
        refuse_arrays(Some(file))?;
    }
    let model = options.model.load()?;
    let inputs = iter::once(&options.model.path).chain(&options.files.files);
    let mut output = Output::open(options.output.as_deref(), inputs)?;
    let bar = output.bar(&options.files.files);
    let done = reading::for_each(&options.files.files, Unit::Line, &bar, |texts| {
        for (index, line) in texts.all.iter().enumerate() {
            let bytes = decoded(&model, line)
                .map_err(|message| Failure::at(&texts.location(index), message))?;
            output.write(&bytes)?;
            if options.by == By::Line {
                output.write(b"\n")?;
            }
        }
        output.flush()
    });
    bar.finish_and_clear();
    done?;
    output.finish()
}

/// Returns the bytes of a line of ids, or an error message.
fn decoded(model: &AnyTokenizer, line: &str) -> Result<Vec<u8>, String> {
    let words = || line.split_whitespace();
    if let Some(word) = words().find(|word| !is_number(word)) {
        let shown: String = word.chars().take(SHOWN).collect();
        let rest = if shown.len() < word.len() { "..." } else { "" };
        return Err(format!("not a token: \"{shown}{rest}\""));
    }
    match model {
        AnyTokenizer::Naive(tokenizer) => {
            let last = tokenizer.vocab_size().saturating_sub(1);
            let id = |word: &str| {
                let unknown = |_| unknown_id(word, Some(last));
                word.parse::<usize>().map_err(unknown)
            };
            let ids = words().map(id).collect::<Result<Vec<_>, _>>()?;
            let text = tokenizer.tokens_as_string(&ids);
            text.map(String::into_bytes)
                .map_err(|error| error.to_string())
        }
        AnyTokenizer::Fast(tokenizer) => {
            let id = |word: &str| {
                let unknown = |_| unknown_id(word, None);
                word.parse::<u32>().map_err(unknown)
            };
            let ids = words().map(id).collect::<Result<Vec<_>, _>>()?;
            let bytes = tokenizer.decode_bytes(&ids);
            bytes.map_err(|error| error.to_string())
        }
    }
}

/// Returns whether a word is an integer without a sign.
fn is_number(word: &str) -> bool {
    word.len() <= MOST_DIGITS && word.bytes().all(|byte| byte.is_ascii_digit())
}
