//! The class `WordCounts`: the count of each piece, and the pattern that cuts texts into pieces.

use std::collections::HashMap;
use std::io::BufReader;
use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::cast::AsArray as _;
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::types::{Int64Type, UInt64Type};
use arrow_array::{Array, LargeBinaryArray, RecordBatch, RecordBatchIterator, UInt64Array};
use arrow_buffer::{Buffer, OffsetBuffer};
use arrow_schema::{DataType, Field, Schema};
use pyo3::exceptions::PyValueError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyCapsule, PyList};
use pyo3_arrow::buffer::PyArrowBuffer;

use crate::decompressed::PythonFile;
use crate::error::{counts_error, no_memory, to_python, wrong_type};
use crate::int_cache::new_ints;
use crate::lists::{collected, to_bytes, to_list};
use crate::pattern::{PatternArgument, from_pattern, to_pattern};
use crate::pauses::{OBJECTS, Pauses, pause};
use crate::python_calls::iterate;
use crate::report::Report;
use crate::running::processors;
use crate::rust_core::{self, Pattern, PieceCounts, ShouldStop, Source, TextFile};
use crate::texts::{Nulls, Texts, for_each_batch, reader, validated};
use crate::without_gil::{on_this_thread, without_gil};

/// The key of the pattern in the metadata of an Arrow table.
const PATTERN: &str = "bytemerge.pattern";

/// The start of the keys of the patterns in a sequence, which end in numbers.
const PATTERNS: &str = "bytemerge.pattern.";

/// Bytes that are read at a time from a file of Python.
const READ: usize = 1 << 20;

/// The value for the pattern `None`. It is not a regular expression, so no other pattern has it.
const WHOLE: &str = "*";

/// The count of each piece; use ``bytemerge.WordCounts``, which documents it.
#[pyclass(frozen, eq, module = "bytemerge._core")]
#[derive(PartialEq)]
pub(crate) struct WordCounts {
    pub(crate) pattern: Pattern,
    pub(crate) counts: PieceCounts,
}

#[pymethods]
impl WordCounts {
    /// Takes pieces that were counted elsewhere.
    #[staticmethod]
    #[pyo3(signature = (items, pattern, /))]
    fn of(items: &Bound<'_, PyAny>, pattern: Option<PatternArgument>) -> PyResult<Self> {
        let mut all = Self::empty(pattern.as_ref())?;
        let mut pauses = Pauses::default();
        for item in iterate(items)? {
            let item = item?;
            let pair = item.extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>();
            let (piece, count) = pair.map_err(|error| {
                wrong_type(error, "expected pairs of a piece and its number", &item)
            })?;
            let piece = piece
                .extract::<PyBackedBytes>()
                .map_err(|error| wrong_type(error.into(), "a piece must be bytes", &piece))?;
            pauses.after_one(items.py())?;
            let count = count.extract::<u64>().map_err(|_| {
                counts_error(format!(
                    "the count of b\"{}\" is {count}, not a number from 1 to 18446744073709551615",
                    piece.escape_ascii()
                ))
            })?;
            all.insert(&piece, count)?;
        }
        Ok(all)
    }

    #[staticmethod]
    #[pyo3(signature = (texts, pattern, threads, progress, nulls_are_empty=false, /))]
    fn count(
        texts: &Bound<'_, PyAny>,
        pattern: Option<PatternArgument>,
        threads: usize,
        progress: Option<Py<PyAny>>,
        nulls_are_empty: bool,
    ) -> PyResult<Self> {
        let py = texts.py();
        let mut all = Self::empty(pattern.as_ref())?;
        let threads = threads_or_all(threads);
        let mut report = Report::to(py, progress.as_ref())?;
        let mut done = 0;
        // An iterator has no length.
        let known = texts.len().unwrap_or(0) as u64;
        let mut nulls = Nulls::new(nulls_are_empty);
        for_each_batch(texts, &mut nulls, |batch| {
            let counted = count_batch(py, &all.pattern, &batch, threads)?;
            let merged = all.counts.merge(&counted.0);
            merged.map_err(|error| to_python(&error))?;
            done += counted.1;
            let told = py.detach(|| report.tell(done, known.max(done)));
            told.map_err(|error| report.exception(&error))
        })?;
        Ok(all)
    }

