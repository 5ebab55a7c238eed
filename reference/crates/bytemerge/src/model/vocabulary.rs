//! The vocabulary: the bytes of each token, and the token of given bytes.
//!
//! Nearly all tokens, and nearly all pieces of text, have at most 15 bytes. Such bytes and their
//! length fill one [`Key`] of 128 bits, which is hashed with one multiplication and compared in one
//! step. The [`TokenStore`] is a vector of keys, indexed by id; the [`IdTable`] is a hash table
//! from bytes to ids.
//!
//! Merging starts with pairs of neighbouring bytes, so these have tables of their own:
//! [`BytePairs`].

#![expect(
    clippy::cast_possible_truncation,
    reason = "keys are truncated on purpose"
)]

use crate::error::Error;
use crate::key::{Key, hash, hash_long};
use crate::model::byte_pairs::BytePairs;
use crate::model::characters::Characters;
use crate::model::id_table::{IdTable, NO_ID};
use crate::model::token_store::TokenStore;

/// The number of tokens that are added at once.
const AT_ONCE: usize = 64;

/// The ids of an incomplete vocabulary that may be missing are below this one.
const HIGHEST_MISSING: u32 = 1 << 24;

/// The tokens of a model, without the special tokens.
#[derive(Clone, Debug)]
pub struct Vocabulary {
    /// The bytes of each id.
    store: TokenStore,
    /// The ids by the hash of their bytes.
    ids: IdTable,
    /// The ids of single bytes and of pairs of bytes.
    byte_pairs: BytePairs,
    /// The characters that merge first.
    characters: Characters,
    /// The number of tokens.
    len: usize,
    /// The length of the longest token.
    longest: usize,
}

impl Vocabulary {
    /// Creates a vocabulary from tokens and their ids, in any order.
    ///
    /// An id below the highest may be missing if `is_special` returns true for it.
    ///
    /// # Errors
    ///
    /// [`Error::EmptyToken`], [`Error::DuplicateToken`], [`Error::DuplicateId`],
    /// [`Error::MissingId`] for the first missing id, [`Error::MissingByte`] for the first byte
    /// that is not a token, and [`Error::OutOfMemory`].
    pub fn new<Bytes: AsRef<[u8]>>(
        tokens: impl IntoIterator<Item = (Bytes, u32)>,
        is_special: impl Fn(u32) -> bool,
    ) -> Result<Self, Error> {
        let vocabulary = Self::with_ids(tokens, is_special)?;
        match vocabulary.missing_byte() {
            Some(byte) => Err(Error::MissingByte { byte }),
            None => Ok(vocabulary),
        }
    }

    /// Creates a vocabulary that may lack bytes and, below the highest, ids.
    ///
    /// # Errors
    ///
    /// Those of [`Vocabulary::new`] without [`Error::MissingByte`]; [`Error::MissingId`] only if an
    /// id is so high that missing ones would fill the memory.
    pub fn incomplete<Bytes: AsRef<[u8]>>(
        tokens: impl IntoIterator<Item = (Bytes, u32)>,
    ) -> Result<Self, Error> {
        Self::with_ids(tokens, |id| id < HIGHEST_MISSING)
    }

    fn with_ids<Bytes: AsRef<[u8]>>(
        tokens: impl IntoIterator<Item = (Bytes, u32)>,
        can_miss: impl Fn(u32) -> bool,
    ) -> Result<Self, Error> {
        let mut tokens: Vec<(Bytes, u32)> = tokens.into_iter().collect();
        // By id: the most frequent tokens come first and get the best slots of the table.
        tokens.sort_by_key(|&(_, id)| id);
        check_ids(&tokens, can_miss)?;

        let limit = tokens.last().map_or(0, |&(_, id)| id as usize + 1);
        let with_ids = || tokens.iter().map(|(bytes, id)| (*id, bytes.as_ref()));
        let byte_pairs = BytePairs::new(with_ids())?;
        let mut vocabulary = Self {
            store: TokenStore::new(limit)?,
            ids: IdTable::new(tokens.len(), limit)?,
            characters: Characters::new(with_ids(), &byte_pairs)?,
            byte_pairs,
            len: tokens.len(),
            longest: 0,
        };
        // Ask for all slots first, so that their loads overlap: this saves a fifth of the time.
        for some in tokens.chunks(AT_ONCE) {
            for (bytes, _) in some {
                vocabulary.prefetch(key_of(bytes.as_ref()));
            }
            for (bytes, id) in some {
                vocabulary.insert(bytes.as_ref(), *id)?;
            }
        }
        Ok(vocabulary)
    }

    /// Returns the first byte that is not a token.
    pub(crate) fn missing_byte(&self) -> Option<u8> {
        (0..=u8::MAX).find(|&byte| self.byte(byte) == NO_ID)
    }

