//! The vocabulary: which bytes a token stands for, and which token some bytes are.
//!
//! Nearly all tokens, and nearly all pieces of text, have at most 15 bytes. Such bytes and their length
//! fill one [`Key`] of 128 bits, which is hashed with one multiplication and compared in one step.
//! The tokens stand by id in one vector of keys, and a hash table with open addressing leads from bytes to
//! ids. A slot has 4 bytes: the id, and in the bits that no id needs a few more of the hash. Of a table with the keys in it
//! less would stay in a core's cache, and most bytes that merging asks for are no token: the bits tell, without a look
//! at any key. Mostly not even the table is looked at: a filter of an eighth of its size knows nine of ten that are no token.
//!
//! Merging starts with the pairs of neighbouring bytes: they have a table of their own.

#![expect(
    clippy::cast_possible_truncation,
    reason = "hashes and packed numbers are cut on purpose"
)]

use crate::Error;
use crate::filled::filled;
use crate::first_pairs::{FirstPairs, pair_index};

/// Up to [`Key::LONGEST`] bytes, then zeros, and in the last byte their number.
/// The default is the key of nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Key(u128);

impl Key {
    /// How many bytes fit.
    pub(crate) const LONGEST: usize = 15;

    /// Of up to so many bytes there is a hash in place of a key.
    const LONGEST_HASHED: usize = 255;

    /// What stands for more bytes than that. It is the key of nothing else.
    const TOO_LONG: Self = Self(u128::MAX);

    /// The last byte of a key that is a hash.
    const HASHED: u8 = 254;

    /// The key of `bytes[start..end]`, of which there are 1 to [`Key::LONGEST`].
    ///
    /// To read 16 bytes and to blank the rest is faster than to copy a varying number. The last bytes of a text
    /// are copied.
    #[inline]
    pub(crate) fn at(bytes: &[u8], start: usize, end: usize) -> Self {
        let window = match bytes.get(start..start + 16) {
            Some(window) => window.try_into().unwrap_or_default(),
            None => padded(&bytes[start..end]),
        };
        Self::of_window(u128::from_le_bytes(window), end - start)
    }

    /// The same, or a hash of more bytes: see [`Key::is_exact`].
    #[inline]
    pub(crate) fn of_piece(bytes: &[u8], start: usize, end: usize) -> Self {
        let length = end - start;
        if length <= Self::LONGEST {
            Self::at(bytes, start, end)
        } else if length <= Self::LONGEST_HASHED {
            Self::hashed(&bytes[start..end])
        } else {
            Self::TOO_LONG
        }
    }

    fn hashed(bytes: &[u8]) -> Self {
        let (length, kind) = (bytes.len() as u128, u128::from(Self::HASHED));
        Self(u128::from(hash_long(bytes)) | length << 64 | kind << 120)
    }

    /// Whether no other bytes have this key.
    #[inline]
    pub(crate) fn is_exact(self) -> bool {
        self.0 >> 120 <= Self::LONGEST as u128
    }

    /// Whether it is the key of any bytes.
    #[inline]
    pub(crate) fn is_any(self) -> bool {
        self != Self::TOO_LONG
    }

    /// The key of the first bytes of a window.
    #[inline]
    pub(crate) fn of_window(window: u128, length: usize) -> Self {
        Self(window & MASKS[length & 15] | (length as u128) << 120)
    }

    /// As a number.
    #[inline]
    pub(crate) fn number(self) -> u128 {
        self.0
    }
}

/// Of the first so many bytes. To look a mask up is faster than to shift 128 bits.
static MASKS: [u128; 16] = {
    let mut masks = [0; 16];
    let mut length = 1;
    while length < 16 {
        masks[length] = u128::MAX >> (128 - 8 * length);
        length += 1;
    }
    masks
};

/// Bytes with zeros after them.
#[cold]
fn padded(bytes: &[u8]) -> [u8; 16] {
    let mut window = [0; 16];
    window[..bytes.len()].copy_from_slice(bytes);
    window
}

