//! Patterns cut a text into pieces, within which tokens merge. A piece has the same tokens wherever
//! it occurs, so it can be counted once, and its tokens remembered.
//!
//! A pattern is a regular expression, and its matches are the pieces. The expressions of GPT-2,
//! `cl100k_base` and `o200k_base`, and of Qwen and Mistral Nemo, are known: each has a scanner
//! written by hand, which makes the same cuts in every Unicode text, in linear time. A scanner
//! never backtracks: one character decides which alternative of the expression matches, and in the
//! words of `o200k` it remembers the one offset to which an engine would go back. Any other
//! expression goes to a regex engine with look-around, which such expressions need. In a
//! `sequence`, each pattern cuts what the one before has left whole.
//!
//! The scanner first looks at windows of 64 bytes as bit masks, where it finds the ends of all
//! pieces at once (see `window`). Where a window finds none, it finds one piece, character by
//! character: in long pieces and in rare cases.
//!
//! Cutting five English books one piece at a time, one thread, x86-64, November 2026, in MB/s:
//!
//! | | gpt2 | cl100k | o200k |
//! |---|---|---|---|
//! | scanner, comparing eight bytes at once | 545 | 520 | 425 |
//! | automaton of `regex-automata`, without look-ahead | 150 | 155 | 160 |
//! | `fancy-regex` | 29 | 27 | 51 |
//!
//! The speed of windows over that of the scanner (Ice Lake, medians of rounds in turns, on a busy
//! machine, so only the ratios count; since then, other characters than ASCII are a tenth faster):
//!
//! | gpt2 / cl100k / o200k | English | code | a hundred languages |
//! |---|---|---|---|
//! | with AVX2 | 2.9 / 2.8 / 3.3 | 3.6 / 3.6 / 4.3 | 1.8 / 1.8 / 1.7 |
//! | with SSE2 | 2.6 / 2.5 / 2.3 | 3.2 / 2.9 / 3.9 | 1.5 / 1.8 / 1.7 |
//! | in machine words | 1.4 / 1.2 / 1.1 | 1.7 / 1.5 / 1.7 | 1.1 / 1.0 / 0.9 |

#![expect(
    clippy::inline_always,
    reason = "calls for each piece and each character outside words cost a tenth of the speed"
)]

pub(crate) mod block;
pub(crate) mod byte_letters;
mod cl100k;
mod class;
mod gpt2;
mod o200k;
mod sequence;
pub(crate) mod simd;
mod tables;
#[cfg(test)]
mod tests;
mod white_space;
mod window;

use std::error::Error;
use std::fmt;
use std::iter;
use std::ops::Range;
use std::sync::Arc;

use fancy_regex::CompileError;

use self::block::Block;
use self::cl100k::Cl100k;
use self::class::{Class, class_at};
use self::gpt2::Gpt2;
use self::o200k::O200k;
use self::sequence::Sequence;
pub use self::tables::UNICODE_VERSION;
use crate::shown::{one_line, shown};

/// A rule that cuts a text into pieces.
///
/// ```
/// use bytemerge::pattern::{Pattern, PatternError};
///
/// let mut pieces = Vec::new();
/// Pattern::new(Some("gpt2"))?.for_each_piece("It's 1984.", |piece| {
///     pieces.push(piece.to_owned());
///     Ok::<(), PatternError>(())
/// })?;
/// assert_eq!(pieces, ["It", "'s", " 1984", "."]);
/// # Ok::<(), PatternError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern(Kind);

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    /// The whole text is one piece.
    Whole,
    /// The whole text is one piece, and the patterns after this one in a sequence see a letter for
    /// each of its bytes.
    ByteLetters,
    /// A scanner written by hand.
    Known(Known),
    /// An expression for the regex engine.
    Expression(Arc<Expression>),
    /// At least two patterns, each of which cuts the pieces of the one before.
    Sequence(Sequence),
}