    /// Counts the pieces of files. `None` as a path means standard input.
    #[staticmethod]
    #[pyo3(signature = (paths, pattern, threads, progress, /))]
    fn count_files(
        py: Python<'_>,
        paths: Vec<Option<PathBuf>>,
        pattern: Option<PatternArgument>,
        threads: usize,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<Self> {
        let Self { pattern, .. } = Self::empty(pattern.as_ref())?;
        let threads = threads_or_all(threads);
        let mut report = Report::to(py, progress.as_ref())?;
        let source = |path: Option<PathBuf>| path.map_or(Source::StandardInput, Source::File);
        let sources: Vec<Source> = paths.into_iter().map(source).collect();
        let counted = py.detach(|| {
            let mut tell = |done: u64, total: u64| report.tell(done, total);
            rust_core::count_files(&pattern, &sources, threads, &mut tell)
        });
        match counted {
            Ok(counts) => Ok(Self { pattern, counts }),
            Err(error) => Err(report.exception(&error)),
        }
    }

    /// Counts the pieces of an open Python file, whose position must be its start.
    ///
    /// With a part, the file is plain, and its position is the first byte to read for that part.
    #[staticmethod]
    #[pyo3(signature = (file, name, part, pattern, /))]
    fn count_stream(
        py: Python<'_>,
        file: Py<PyAny>,
        name: PathBuf,
        part: Option<(u64, u64)>,
        pattern: Option<PatternArgument>,
    ) -> PyResult<Self> {
        let Self { pattern, .. } = Self::empty(pattern.as_ref())?;
        // It hears Ctrl-C.
        let mut report = Report::to(py, None)?;
        let content = PythonFile::new(file);
        let watched = content.watched();
        // Larger reads than those of `read_to_end`, of which each takes the GIL.
        let content = BufReader::with_capacity(READ, content);
        let counted = py.detach(|| {
            let mut file = match part {
                Some((start, stop)) => TextFile::part(&name, content, start..stop),
                None => TextFile::of(&name, content)?,
            };
            // The total is unknown, so a report is never the last.
            let mut tell = |done: u64| report.tell(done, u64::MAX);
            rust_core::count_text_file(&pattern, &mut file, &mut tell)
        });
        match counted {
            Ok(counts) => Ok(Self { pattern, counts }),
            Err(error) => Err(watched.raised().unwrap_or_else(|| report.exception(&error))),
        }
    }

    /// Returns the offset of the first byte to read for a part of a file.
    #[staticmethod]
    #[pyo3(signature = (start, /))]
    fn start_of_part(start: u64) -> u64 {
        TextFile::start_of(&(start..start))
    }

    /// Adds up counts, in one table. Returns `None` if there are none.
    #[staticmethod]
    #[pyo3(signature = (parts, /))]
    fn sum(py: Python<'_>, parts: &Bound<'_, PyAny>) -> PyResult<Option<Self>> {
        let mut all: Option<Self> = None;
        for part in iterate(parts)? {
            let part = part?.cast_into::<Self>()?;
            let part = part.get();
            let Some(all) = &mut all else {
                let counts = py.detach(|| part.counts.try_clone());
                let counts = counts.map_err(|error| to_python(&error))?;
                let pattern = part.pattern.clone();
                all = Some(Self { pattern, counts });
                continue;
            };
            if all.pattern != part.pattern {
                return Err(counts_error(format!(
                    "counts by different patterns do not add up: {} and {}",
                    shown(&all.pattern),
                    shown(&part.pattern)
                )));
            }
            let merged = py.detach(|| all.counts.merge(&part.counts));
            merged.map_err(|error| to_python(&error))?;
            py.check_signals()?;
        }
        Ok(all)
    }

    /// Splits the counts by the CRC-32 of the piece.
    #[pyo3(signature = (shares, /))]
    fn split(&self, py: Python<'_>, shares: usize) -> PyResult<Vec<Self>> {
        let split = py.detach(|| self.counts.split(shares));
        let split = split.map_err(|error| to_python(&error))?;
        let with_pattern = |counts| Self {
            pattern: self.pattern.clone(),
            counts,
        };
        Ok(split.into_iter().map(with_pattern).collect())
    }

    #[pyo3(signature = (min_count, /))]
    fn at_least(&self, py: Python<'_>, min_count: u64) -> PyResult<Self> {
        let counts = py.detach(|| self.counts.at_least(min_count));
        let counts = counts.map_err(|error| to_python(&error))?;
        let pattern = self.pattern.clone();
        Ok(Self { pattern, counts })
    }

    /// Returns the pieces, their ends and their counts as buffers, for pickle.
    fn buffers(&self, py: Python<'_>) -> PyResult<[PyArrowBuffer; 3]> {
        let buffers = py.detach(|| self.counts.to_buffers());
        let buffers = buffers.map_err(|error| to_python(&error))?;
        Ok(buffers.map(|bytes| PyArrowBuffer::new(Buffer::from_vec(bytes))))
    }

    /// Takes what `buffers` returned.
    #[staticmethod]
    #[pyo3(signature = (pieces, ends, counts, pattern, /))]
    fn of_buffers(
        py: Python<'_>,
        pieces: PyArrowBuffer,
        ends: PyArrowBuffer,
        counts: PyArrowBuffer,
        pattern: Option<PatternArgument>,
    ) -> PyResult<Self> {
        let Self { pattern, .. } = Self::empty(pattern.as_ref())?;
        let [pieces, ends, counts] = [pieces, ends, counts].map(PyArrowBuffer::into_inner);
        let counts = py.detach(|| PieceCounts::from_buffers(&pieces, &ends, &counts));
        let counts = counts.map_err(|error| to_python(&error))?;
        let counts = counts.ok_or_else(|| counts_error("the buffers are not of counts".into()))?;
        Ok(Self { pattern, counts })
    }

    #[pyo3(signature = (piece, /))]
    fn get(&self, piece: &[u8]) -> Option<u64> {
        self.counts.get(piece)
    }

    fn __len__(&self) -> usize {
        self.counts.len()
    }

    #[getter]
    fn pattern<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        from_pattern(py, &self.pattern)
    }