/// A hash of 128 bits: both halves, multiplied, and the halves of that mixed, as in wyhash (Wang Yi, 2019).
#[inline]
pub(crate) fn hash(key: u128) -> u64 {
    // Digits of pi: no text has them, so that neither factor is zero.
    let left = key as u64 ^ 0x243f_6a88_85a3_08d3;
    let right = (key >> 64) as u64 ^ 0x1319_8a2e_0370_7344;
    let product = u128::from(left) * u128::from(right);
    (product >> 64) as u64 ^ product as u64
}

/// A hash of any number of bytes from 16 on: of each 16 of them, and of the last 16.
pub(crate) fn hash_long(bytes: &[u8]) -> u64 {
    let mut state = bytes.len() as u64;
    let mut mix = |window: &[u8]| {
        let window = window.try_into().unwrap_or_default();
        state = hash(u128::from_le_bytes(window) ^ u128::from(state));
    };
    let whole = bytes.chunks_exact(16);
    whole.for_each(&mut mix);
    mix(&bytes[bytes.len() - 16..]);
    state
}

/// One token.
///
/// Short ones are a [`Key`]. In long ones the last byte is [`LONG`], the others say where the bytes are. No
/// key has zero as its last byte: that is an id without a token.
type Token = [u8; 16];

/// The last byte of a long token.
const LONG: u8 = 255;

/// No id. It ends a search in the table, and no token has it.
pub(crate) const EMPTY: u32 = u32::MAX;