/// An expression with a scanner.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Known {
    Gpt2,
    Cl100k,
    /// The older spelling of `cl100k`, which differs at the end of a text.
    Cl100kLines,
    /// The pattern of Qwen 2 and 3.
    Qwen,
    /// The pattern of Qwen 3.5.
    QwenMarks,
    O200k,
    /// The pattern of Mistral Nemo.
    Tekken,
}

/// A compiled expression. Equal when the text is equal.
#[derive(Debug)]
struct Expression(fancy_regex::Regex);

impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_str() == other.0.as_str()
    }
}

/// Everything that can go wrong with a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PatternError {
    /// The pattern is not a regular expression that the engine supports.
    Invalid {
        /// The expression.
        expression: String,
        /// The message of the engine.
        reason: String,
    },
    /// The engine gave up on a text, because the expression backtracks too much.
    GaveUp {
        /// The expression.
        expression: String,
        /// The number of bytes of the text cut before.
        position: usize,
        /// The message of the engine.
        reason: String,
    },
}

impl fmt::Display for PatternError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid { expression, reason } => {
                let shown = shown(expression);
                write!(formatter, "the pattern {shown} is invalid: {reason}")
            }
            Self::GaveUp {
                expression,
                position,
                reason,
            } => write!(
                formatter,
                "the pattern {} fails at byte {position} of the text: {reason}",
                shown(expression)
            ),
        }
    }
}

impl Error for PatternError {}

/// Returns what is wrong with an expression, in one line.
fn reason(error: &fancy_regex::Error) -> String {
    let inner = match error {
        fancy_regex::Error::CompileError(error) => match &**error {
            CompileError::InnerError(error) => Some(error as &dyn Error),
            _ => None,
        },
        _ => None,
    };
    // The innermost error knows most. It shows the expression first, and says in its last line what
    // is wrong with it.
    let message = match iter::successors(inner, |&error| error.source()).last() {
        Some(innermost) => {
            let lines = innermost.to_string();
            let last = lines.lines().last().unwrap_or_default();
            last.strip_prefix("error: ").unwrap_or(last).to_owned()
        }
        None => error.to_string(),
    };
    one_line(&message)
}

impl Known {
    const ALL: [Self; 7] = [
        Self::Gpt2,
        Self::Cl100k,
        Self::Cl100kLines,
        Self::Qwen,
        Self::QwenMarks,
        Self::O200k,
        Self::Tekken,
    ];

    /// Returns the names: the usual one first, then those of encodings with the same pattern.
    fn names(self) -> &'static [&'static str] {
        match self {
            Self::Gpt2 => &["gpt2", "r50k", "p50k", "r50k_base", "p50k_base"],
            Self::Cl100k => &["cl100k", "cl100k_base"],
            Self::Cl100kLines | Self::Qwen | Self::QwenMarks | Self::Tekken => &[],
            Self::O200k => &["o200k", "o200k_base"],
        }
    }

    /// Returns expressions with the same matches; the one of tiktoken first, if there is one.
    ///
    /// Possessive quantifiers make no difference, because the expression after each cannot match
    /// what it would give back. `\s+` at the end, after `\s+(?!\S)`, always matches one character,
    /// and `\s*[\r\n]+` always ends at the last newline of the white space, since `\s*` gives back
    /// as little as possible.
    fn spellings(self) -> &'static [&'static str] {
        match self {
            Self::Gpt2 => &[
                r"'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s",
                r"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+",
                r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+",
                r"'s|'t|'re|'ve|'m|'ll|'d| ?[\p{L}]+| ?[\p{N}]+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+",
            ],
            Self::Cl100k => &[
                r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s",
                r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s",
            ],
            Self::Cl100kLines => &[
                r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
                r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+",
            ],
            Self::Qwen => &[
                r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
            ],
            Self::QwenMarks => &[
                r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
            ],
            Self::Tekken => &[concat!(
                r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|",
                r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|",
                r"\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+",
            )],
            Self::O200k => &[concat!(
                r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|",
                r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|",
                r"\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+",
            )],
        }
    }
}