    #[getter]
    fn total(&self) -> u64 {
        self.counts.total()
    }

    fn __sizeof__(&self) -> usize {
        size_of::<Self>() + self.counts.memory()
    }

    /// Returns the pieces and their counts, the most frequent first.
    fn items<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let sorted = py.detach(|| self.sorted())?;
        let zip = py.import("builtins")?.getattr("zip")?;
        let list = PyList::empty(py);
        // Python's own `zip` makes the pairs: it raises MemoryError if there is no memory for them.
        for portion in sorted.chunks(OBJECTS) {
            let pieces = to_list(py, portion.iter(), |(piece, _)| to_bytes(py, piece))?;
            let counts = portion.iter().map(|(_, count)| count.to_ne_bytes());
            let counts = new_ints(py, intern!(py, "Q"), counts)?;
            list.call_method1(intern!(py, "extend"), (zip.call1((pieces, counts))?,))?;
            pause(py)?;
        }
        Ok(list)
    }

    /// Returns a table of two columns, for any library that uses Arrow.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // The interface lets a producer ignore the requested schema.
        drop(requested_schema);
        let table = py.detach(|| self.table())?;
        let schema = table.schema();
        let reader = RecordBatchIterator::new([Ok(table)], schema);
        let stream = FFI_ArrowArrayStream::new(Box::new(reader));
        PyCapsule::new_with_value(py, stream, c"arrow_array_stream")
    }

    /// Takes the counts in a table. `is_given` says whether the caller gave `pattern`.
    #[staticmethod]
    #[pyo3(signature = (table, pattern, is_given, /))]
    fn from_arrow(
        table: &Bound<'_, PyAny>,
        pattern: Option<PatternArgument>,
        is_given: bool,
    ) -> PyResult<Self> {
        let Some(reader) = reader(table)? else {
            let kind = table.get_type();
            let message = format!("expected a table of Arrow, not {}", kind.name()?);
            return Err(pyo3::exceptions::PyTypeError::new_err(message));
        };
        let field = reader.field();
        let mut all = match (named_in(field.metadata())?, is_given) {
            (Some(pattern), false) => Self::of_pattern(pattern),
            (None, true) => Self::empty(pattern.as_ref())?,
            (Some(written), true) => {
                let all = Self::empty(pattern.as_ref())?;
                if written != all.pattern {
                    let written = shown(&written);
                    let message = format!("the table has another pattern: {written}");
                    return Err(counts_error(message));
                }
                all
            }
            (None, false) => {
                return Err(counts_error("the table does not name its pattern".into()));
            }
        };
        for chunk in reader {
            let chunk = chunk.map_err(|error| PyValueError::new_err(error.to_string()))?;
            validated(&chunk)?;
            let Some(chunk) = chunk.as_struct_opt() else {
                return Err(counts_error("not a table".into()));
            };
            let columns = ["piece", "count"].map(|name| chunk.column_by_name(name));
            let [Some(pieces), Some(counts)] = columns else {
                let message = "not a table with the columns piece and count".into();
                return Err(counts_error(message));
            };
            all.insert_columns(pieces.as_ref(), counts.as_ref())?;
        }
        Ok(all)
    }
}