/// The tokens of a model, except the special ones.
#[derive(Clone, Debug)]
pub struct Vocabulary {
    /// By id.
    tokens: Vec<Token>,
    /// The bytes of the long tokens, one after the other.
    long: Vec<u8>,
    /// A bit for some bits of the hash of each token, and room for eight times as many: most bytes that merging asks for
    /// are no token, which this says from an eighth of the memory of the table (Bloom, 1970, with one hash).
    filter: Vec<u64>,
    /// The pairs of bytes that merge first, by rank.
    first_pairs: FirstPairs,
    /// Ids by the hash of their bytes, each with a tag in its upper bits, or [`EMPTY`]. Its length is a power of two, at
    /// least twice the number of tokens.
    table: Vec<u32>,
    /// The bits of an id in the table: all that ids have, and never all set.
    id_mask: u32,
    /// The id of each byte.
    bytes: [u32; 256],
    /// The id of each pair of bytes, or [`EMPTY`].
    pairs: Vec<u32>,
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
        let slots = (2 * tokens.len()).next_power_of_two();
        let mut vocabulary = Self {
            tokens: filled([0; 16], limit)?,
            long: Vec::new(),
            table: filled(EMPTY, slots)?,
            filter: filled(0, slots.div_ceil(16))?,
            // The limit is no id, so that no id has all bits set.
            id_mask: u32::MAX
                .checked_shr((limit as u32).leading_zeros())
                .unwrap_or(0),
            bytes: [EMPTY; 256],
            pairs: filled(EMPTY, 1 << 16)?,
            len: tokens.len(),
            longest: 0,
            first_pairs: FirstPairs::new(tokens.iter().map(|(bytes, id)| (*id, bytes.as_ref())))?,
        };
        for (bytes, id) in &tokens {
            vocabulary.insert(bytes.as_ref(), *id)?;
        }
        for byte in 0..=u8::MAX {
            let id = vocabulary.id(&[byte]).ok_or(Error::MissingByte { byte })?;
            vocabulary.bytes[usize::from(byte)] = id;
        }
        Ok(vocabulary)
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
        let (token, hash) = if bytes.len() <= Key::LONGEST {
            let key = Key::at(bytes, 0, bytes.len()).number();
            (key.to_le_bytes(), hash(key))
        } else {
            let mut token = [LONG; 16];
            token[..8].copy_from_slice(&(self.long.len() as u64).to_le_bytes());
            token[8..15].copy_from_slice(&(bytes.len() as u64).to_le_bytes()[..7]);
            self.long.try_reserve(bytes.len())?;
            self.long.extend_from_slice(bytes);
            (token, hash_long(bytes))
        };
        self.tokens[id as usize] = token;
        let mut slot = self.first_slot(hash);
        while self.table[slot] != EMPTY {
            slot = self.next_slot(slot);
        }
        self.table[slot] = self.tag(hash) | id;
        let (word, bit) = self.filter_bit(hash);
        self.filter[word] |= bit;
        if let &[first, second] = bytes {
            self.pairs[pair_index(first, second)] = id;
        }
        Ok(())
    }

    /// The bits of a hash that a slot has room for.
    #[inline]
    fn tag(&self, hash: u64) -> u32 {
        (hash >> 32) as u32 & !self.id_mask
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
        u32::try_from(self.tokens.len()).unwrap_or(EMPTY)
    }

    /// The bytes of a token, or nothing for an id without one.
    #[must_use]
    #[inline]
    pub fn bytes(&self, id: u32) -> Option<&[u8]> {
        let token = self.tokens.get(id as usize)?;
        match token[15] {
            0 => None,
            LONG => Some(self.long_bytes(*token)),
            length => token.get(..usize::from(length)),
        }
    }

    /// The bytes of a short token and their number, for copies of fixed size. Nothing for others.
    #[inline]
    pub(crate) fn short_bytes(&self, id: u32) -> Option<(&[u8; 16], usize)> {
        let token = self.tokens.get(id as usize)?;
        let length = usize::from(token[15]);
        (1..=Key::LONGEST)
            .contains(&length)
            .then_some((token, length))
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
    pub(crate) fn id_of_key(&self, key: Key) -> Option<u32> {
        let is_it = |id: u32| u128::from_le_bytes(self.tokens[id as usize]) == key.number();
        self.find(hash(key.number()), is_it)
    }

    fn id_of_long(&self, bytes: &[u8]) -> Option<u32> {
        self.find(hash_long(bytes), |id| {
            let token = self.tokens[id as usize];
            token[15] == LONG && self.long_bytes(token) == bytes
        })
    }

    /// The id with a hash that has some property.
    #[inline]
    fn find(&self, hash: u64, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        let (word, bit) = self.filter_bit(hash);
        if self.filter[word] & bit == 0 {
            return None;
        }
        let tag = self.tag(hash);
        let mut slot = self.first_slot(hash);
        loop {
            let entry = self.table[slot];
            if entry == EMPTY {
                return None;
            }
            let id = entry & self.id_mask;
            if entry & !self.id_mask == tag && is_it(id) {
                return Some(id);
            }
            slot = self.next_slot(slot);
        }
    }

    /// The id of the two bytes at a place, if by ranks they merge before anything else can touch them.
    #[expect(
        clippy::inline_always,
        reason = "with two callers a call remains, and short pieces merge a tenth slower"
    )]
    #[inline(always)]
    pub(crate) fn first_pair(&self, piece: &[u8], place: usize) -> Option<u32> {
        let id = self.pair(piece[place], *piece.get(place + 1)?);
        let is_first = self.first_pairs.merge_first(piece, place, id);
        (id != EMPTY && is_first).then_some(id)
    }

    /// The id of two bytes, or [`EMPTY`].
    #[inline]
    pub(crate) fn pair(&self, first: u8, second: u8) -> u32 {
        self.pairs[pair_index(first, second)]
    }

    /// The id of a byte.
    #[inline]
    pub(crate) fn byte(&self, byte: u8) -> u32 {
        self.bytes[usize::from(byte)]
    }

    /// All tokens and their ids, by id.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &[u8])> {
        (0..self.id_limit()).filter_map(|id| Some((id, self.bytes(id)?)))
    }

    fn long_bytes(&self, token: Token) -> &[u8] {
        let number = u128::from_le_bytes(token);
        let start = number as u64 as usize;
        let length = (number >> 64) as usize & (usize::MAX >> 8);
        &self.long[start..start + length]
    }

    /// Where in the filter a hash has its bit, and the bit: of other bits of the hash than the slot and the tag.
    #[inline]
    fn filter_bit(&self, hash: u64) -> (usize, u64) {
        let place = hash >> 40;
        (
            (place >> 6) as usize & (self.filter.len() - 1),
            1 << (place & 63),
        )
    }

    #[inline]
    fn first_slot(&self, hash: u64) -> usize {
        hash as usize & (self.table.len() - 1)
    }

    #[inline]
    fn next_slot(&self, slot: usize) -> usize {
        (slot + 1) & (self.table.len() - 1)
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
        self.tokens == other.tokens && self.long == other.long
    }
}

impl Eq for Vocabulary {}

impl std::hash::Hash for Vocabulary {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.tokens.hash(state);
        self.long.hash(state);
    }
}
