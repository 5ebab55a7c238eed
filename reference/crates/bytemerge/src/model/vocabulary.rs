//! The vocabulary: which bytes a token stands for, and which token some bytes are.
//!
//! Nearly all tokens, and nearly all pieces of text, have at most 15 bytes. Such bytes and their length
//! fill one [`Key`] of 128 bits, which is hashed with one multiplication and compared in one step.
//! The tokens stand by id in one vector of keys, and a hash table with open addressing leads from bytes to
//! ids.
//!
//! Merging starts with the pairs of neighbouring bytes: they have a table of their own.

use crate::error::Error;
use crate::model::byte_pairs::BytePairs;
use crate::model::id_table::{EMPTY, IdTable};
use crate::model::key::{Key, hash, hash_long};
use crate::model::token_store::TokenStore;

/// The tokens of a model, except the special ones.
#[derive(Clone, Debug)]
pub struct Vocabulary {
    /// The bytes by id.
    store: TokenStore,
    /// The ids by hash.
    ids: IdTable,
    /// The ids of single bytes and of pairs of bytes.
    byte_pairs: BytePairs,
    /// How many there are.
    len: usize,
    /// Length of the longest token.
    longest: usize,
}

impl Vocabulary {
    /// A vocabulary of tokens with their ids, in any order.
    ///
    /// An id below the highest may be missing if `is_special` says that a special token has it.
    ///
    /// # Errors
    ///
    /// [`Error::EmptyToken`], [`Error::DuplicateToken`], [`Error::DuplicateId`], [`Error::MissingId`] for
    /// the first id that is missing, [`Error::MissingByte`] for the first byte that is no token, and
    /// [`Error::OutOfMemory`].
    pub fn new<Bytes: AsRef<[u8]>>(
        tokens: impl IntoIterator<Item = (Bytes, u32)>,
        is_special: impl Fn(u32) -> bool,
    ) -> Result<Self, Error> {
        let mut tokens: Vec<(Bytes, u32)> = tokens.into_iter().collect();
        // By id the most frequent tokens come first, which find the best places in the table.
        tokens.sort_by_key(|&(_, id)| id);
        check_ids(&tokens, is_special)?;

        let limit = tokens.last().map_or(0, |&(_, id)| id as usize + 1);
        let mut vocabulary = Self {
            store: TokenStore::new(limit)?,
            ids: IdTable::new(tokens.len(), limit)?,
            byte_pairs: BytePairs::new(tokens.iter().map(|(bytes, id)| (*id, bytes.as_ref())))?,
            len: tokens.len(),
            longest: 0,
        };
        for (bytes, id) in &tokens {
            vocabulary.insert(bytes.as_ref(), *id)?;
        }
        match (0..=u8::MAX).find(|&byte| vocabulary.byte(byte) == EMPTY) {
            Some(byte) => Err(Error::MissingByte { byte }),
            None => Ok(vocabulary),
        }
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
        let hash = if bytes.len() <= Key::LONGEST {
            hash(Key::at(bytes, 0, bytes.len()).number())
        } else {
            hash_long(bytes)
        };
        self.ids.insert(hash, id);
        Ok(())
    }

    /// The number of tokens.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no token, which is never so.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// One more than the highest id.
    #[must_use]
    pub fn id_limit(&self) -> u32 {
        // Ids are below `EMPTY`.
        u32::try_from(self.store.limit()).unwrap_or(EMPTY)
    }

    /// The bytes of a token, or nothing for an id without one.
    #[must_use]
    #[inline]
    pub fn bytes(&self, id: u32) -> Option<&[u8]> {
        self.store.bytes(id)
    }

    /// The bytes of a short token and their number, for copies of fixed size. Nothing for others.
    #[inline]
    pub(crate) fn short_bytes(&self, id: u32) -> Option<(&[u8; 16], usize)> {
        self.store.short_bytes(id)
    }

    /// The id of a token of these bytes.
    #[must_use]
    #[inline]
    pub fn id(&self, bytes: &[u8]) -> Option<u32> {
        self.id_at(bytes, 0, bytes.len())
    }

    /// The id of the token `bytes[start..end]`.
    #[inline]
    pub(crate) fn id_at(&self, bytes: &[u8], start: usize, end: usize) -> Option<u32> {
        match end - start {
            0 => None,
            1..=Key::LONGEST => self.id_of_key(Key::at(bytes, start, end)),
            length if length <= self.longest => self.id_of_long(&bytes[start..end]),
            _ => None,
        }
    }

    /// The id of the token of these bytes.
    #[inline]
    fn id_of_key(&self, key: Key) -> Option<u32> {
        let found = |id| self.store.has_key(id, key);
        self.ids.find(hash(key.number()), found)
    }

    fn id_of_long(&self, bytes: &[u8]) -> Option<u32> {
        let found = |id| self.store.is_long(id, bytes);
        self.ids.find(hash_long(bytes), found)
    }

    /// The id of the two bytes at a place, if by ranks they merge before anything else can touch them.
    #[expect(
        clippy::inline_always,
        reason = "with two callers a call remains, and short pieces merge a tenth slower"
    )]
    #[inline(always)]
    pub(crate) fn first_pair(&self, piece: &[u8], place: usize) -> Option<u32> {
        self.byte_pairs.first_pair(piece, place)
    }

    /// The id of two bytes, or [`EMPTY`].
    #[inline]
    pub(crate) fn pair(&self, first: u8, second: u8) -> u32 {
        self.byte_pairs.pair(first, second)
    }

    /// The id of a byte.
    #[inline]
    pub(crate) fn byte(&self, byte: u8) -> u32 {
        self.byte_pairs.byte(byte)
    }

    /// All tokens and their ids, by id.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &[u8])> {
        (0..self.id_limit()).filter_map(|id| Some((id, self.bytes(id)?)))
    }
}

/// Tokens sorted by id: none twice, none missing.
fn check_ids<Bytes>(
    tokens: &[(Bytes, u32)],
    is_special: impl Fn(u32) -> bool,
) -> Result<(), Error> {
    let mut next = 0;
    for &(_, id) in tokens {
        if id < next {
            return Err(Error::DuplicateId { id });
        }
        if let Some(id) = (next..id).find(|&id| !is_special(id)) {
            return Err(Error::MissingId { id });
        }
        if is_special(id) {
            return Err(Error::DuplicateId { id });
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