impl WordCounts {
    fn empty(pattern: Option<&PatternArgument>) -> PyResult<Self> {
        let pattern = to_pattern(pattern).map_err(|error| to_python(&error.into()))?;
        Ok(Self::of_pattern(pattern))
    }

    fn of_pattern(pattern: Pattern) -> Self {
        let counts = PieceCounts::default();
        Self { pattern, counts }
    }

    /// Adds a new piece.
    ///
    /// # Errors
    ///
    /// `CountsError` if the piece is empty or known, or its count is 0.
    fn insert(&mut self, piece: &[u8], count: u64) -> PyResult<()> {
        let problem = if piece.is_empty() {
            "a piece is empty".to_owned()
        } else if count == 0 {
            format!("the count of b\"{}\" is 0", piece.escape_ascii())
        } else if self.counts.get(piece).is_some() {
            format!("the piece b\"{}\" is there twice", piece.escape_ascii())
        } else {
            let added = self.counts.add(piece, count);
            return added.map_err(|error| to_python(&error));
        };
        Err(counts_error(problem))
    }

    fn insert_columns(&mut self, pieces: &dyn Array, counts: &dyn Array) -> PyResult<()> {
        let nulls = pieces.logical_null_count() + counts.logical_null_count();
        if nulls > 0 {
            return Err(counts_error("a piece or a count is null".into()));
        }
        let pieces: Box<dyn Iterator<Item = &[u8]>> = match pieces.data_type() {
            DataType::Binary => Box::new(pieces.as_binary::<i32>().iter().flatten()),
            DataType::LargeBinary => Box::new(pieces.as_binary::<i64>().iter().flatten()),
            DataType::BinaryView => Box::new(pieces.as_binary_view().iter().flatten()),
            other => {
                let message = format!("the column piece is not of bytes, but of {other}");
                return Err(counts_error(message));
            }
        };
        let counts: Box<dyn Iterator<Item = Result<u64, i64>>> = match counts.data_type() {
            DataType::UInt64 => {
                let counts = counts.as_primitive::<UInt64Type>().values();
                Box::new(counts.iter().map(|&count| Ok(count)))
            }
            // The type of a count or a sum in most engines.
            DataType::Int64 => {
                let counts = counts.as_primitive::<Int64Type>().values();
                Box::new(counts.iter().map(|&count| count.try_into().or(Err(count))))
            }
            other => {
                let message = format!("the column count is not of 64-bit integers, but of {other}");
                return Err(counts_error(message));
            }
        };
        for (piece, count) in pieces.zip(counts) {
            let count = count.map_err(|count| counts_error(format!("a count is {count}")))?;
            self.insert(piece, count)?;
        }
        Ok(())
    }