impl Pattern {
    /// Creates a pattern from a known name or a regular expression. With `None`, the whole text is
    /// one piece.
    ///
    /// The names are `gpt2`, `cl100k` and `o200k`. The other names of `gpt2`'s pattern, `r50k` and
    /// `p50k`, are known too, and so are the names of the encodings, such as `cl100k_base`. A
    /// spelling that always matches like a known expression becomes the known one.
    ///
    /// The name `byte_letters` cuts nothing. In a [sequence](Pattern::from_names), the patterns
    /// after it see a letter for each byte, as those after `ByteLevel` of Hugging Face do.
    ///
    /// # Errors
    ///
    /// [`PatternError::Invalid`] if the text is not a regular expression.
    pub fn new(name_or_expression: Option<&str>) -> Result<Self, PatternError> {
        let Some(text) = name_or_expression else {
            return Ok(Self(Kind::Whole));
        };
        let known = Known::ALL
            .into_iter()
            .find(|known| known.names().contains(&text) || known.spellings().contains(&text));
        if let Some(known) = known {
            return Ok(Self(Kind::Known(known)));
        }
        if text == byte_letters::NAME {
            return Ok(Self(Kind::ByteLetters));
        }
        match fancy_regex::Regex::new(text) {
            Ok(regex) => Ok(Self(Kind::Expression(Arc::new(Expression(regex))))),
            Err(error) => Err(PatternError::Invalid {
                expression: text.to_owned(),
                reason: reason(&error),
            }),
        }
    }

    /// Creates a pattern from others, each of which cuts the pieces of the one before. Without
    /// any, the whole text is one piece.
    #[must_use]
    pub fn sequence(patterns: impl IntoIterator<Item = Self>) -> Self {
        let mut cuts: Vec<Self> = Vec::new();
        for pattern in patterns {
            cuts.extend_from_slice(pattern.patterns());
        }
        match &mut *cuts {
            [] => Self(Kind::Whole),
            [_] => cuts.swap_remove(0),
            _ => Self(Kind::Sequence(Sequence::new(cuts))),
        }
    }

    /// Creates the sequence of named patterns and regular expressions.
    ///
    /// # Errors
    ///
    /// Those of [`Pattern::new`].
    pub fn from_names<Name: AsRef<str>>(names: &[Name]) -> Result<Self, PatternError> {
        let patterns = names.iter().map(|name| Self::new(Some(name.as_ref())));
        Ok(Self::sequence(patterns.collect::<Result<Vec<_>, _>>()?))
    }

    /// Returns the patterns of a sequence. For a pattern that cuts nothing, the slice is empty; for
    /// any other pattern, it has only this pattern.
    #[must_use]
    pub fn patterns(&self) -> &[Self] {
        match &self.0 {
            Kind::Whole => &[],
            Kind::Sequence(sequence) => sequence.patterns(),
            _ => std::slice::from_ref(self),
        }
    }