    fn insert(&mut self, bytes: &[u8], id: u32) -> Result<(), Error> {
        if bytes.is_empty() {
            return Err(Error::EmptyToken { id });
        }
        if let Some(other) = self.id(bytes) {
            return Err(Error::DuplicateToken {
                bytes: bytes.to_owned(),
                ids: (other, id),
            });
        }
        self.longest = self.longest.max(bytes.len());
        self.store.set(id, bytes)?;
        self.ids.insert(hash_of(key_of(bytes)), id);
        Ok(())
    }

    /// Returns the number of tokens.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Returns whether the vocabulary is empty. It never is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Returns one more than the highest id.
    #[must_use]
    pub fn id_limit(&self) -> u32 {
        // Ids are below `NO_ID`.
        u32::try_from(self.store.limit()).unwrap_or(NO_ID)
    }

    /// Returns the bytes of a token, or `None` for an id without a token.
    #[must_use]
    #[inline]
    pub fn bytes(&self, id: u32) -> Option<&[u8]> {
        self.store.bytes(id)
    }

    /// Returns the bytes of a short token and their number, for copies of fixed size. `None` for
    /// other ids.
    #[inline]
    pub(crate) fn short_bytes(&self, id: u32) -> Option<(&[u8; 16], usize)> {
        self.store.short_bytes(id)
    }

    /// Returns the id of the token with these bytes.
    #[must_use]
    #[inline]
    pub fn id(&self, bytes: &[u8]) -> Option<u32> {
        self.id_at(bytes, 0, bytes.len())
    }

    /// Returns the id of the token `bytes[start..end]`.
    #[inline]
    pub(crate) fn id_at(&self, bytes: &[u8], start: usize, end: usize) -> Option<u32> {
        match end - start {
            0 => None,
            1..=Key::LONGEST => self.id_of_key(Key::at(bytes, start, end)),
            length if length <= self.longest => self.id_of_long(&bytes[start..end]),
            _ => None,
        }
    }

    /// Asks the processor to load the parts of the tables where the token with this key would be.
    #[inline]
    pub(crate) fn prefetch(&self, key: Key) {
        self.ids.prefetch(hash_of(key));
    }

    /// Returns the id of the token with this key.
    #[inline]
    fn id_of_key(&self, key: Key) -> Option<u32> {
        let found = |id| self.store.has_key(id, key);
        self.ids.find(hash(key.number()), found)
    }

    fn id_of_long(&self, bytes: &[u8]) -> Option<u32> {
        let found = |id| self.store.is_long(id, bytes);
        self.ids.find(hash_long(bytes), found)
    }

    /// Returns the token of the character or of the two bytes at `offset`, and its length, if by
    /// ranks they merge before any other merge can touch them.
    #[expect(
        clippy::inline_always,
        reason = "with two callers a call remains, and short pieces merge a tenth slower"
    )]
    #[inline(always)]
    pub(crate) fn first_token(&self, piece: &[u8], offset: usize) -> Option<(u32, usize)> {
        let pairs = &self.byte_pairs;
        match self.characters.first(piece, offset, pairs) {
            Some(id) => Some((id, 3)),
            None => Some((pairs.first_pair(piece, offset)?, 2)),
        }
    }

    /// Returns the id of two bytes, or [`NO_ID`].
    #[inline]
    pub(crate) fn pair(&self, first: u8, second: u8) -> u32 {
        self.byte_pairs.pair(first, second)
    }

    /// Returns the id of a byte, or [`NO_ID`].
    #[inline]
    pub(crate) fn byte(&self, byte: u8) -> u32 {
        self.byte_pairs.byte(byte)
    }

    /// Iterates over ids and tokens, in the order of ids.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &[u8])> {
        (0..self.id_limit()).filter_map(|id| Some((id, self.bytes(id)?)))
    }
}

fn key_of(bytes: &[u8]) -> Key {
    Key::of_piece(bytes, 0, bytes.len())
}

/// Returns the hash of the bytes with this key.
#[inline]
fn hash_of(key: Key) -> u64 {
    if key.is_exact() {
        hash(key.number())
    } else {
        key.number() as u64
    }
}

/// Checks that no id of tokens sorted by id occurs twice, and that an id is missing only if
/// `can_miss` allows it.
fn check_ids<Bytes>(tokens: &[(Bytes, u32)], can_miss: impl Fn(u32) -> bool) -> Result<(), Error> {
    let mut next = 0;
    for &(_, id) in tokens {
        if id < next {
            return Err(Error::DuplicateId { id });
        }
        if let Some(id) = (next..id).find(|&id| !can_miss(id)) {
            return Err(Error::MissingId { id });
        }
        next = id.checked_add(1).ok_or(Error::DuplicateId { id })?;
    }
    Ok(())
}

/// Equal when the same bytes have the same ids.
impl PartialEq for Vocabulary {
    fn eq(&self, other: &Self) -> bool {
        self.store == other.store
    }
}

impl Eq for Vocabulary {}

impl std::hash::Hash for Vocabulary {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.store.hash(state);
    }
}