    /// Returns the pieces in an order that does not depend on the counting: the most frequent
    /// first, then by bytes.
    fn sorted(&self) -> PyResult<Vec<(&[u8], u64)>> {
        let mut all = collected(self.counts.iter())?;
        all.sort_unstable_by(|one, other| other.1.cmp(&one.1).then(one.0.cmp(other.0)));
        Ok(all)
    }

    fn table(&self) -> PyResult<RecordBatch> {
        let sorted = self.sorted()?;
        // The builders of Arrow end the process if memory runs out.
        let (mut bytes, mut offsets) = (Vec::new(), Vec::new());
        let size = sorted.iter().map(|(piece, _)| piece.len()).sum();
        bytes.try_reserve_exact(size).map_err(no_memory)?;
        offsets
            .try_reserve_exact(sorted.len() + 1)
            .map_err(no_memory)?;
        offsets.push(0);
        for (piece, _) in &sorted {
            bytes.extend_from_slice(piece);
            // No vector is longer than `i64::MAX`.
            offsets.push(i64::try_from(bytes.len()).unwrap_or(i64::MAX));
        }
        let offsets = OffsetBuffer::new(offsets.into());
        let pieces = LargeBinaryArray::new(offsets, bytes.into(), None);
        let counts = UInt64Array::from(collected(sorted.iter().map(|(_, count)| *count))?);
        let schema = Schema::new(vec![
            Field::new("piece", DataType::LargeBinary, false),
            Field::new("count", DataType::UInt64, false),
        ])
        .with_metadata(metadata_of(&self.pattern));
        RecordBatch::try_new(Arc::new(schema), vec![Arc::new(pieces), Arc::new(counts)])
            .map_err(|error| PyValueError::new_err(error.to_string()))
    }
}

/// Returns the metadata of a table that name a pattern.
fn metadata_of(pattern: &Pattern) -> HashMap<String, String> {
    let name = |pattern: &Pattern| pattern.name().unwrap_or(WHOLE).to_owned();
    match pattern.patterns() {
        [] | [_] => HashMap::from([(PATTERN.to_owned(), name(pattern))]),
        cuts => (1..)
            .zip(cuts)
            .map(|(number, cut)| (format!("{PATTERNS}{number}"), name(cut)))
            .collect(),
    }
}

/// Returns the pattern that the metadata of a table name, if they name one.
fn named_in(metadata: &HashMap<String, String>) -> PyResult<Option<Pattern>> {
    let pattern = match metadata.get(PATTERN).map(String::as_str) {
        Some(WHOLE) => Pattern::new(None),
        Some(name) => Pattern::new(Some(name)),
        None => {
            let name = |number: u32| metadata.get(&format!("{PATTERNS}{number}"));
            let names: Vec<_> = (1..).map_while(name).collect();
            if names.is_empty() {
                return Ok(None);
            }
            Pattern::from_names(&names)
        }
    };
    pattern.map(Some).map_err(|error| to_python(&error.into()))
}

/// Returns a pattern as Python would show it.
fn shown(pattern: &Pattern) -> String {
    let names: Vec<_> = pattern
        .patterns()
        .iter()
        .filter_map(Pattern::name)
        .collect();
    match &*names {
        [] => "None".to_owned(),
        [name] => format!("{name:?}"),
        names => format!("{names:?}"),
    }
}

/// Counts the pieces of some texts without the GIL. Returns the number of texts too.
fn count_batch(
    py: Python<'_>,
    pattern: &Pattern,
    texts: &Texts,
    threads: usize,
) -> PyResult<(PieceCounts, u64)> {
    let views = texts.views()?;
    let size = views.iter().map(|text| text.len()).sum();
    let number = views.len() as u64;
    let work = |should_stop: &ShouldStop| {
        PieceCounts::count_parallel(pattern, views, threads, should_stop)
    };
    let counts = if threads == 1 {
        on_this_thread(py, size, work)?
    } else {
        without_gil(py, size, work)?
    };
    Ok((counts, number))
}

/// Returns the number of threads; 0 stands for all processors that this process may use.
fn threads_or_all(threads: usize) -> usize {
    match threads {
        0 => processors(),
        threads => threads,
    }
}
