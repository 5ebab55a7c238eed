//! Encodes files in groups, so that only the texts of one group are in memory.
//!
//! Small files are read together, since a small file does not pay for a thread. The texts of a
//! group are encoded like any other batch.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use rayon::prelude::*;

use crate::error::Error;
use crate::files::text::{Source, TextFile};
use crate::options::Options;
use crate::tokenizer::Tokenizer;
use crate::tokenizer::token_batch::TokenBatch;

/// The number of bytes in a group of files. A larger file is a group of its own.
const GROUP: u64 = 1 << 26;

impl Tokenizer {
    /// Returns the ids of files of UTF-8 text, plain or compressed, each followed by the separator,
    /// if one is given.
    ///
    /// # Errors
    ///
    /// [`Error::File`] and [`Error::NotUtf8`]; [`Error::InFile`] around
    /// [`Error::DisallowedSpecialToken`]; the other errors of [`Tokenizer::encode`].
    pub fn encode_files(
        &self,
        paths: &[PathBuf],
        separator: Option<u32>,
        options: &Options,
    ) -> Result<TokenBatch, Error> {
        let mut all = TokenBatch {
            ids: Vec::new(),
            offsets: vec![0],
        };
        for group in groups(paths)? {
            let paths = &paths[group];
            let texts = read(paths, options)?;
            let batch = self
                .encode_batch(&texts, options)
                .map_err(|error| self.in_file(error, paths, &texts, options))?;
            let separators = if separator.is_some() { paths.len() } else { 0 };
            all.ids.try_reserve(batch.ids.len() + separators)?;
            for index in 0..batch.len() {
                all.ids
                    .extend_from_slice(batch.get(index).unwrap_or_default());
                all.ids.extend(separator);
                all.offsets.push(all.ids.len() as u64);
            }
        }
        Ok(all)
    }

    /// Adds the path of the file to the error for a special token.
    fn in_file(
        &self,
        error: Error,
        paths: &[PathBuf],
        texts: &[String],
        options: &Options,
    ) -> Error {
        let Error::DisallowedSpecialToken { .. } = error else {
            return error;
        };
        for (path, text) in paths.iter().zip(texts) {
            if let Err(error) = self.check_disallowed(text, options) {
                let (path, error) = (path.clone(), Arc::new(error));
                return Error::InFile { path, error };
            }
        }
        error
    }
}

/// Divides files into groups of limited size.
fn groups(paths: &[PathBuf]) -> Result<Vec<Range<usize>>, Error> {
    let mut groups = Vec::new();
    let (mut start, mut size) = (0, 0);
    for (index, path) in paths.iter().enumerate() {
        let file = std::fs::metadata(path).map_err(|error| Error::file(path, error))?;
        if size + file.len() > GROUP && start < index {
            groups.push(start..index);
            (start, size) = (index, 0);
        }
        size += file.len();
    }
    groups.push(start..paths.len());
    Ok(groups)
}

/// Reads the texts of files.
fn read(paths: &[PathBuf], options: &Options) -> Result<Vec<String>, Error> {
    let read = |path: &PathBuf| {
        let file = TextFile::open(&Source::File(path.clone()), &Arc::default())?;
        file.read_whole(options.should_stop)
    };
    if options.threads == 1 {
        return paths.iter().map(read).collect();
    }
    // All files are read before errors are looked at: the error of the first file is returned.
    let texts: Vec<_> = paths.par_iter().map(read).collect();
    texts.into_iter().collect()
}