    /// Returns the argument of [`Pattern::new`]: the name of a known pattern, the expression, or
    /// `None`. A sequence has no name, but its patterns have.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match &self.0 {
            Kind::Known(known) => known.names().first().copied().or(self.expression()),
            Kind::ByteLetters => Some(byte_letters::NAME),
            _ => self.expression(),
        }
    }

    /// Returns the regular expression. That of a known pattern is spelled as in tiktoken. A
    /// sequence has none.
    #[must_use]
    pub fn expression(&self) -> Option<&str> {
        match &self.0 {
            Kind::Whole | Kind::ByteLetters | Kind::Sequence(_) => None,
            Kind::Known(known) => known.spellings().first().copied(),
            Kind::Expression(expression) => Some(expression.0.as_str()),
        }
    }

    /// Returns the regular expression for Hugging Face. Its engine, Oniguruma, reads the `{1,3}+`
    /// of tiktoken's `cl100k` as a repetition of a repetition. All other known patterns mean the
    /// same there.
    #[must_use]
    pub fn oniguruma_expression(&self) -> Option<&str> {
        match &self.0 {
            Kind::Known(Known::Cl100k) => Some(Known::Cl100k.spellings()[1]),
            _ => self.expression(),
        }
    }

    /// Returns whether the pattern has a scanner. Then every character is in a match, and
    /// [`Pattern::safe_cut`] finds cuts.
    #[must_use]
    pub fn is_known(&self) -> bool {
        matches!(self.0, Kind::Known(_))
    }

    /// Calls `piece` with each piece, from left to right. The pieces, concatenated, are the text:
    /// text between two matches of the expression is a piece too. No piece is empty. A piece that
    /// ends inside a character, as after `byte_letters`, is joined with the pieces up to the end of
    /// that character.
    ///
    /// # Errors
    ///
    /// The first error of `piece`, or [`PatternError::GaveUp`], which never occurs with a known
    /// pattern.
    pub fn for_each_piece<'t, E: From<PatternError>>(
        &self,
        text: &'t str,
        mut piece: impl FnMut(&'t str) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut start = 0;
        self.for_each_end(text, |end| {
            let Some(found) = text.get(start..end) else {
                return Ok(());
            };
            start = end;
            piece(found)
        })
    }

    /// Calls `visit` with the end of each piece. A piece starts at the end of the piece before it.
    ///
    /// # Errors
    ///
    /// Those of [`Pattern::for_each_piece`].
    #[inline]
    pub fn for_each_end<E: From<PatternError>>(
        &self,
        text: &str,
        mut visit: impl FnMut(usize) -> Result<(), E>,
    ) -> Result<(), E> {
        match &self.0 {
            Kind::Expression(expression) => return expression.for_each_end(text, 0, visit),
            Kind::Sequence(sequence) => return sequence.for_each_end(text, visit),
            _ => {}
        }
        self.for_each_block(text, |ends| ends.iter().try_for_each(|&end| visit(end)))
    }

    /// Calls `visit` with the ends of neighbouring pieces, up to [`block::MOST_ENDS`] at once.
    ///
    /// # Errors
    ///
    /// Those of [`Pattern::for_each_piece`].
    #[inline]
    pub(crate) fn for_each_block<E: From<PatternError>>(
        &self,
        text: &str,
        mut visit: impl FnMut(&[usize]) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut block = Block::new();
        let next = match &self.0 {
            Kind::Whole | Kind::ByteLetters if text.is_empty() => return Ok(()),
            Kind::Whole | Kind::ByteLetters => return visit(&[text.len()]),
            kind @ (Kind::Expression(_) | Kind::Sequence(_)) => {
                let add = |end| {
                    if block.add(end) {
                        visit(block.ends())?;
                        block.clear();
                    }
                    Ok::<(), E>(())
                };
                match kind {
                    Kind::Expression(expression) => expression.for_each_end(text, 0, add)?,
                    Kind::Sequence(sequence) => sequence.for_each_end(text, add)?,
                    _ => {}
                }
                return visit(block.ends());
            }
            Kind::Known(Known::Gpt2) => Block::next::<Gpt2>,
            Kind::Known(Known::Cl100k) => Block::next::<Cl100k<false, 3, false>>,
            Kind::Known(Known::Cl100kLines) => Block::next::<Cl100k<true, 3, false>>,
            Kind::Known(Known::Qwen) => Block::next::<Cl100k<true, 1, false>>,
            Kind::Known(Known::QwenMarks) => Block::next::<Cl100k<true, 1, true>>,
            Kind::Known(Known::O200k) => Block::next::<O200k<true, 3>>,
            Kind::Known(Known::Tekken) => Block::next::<O200k<false, 1>>,
        };
        loop {
            match next(&mut block, text.as_bytes()) {
                [] => return Ok(()),
                ends => visit(ends)?,
            }
        }
    }

    /// Calls `visit` with each match of a regular expression without a scanner.
    ///
    /// # Errors
    ///
    /// The first error of `visit`, and [`PatternError::GaveUp`].
    pub(crate) fn for_each_match<E: From<PatternError>>(
        &self,
        text: &str,
        mut visit: impl FnMut(Range<usize>) -> Result<(), E>,
    ) -> Result<(), E> {
        match &self.0 {
            Kind::Expression(expression) => expression
                .matches(text, 0)
                .try_for_each(|found| visit(found?)),
            _ => Ok(()),
        }
    }

    /// Returns the first safe cut at or after `near`, strictly inside the text: an offset where the
    /// pieces of the two parts are those of the whole text. There may be no such offset, and for a
    /// regular expression without a scanner there is never one. The search takes time proportional
    /// to the distance from `near`.
    ///
    /// A cut is safe after a letter, before a character that is not a letter, mark or apostrophe;
    /// and after a number, before a character that is not a number. The proof is the same for all
    /// known patterns:
    ///
    /// - A piece of the whole text ends at the cut. After a letter, a piece continues with letters,
    ///   with marks (`o200k`), or with a contraction, which starts with an apostrophe (`o200k`);
    ///   after a number, with numbers. No alternative continues with any other character.
    /// - The left part has the same pieces. Whether an alternative matches, and how far, depends
    ///   only on the characters of the piece and on the next characters that could continue it. The
    ///   character after the cut continues neither a letter nor a number, and neither does the end
    ///   of a text. A contraction that lacks its second letter at the cut lacks it in the whole
    ///   text too, since no letter follows. Only the alternatives for white space look at what
    ///   follows, with `$` and `(?!\S)`. The character before the cut is not white space, so all
    ///   white space of the left part is followed by the same character in both.
    /// - The right part has the same pieces, since no expression looks behind.
    #[must_use]
    pub fn safe_cut(&self, text: &str, near: usize) -> Option<usize> {
        if !self.is_known() {
            return None;
        }
        // Start with the character before `near`, or with the one that contains it.
        let before = near.saturating_sub(1);
        let start = (0..=before).rev().find(|&at| text.is_char_boundary(at))?;
        let bytes = text.as_bytes();
        let (mut class, mut offset) = class_at(bytes, start);
        while offset < bytes.len() {
            let (following, next) = class_at(bytes, offset);
            let safe = if class.is(Class::LETTER) {
                !following.is(Class::LETTER.or(Class::MARK)) && bytes[offset] != b'\''
            } else {
                class.is(Class::NUMBER) && !following.is(Class::NUMBER)
            };
            if safe {
                return Some(offset);
            }
            (class, offset) = (following, next);
        }
        None
    }
}

impl Expression {
    /// Does the work of [`Pattern::for_each_end`] for a part of a text. The offset of the part
    /// is only for errors. An empty match is not a piece, but cuts the text around it.
    fn for_each_end<E: From<PatternError>>(
        &self,
        text: &str,
        offset: usize,
        mut visit: impl FnMut(usize) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut done = 0;
        for found in self.matches(text, offset) {
            let found = found?;
            for end in [found.start, found.end] {
                if done < end {
                    visit(end)?;
                    done = end;
                }
            }
        }
        if done < text.len() {
            visit(text.len())?;
        }
        Ok(())
    }

    /// Iterates over the matches in a part of a text. The offset of the part is only for errors.
    fn matches<'t>(
        &'t self,
        text: &'t str,
        offset: usize,
    ) -> impl Iterator<Item = Result<Range<usize>, PatternError>> + 't {
        let mut done = offset;
        self.0.find_iter(text).map(move |found| {
            let found = found.map_err(|error| PatternError::GaveUp {
                expression: self.0.as_str().to_owned(),
                position: done,
                reason: error.to_string(),
            })?;
            done = offset + found.end();
            Ok(found.start()..found.end())
        })
    }
}
