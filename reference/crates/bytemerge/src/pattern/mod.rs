//! How a text is cut into pieces before anything is merged: the pre-tokenizer.
//!
//! A pattern is a regular expression, and its matches are the pieces. The expressions of GPT-2, of
//! `cl100k_base` and of `o200k_base` are known: for each there is a scanner written by hand, which
//! cuts in the same places for every text of Unicode, in linear time. For one character of a piece
//! there is at most one alternative to take, so that nothing has to be tried in vain. Any other
//! expression goes through an engine that knows look-around, as these expressions need it.
//!
//! Cutting five English books, one thread, x86-64, November 2026, in MB/s:
//!
//! | | gpt2 | cl100k | o200k |
//! |---|---|---|---|
//! | scanner | 545 | 520 | 425 |
//! | automaton of `regex-automata`, without look-ahead | 150 | 155 | 160 |
//! | `fancy-regex` | 29 | 27 | 51 |
//!
//! Eight bytes at once find the end of most words without a loop, so that no branch has to guess how
//! long a word is. Words that are longer stay on that path: that alone is a fifth of the speed.

#![expect(
    clippy::inline_always,
    reason = "a call for each piece, and for each character that is not in a word, takes a tenth of the speed"
)]

mod cl100k;
mod class;
mod gpt2;
mod o200k;
mod tables;
mod white_space;

use std::fmt;
use std::sync::Arc;

use self::class::{Class, class_at};
pub use self::tables::UNICODE_VERSION;

/// How a text is cut into pieces.
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
    /// A scanner of ours.
    Known(Known),
    /// An expression for the engine.
    Expression(Arc<Expression>),
}

/// An expression that has a scanner.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Known {
    Gpt2,
    Cl100k,
    /// The older spelling of `cl100k`, with another end of text.
    Cl100kLines,
    O200k,
}

/// A compiled expression. It is what its text is.
#[derive(Debug)]
struct Expression(fancy_regex::Regex);

impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_str() == other.0.as_str()
    }
}

/// What can go wrong with a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PatternError {
    /// Not a regular expression, or one that the engine does not know.
    Invalid {
        /// The expression.
        expression: String,
        /// What the engine says.
        reason: String,
    },
    /// The engine gave up on a text: the expression makes it try too many ways.
    GaveUp {
        /// The expression.
        expression: String,
        /// How many bytes of the text were cut before.
        position: usize,
        /// What the engine says.
        reason: String,
    },
}

impl fmt::Display for PatternError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid { expression, reason } => {
                write!(formatter, "the pattern {expression:?} is invalid: {reason}")
            }
            Self::GaveUp {
                expression,
                position,
                reason,
            } => write!(
                formatter,
                "the pattern {expression:?} fails at byte {position} of the text: {reason}"
            ),
        }
    }
}

impl std::error::Error for PatternError {}

impl Known {
    const ALL: [Self; 4] = [Self::Gpt2, Self::Cl100k, Self::Cl100kLines, Self::O200k];

    /// The names, the usual one first, then those of encodings that have the same pattern.
    fn names(self) -> &'static [&'static str] {
        match self {
            Self::Gpt2 => &["gpt2", "r50k", "p50k", "r50k_base", "p50k_base"],
            Self::Cl100k => &["cl100k", "cl100k_base"],
            Self::Cl100kLines => &[],
            Self::O200k => &["o200k", "o200k_base"],
        }
    }

    /// Expressions that all match alike, that of tiktoken first if it has one.
    ///
    /// Possessive quantifiers change nothing, for what follows each cannot match what it gives back.
    /// `\s+` at the end, after `\s+(?!\S)`, comes to one character, and `\s*[\r\n]+` always ends
    /// at the last newline of the white space, since `\s*` gives back as little as it can.
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
            Self::O200k => &[concat!(
                r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|",
                r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|",
                r"\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+",
            )],
        }
    }
}

