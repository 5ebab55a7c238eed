//! Encodes many texts at once, and one long text in parts, on several threads.
//!
//! The work is cut into tasks of about the same size: some short texts, or a part of a long text,
//! which is cut only where the cut does not change the result
//! ([`Pattern::safe_cut`](crate::pattern::Pattern::safe_cut)). A thread takes the next task when it
//! has finished one, so no thread waits for a slow one. The results are joined in order: neither
//! ids nor errors depend on the number of threads.

use std::ops::Range;

use crate::encode::encoder::Sink;
use crate::error::Error;
use crate::memory::try_reserve;
use crate::model::special::Segment;
use crate::options::Options;
use crate::progress::StopCheck;
use crate::tokenizer::Tokenizer;
use crate::tokenizer::tasks::run;
use crate::tokenizer::token_batch::TokenBatch;

/// The number of bytes in a task: a quarter of a millisecond of work, beside which taking the task
/// costs nothing, and whose ids stay in the processor's cache until they are joined.
const TASK: usize = 1 << 16;

/// The number of bytes from which a second thread is worth it.
pub const BYTES_WORTH_THREADS: usize = 1 << 19;

/// The work that a thread takes at a time.
enum Task<'t> {
    /// Some texts, by their indices.
    Texts(Range<usize>),
    /// A part of one text, and whether it is the last part.
    Part(Vec<Segment<'t>>, bool),
    /// A text with a disallowed special token.
    Refused(Error),
}

impl Task<'_> {
    /// Returns the number of texts that end in this task.
    fn ends(&self) -> usize {
        match self {
            Self::Texts(range) => range.len(),
            Self::Part(_, is_last) => usize::from(*is_last),
            Self::Refused(_) => 0,
        }
    }
}

/// Returns whether a text is long enough for several threads.
pub(crate) fn is_worth_cutting(text: &str) -> bool {
    text.len() >= BYTES_WORTH_THREADS
}

impl Tokenizer {
    /// Returns the ids of many texts.
    ///
    /// # Errors
    ///
    /// The error of the first text that has one, as in [`Tokenizer::encode`].
    pub fn encode_batch<Text: AsRef<str> + Sync>(
        &self,
        texts: &[Text],
        options: &Options,
    ) -> Result<TokenBatch, Error> {
        let mut offsets = Vec::new();
        offsets.try_reserve_exact(texts.len() + 1)?;
        offsets.push(0);
        let bytes: usize = texts.iter().map(|text| text.as_ref().len()).sum();
        let mut ids = Vec::new();
        // English has four to five bytes per token.
        try_reserve(&mut ids, bytes / 4)?;
        if options.threads == 1 || bytes < BYTES_WORTH_THREADS {
            self.encode_texts(texts, options, &mut ids, |ids| {
                offsets.push(ids.len() as u64);
            })?;
            return self.framed(TokenBatch { ids, offsets }, options);
        }
        run(
            &self.tasks(texts, options),
            options,
            |task, (ids, ends): &mut (Vec<u32>, Vec<u64>)| {
                ids.clear();
                ends.clear();
                ends.try_reserve_exact(task.ends())?;
                self.encode_task(task, texts, options, ids, |ids| {
                    ends.push(ids.len() as u64);
                })
            },
            |(more, ends)| {
                let start = ids.len() as u64;
                offsets.extend(ends.iter().map(|end| start + end));
                ids.try_reserve(more.len())?;
                ids.extend_from_slice(more);
                Ok(())
            },
        )?;
        self.framed(TokenBatch { ids, offsets }, options)
    }

    /// Adds the special tokens of the template to each text, if the options say so.
    fn framed(&self, batch: TokenBatch, options: &Options) -> Result<TokenBatch, Error> {
        let template = &self.template;
        if !options.add_special_tokens || template.is_empty() {
            return Ok(batch);
        }
        let (mut ids, mut offsets) = (Vec::new(), Vec::new());
        ids.try_reserve_exact(batch.ids.len() + batch.len() * template.len())?;
        offsets.try_reserve_exact(batch.offsets.len())?;
        offsets.push(0);
        for index in 0..batch.len() {
            ids.extend_from_slice(&template.before);
            ids.extend_from_slice(batch.get(index).unwrap_or_default());
            ids.extend_from_slice(&template.after);
            offsets.push(ids.len() as u64);
        }
        Ok(TokenBatch { ids, offsets })
    }

    /// Returns the number of ids of each text, without keeping them.
    ///
    /// # Errors
    ///
    /// Those of [`Tokenizer::encode_batch`].
    pub fn count_batch<Text: AsRef<str> + Sync>(
        &self,
        texts: &[Text],
        options: &Options,
    ) -> Result<Vec<u64>, Error> {
        let mut counts = Vec::new();
        counts.try_reserve_exact(texts.len())?;
        // The number of ids of a text that ends in a later task.
        let mut open = 0;
        let added = self.added_count(options);
        let bytes: usize = texts.iter().map(|text| text.as_ref().len()).sum();
        let work = |task: &Task, (count, ends): &mut (usize, Vec<usize>)| {
            *count = 0;
            ends.clear();
            ends.try_reserve_exact(task.ends())?;
            self.encode_task(task, texts, options, count, |&count| ends.push(count))
        };
        let mut join = |(count, ends): &mut (usize, Vec<usize>)| {
            let mut before = 0;
            for &mut end in ends {
                counts.push((added + std::mem::take(&mut open) + end - before) as u64);
                before = end;
            }
            open += *count - before;
            Ok(())
        };
        if options.threads == 1 || bytes < BYTES_WORTH_THREADS {
            let mut all = Default::default();
            work(&Task::Texts(0..texts.len()), &mut all)?;
            join(&mut all)?;
        } else {
            run(&self.tasks(texts, options), options, work, join)?;
        }
        Ok(counts)
    }

    /// Does the work of [`Tokenizer::encode`] on several threads.
    pub(crate) fn encode_parts(&self, text: &str, options: &Options) -> Result<Vec<u32>, Error> {
        Ok(self.encode_batch(&[text], options)?.ids)
    }

    /// Does the work of [`Tokenizer::count`] on several threads.
    pub(crate) fn count_parts(&self, text: &str, options: &Options) -> Result<usize, Error> {
        let counts = self.count_batch(&[text], options)?;
        // A text has no more ids than bytes.
        Ok(usize::try_from(counts[0]).unwrap_or(text.len()))
    }

    /// Encodes texts on this thread, and calls `end` after each.
    fn encode_texts<Text: AsRef<str>, S: Sink>(
        &self,
        texts: &[Text],
        options: &Options,
        sink: &mut S,
        mut end: impl FnMut(&S),
    ) -> Result<(), Error> {
        self.with_encoder(options.should_stop, sink, |encoder| {
            for text in texts {
                let text = text.as_ref();
                self.check_disallowed(text, options)?;
                self.for_each_segment(
                    text,
                    options.allowed_special,
                    options.should_stop,
                    |segment| encoder.segment(segment),
                )?;
                end(encoder.sink());
            }
            Ok(())
        })
    }

    fn encode_task<Text: AsRef<str>, S: Sink>(
        &self,
        task: &Task,
        texts: &[Text],
        options: &Options,
        sink: &mut S,
        mut end: impl FnMut(&S),
    ) -> Result<(), Error> {
        match task {
            Task::Texts(range) => self.encode_texts(&texts[range.clone()], options, sink, end),
            Task::Part(segments, is_last) => {
                self.with_encoder(options.should_stop, sink, |encoder| {
                    segments
                        .iter()
                        .try_for_each(|&segment| encoder.segment(segment))
                })?;
                if *is_last {
                    end(sink);
                }
                Ok(())
            }
            Task::Refused(error) => Err(error.clone()),
        }
    }

    /// Cuts the work into tasks.
    fn tasks<'t, Text: AsRef<str>>(&self, texts: &'t [Text], options: &Options) -> Vec<Task<'t>> {
        /// The cost of a text besides its bytes.
        const TEXT: usize = 16;

        let mut tasks = Vec::new();
        // The texts that are in no task yet: the index of the first, and their bytes.
        let (mut start, mut bytes) = (0, 0);
        for (index, text) in texts.iter().enumerate() {
            let text = text.as_ref();
            bytes += text.len() + TEXT;
            let is_long = is_worth_cutting(text) && self.can_be_cut(text);
            if is_long || bytes > TASK {
                tasks.push(Task::Texts(start..index));
                (start, bytes) = (index, text.len() + TEXT);
            }
            if is_long {
                if let Err(error) = self.cut(text, options, &mut tasks) {
                    tasks.push(Task::Refused(error));
                }
                (start, bytes) = (index + 1, 0);
            }
        }
        tasks.push(Task::Texts(start..texts.len()));
        tasks
    }

    /// Cuts a long text into tasks.
    fn cut<'t>(
        &self,
        text: &'t str,
        options: &Options,
        tasks: &mut Vec<Task<'t>>,
    ) -> Result<(), Error> {
        self.check_disallowed(text, options)?;
        // The current part, and its bytes.
        let (mut part, mut bytes) = (Vec::new(), 0);
        let mut stop_check = StopCheck::new(options.should_stop, TASK);
        let (allowed, should_stop) = (options.allowed_special, options.should_stop);
        for segment in self.special.segments(text, allowed, should_stop) {
            let segment = segment?;
            stop_check.count(1)?;
            let Segment::Text(mut text) = segment else {
                part.push(segment);
                bytes += 1;
                if bytes >= TASK {
                    tasks.push(Task::Part(std::mem::take(&mut part), false));
                    bytes = 0;
                }
                continue;
            };
            while bytes + text.len() > TASK {
                let Some(cut) = self
                    .model
                    .pattern
                    .safe_cut(text, TASK.saturating_sub(bytes))
                else {
                    break;
                };
                let (before, after) = text.split_at(cut);
                part.push(Segment::Text(before));
                tasks.push(Task::Part(std::mem::take(&mut part), false));
                (text, bytes) = (after, 0);
            }
            part.push(Segment::Text(text));
            bytes += text.len();
        }
        tasks.push(Task::Part(part, true));
        Ok(())
    }
}