impl Pattern {
    /// The pattern of a known name, of a regular expression, or of neither: then the whole text is one
    /// piece.
    ///
    /// The names are `gpt2`, `cl100k` and `o200k`. What has `gpt2`'s pattern under another name is known by
    /// that too: `r50k` and `p50k`. So are the names of the encodings, as `cl100k_base`. An expression that
    /// always matches as a known one does becomes that one.
    ///
    /// # Errors
    ///
    /// [`PatternError::Invalid`] for what is not a regular expression.
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
        match fancy_regex::Regex::new(text) {
            Ok(regex) => Ok(Self(Kind::Expression(Arc::new(Expression(regex))))),
            Err(error) => Err(PatternError::Invalid {
                expression: text.to_owned(),
                reason: error.to_string(),
            }),
        }
    }

    /// The name of a known pattern, else the expression, else nothing: what [`Pattern::new`] takes.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match &self.0 {
            Kind::Known(known) => known.names().first().copied().or(self.expression()),
            _ => self.expression(),
        }
    }

    /// The regular expression, of a known pattern as tiktoken spells it.
    #[must_use]
    pub fn expression(&self) -> Option<&str> {
        match &self.0 {
            Kind::Whole => None,
            Kind::Known(known) => known.spellings().first().copied(),
            Kind::Expression(expression) => Some(expression.0.as_str()),
        }
    }

    /// The regular expression for Hugging Face, whose engine, Oniguruma, takes the `{1,3}+` of tiktoken's
    /// `cl100k` for a repetition of a repetition. All other known patterns mean the same in both.
    #[must_use]
    pub fn oniguruma_expression(&self) -> Option<&str> {
        match &self.0 {
            Kind::Known(Known::Cl100k) => Some(Known::Cl100k.spellings()[1]),
            _ => self.expression(),
        }
    }

    /// Whether there is a scanner for it. Then each character is in a match, and no engine disagrees.
    #[must_use]
    pub fn is_known(&self) -> bool {
        matches!(self.0, Kind::Known(_))
    }

    /// Calls `piece` with each piece, from left to right. Concatenated they are the text: what the
    /// expression leaves out is a piece between two matches. No piece is empty.
    ///
    /// # Errors
    ///
    /// The first error of `piece`, or [`PatternError::GaveUp`], which a known pattern never is.
    pub fn for_each_piece<'t, E: From<PatternError>>(
        &self,
        text: &'t str,
        mut piece: impl FnMut(&'t str) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut start = 0;
        self.for_each_end(text, |end| {
            let found = &text[start..end];
            start = end;
            piece(found)
        })
    }

    /// Calls `visit` with the place where each piece ends. A piece starts where the one before it ends.
    ///
    /// # Errors
    ///
    /// As [`Pattern::for_each_piece`].
    #[inline]
    pub fn for_each_end<E: From<PatternError>>(
        &self,
        text: &str,
        mut visit: impl FnMut(usize) -> Result<(), E>,
    ) -> Result<(), E> {
        match &self.0 {
            Kind::Whole if text.is_empty() => Ok(()),
            Kind::Whole => visit(text.len()),
            Kind::Known(Known::Gpt2) => scan(text, gpt2::piece_end, visit),
            Kind::Known(Known::Cl100k) => scan(text, cl100k::piece_end::<false>, visit),
            Kind::Known(Known::Cl100kLines) => scan(text, cl100k::piece_end::<true>, visit),
            Kind::Known(Known::O200k) => scan(text, o200k::piece_end, visit),
            Kind::Expression(expression) => expression.for_each_end(text, visit),
        }
    }

    /// The first place at or after `near`, strictly inside the text, where it can be cut so that the pieces
    /// of the two parts are those of the whole. There may be none, and the pieces of an expression cannot
    /// be foreseen. The search takes time in proportion to how far it goes.
    ///
    /// Such a place is after a letter, before what is no letter, mark or apostrophe; and after a number,
    /// before what is no number. The proof is the same for all known patterns:
    ///
    /// - The whole has an end of a piece there. After a letter, a piece goes on with letters, with marks
    ///   (`o200k`), or with a contraction that starts with an apostrophe (`o200k`); after a number, with
    ///   numbers. No alternative has anything else there.
    /// - The left part has the same pieces. Whether an alternative matches, and how far, depends only on the
    ///   characters up to the end of the piece and on the next ones that could continue it, of which
    ///   the place is the end: what stands there continues no letter or number, and the end of the
    ///   text does not either. A contraction that lacks its second letter at the end lacks it in the
    ///   whole too, since what follows is no letter. Only white space is told from the end of the
    ///   text by what follows it, `$` and `(?!\S)`, and the character before the place is none: all
    ///   white space of the left part is followed by the same character in both.
    /// - The right part has the same pieces, since no expression looks behind.
    #[must_use]
    pub fn safe_cut(&self, text: &str, near: usize) -> Option<usize> {
        if !self.is_known() {
            return None;
        }
        // From the start of the character before `near`, or of the one that it is inside of.
        let before = near.saturating_sub(1);
        let start = (0..=before).rev().find(|&at| text.is_char_boundary(at))?;
        let bytes = text.as_bytes();
        let (mut class, mut place) = class_at(bytes, start);
        while place < bytes.len() {
            let (following, next) = class_at(bytes, place);
            let safe = if class.is(Class::LETTER) {
                !following.is(Class::LETTER.or(Class::MARK)) && bytes[place] != b'\''
            } else {
                class.is(Class::NUMBER) && !following.is(Class::NUMBER)
            };
            if safe {
                return Some(place);
            }
            (class, place) = (following, next);
        }
        None
    }
}

/// Calls `visit` with each end of a piece, as a scanner finds it.
#[inline]
fn scan<E>(
    text: &str,
    piece_end: impl Fn(&[u8], usize) -> usize,
    mut visit: impl FnMut(usize) -> Result<(), E>,
) -> Result<(), E> {
    let text = text.as_bytes();
    let mut place = 0;
    while place < text.len() {
        place = piece_end(text, place);
        visit(place)?;
    }
    Ok(())
}

impl Expression {
    /// As [`Pattern::for_each_end`]. A match that is empty is no piece, but cuts what is around it.
    fn for_each_end<E: From<PatternError>>(
        &self,
        text: &str,
        mut visit: impl FnMut(usize) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut done = 0;
        for found in self.0.find_iter(text) {
            let found = found.map_err(|error| PatternError::GaveUp {
                expression: self.0.as_str().to_owned(),
                position: done,
                reason: error.to_string(),
            })?;
            for end in [found.start(), found.end()] {
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
}
