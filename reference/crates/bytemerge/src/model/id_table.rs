//! Finds ids by the hash of their bytes: a hash table with open addressing, behind a filter.
//!
//! A slot has 4 bytes: the id and, in the bits that no id needs, a tag of a few more bits of the
//! hash. With the keys, the table would be larger, and less of it would stay in a core's cache.
//! Most bytes that merging asks for are not a token, and the tag shows that without a look at any
//! key. Usually not even the table is read: a filter of an eighth of its size rejects nine of ten
//! such lookups.

#![expect(
    clippy::cast_possible_truncation,
    reason = "hashes and packed numbers are truncated on purpose"
)]

use crate::error::Error;
use crate::memory::try_vec;
use crate::pattern::simd::prefetch;

/// Marks an empty slot, which ends a search. No token has this id.
pub(crate) const NO_ID: u32 = u32::MAX;

/// Ids by the hash of their bytes.
#[derive(Clone, Debug)]
pub(crate) struct IdTable {
    /// An id with a tag in its upper bits, or [`NO_ID`]. The length is a power of two, at least
    /// twice the number of tokens.
    slots: Vec<u32>,
    /// A bit for the hash of each token, in a vector of at least eight bits a token: a Bloom filter
    /// (1970) with one hash, in an eighth of the memory of the slots.
    filter: Vec<u64>,
    /// The bits of a slot that hold the id. No id has all of them set.
    id_mask: u32,
}

impl IdTable {
    /// Creates a table for `tokens` ids, all below `limit`.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`].
    pub(crate) fn new(tokens: usize, limit: usize) -> Result<Self, Error> {
        let slots = (2 * tokens).next_power_of_two();
        Ok(Self {
            slots: try_vec(NO_ID, slots)?,
            filter: try_vec(0, slots.div_ceil(16))?,
            // The limit itself is not an id, so no id has all bits set.
            id_mask: u32::MAX
                .checked_shr((limit as u32).leading_zeros())
                .unwrap_or(0),
        })
    }

    /// Adds an id that is not in the table.
    pub(crate) fn insert(&mut self, hash: u64, id: u32) {
        let mut slot = self.first_slot(hash);
        while self.slots[slot] != NO_ID {
            slot = self.next_slot(slot);
        }
        self.slots[slot] = self.tag(hash) | id;
        let (word, bit) = self.filter_bit(hash);
        self.filter[word] |= bit;
    }

    /// Returns the id with this hash for which `is_it` returns true.
    #[inline]
    pub(crate) fn find(&self, hash: u64, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        let (word, bit) = self.filter_bit(hash);
        if self.filter[word] & bit == 0 {
            return None;
        }
        let tag = self.tag(hash);
        let mut slot = self.first_slot(hash);
        loop {
            let entry = self.slots[slot];
            if entry == NO_ID {
                return None;
            }
            let id = entry & self.id_mask;
            if entry & !self.id_mask == tag && is_it(id) {
                return Some(id);
            }
            slot = self.next_slot(slot);
        }
    }

    /// Asks the processor to load the parts of the filter and of the table for a hash.
    #[inline]
    pub(crate) fn prefetch(&self, hash: u64) {
        prefetch(&self.filter[self.filter_bit(hash).0], |&word| word);
        prefetch(&self.slots[self.first_slot(hash)], |&slot| slot.into());
    }

    /// Returns the bits of a hash that a slot has room for.
    #[inline]
    fn tag(&self, hash: u64) -> u32 {
        (hash >> 32) as u32 & !self.id_mask
    }

    /// Returns the index of a word of the filter, and the bit in it, for a hash. They come from
    /// bits of the hash that neither the slot nor the tag uses.
    #[inline]
    fn filter_bit(&self, hash: u64) -> (usize, u64) {
        let bits = hash >> 40;
        (
            (bits >> 6) as usize & (self.filter.len() - 1),
            1 << (bits & 63),
        )
    }

    #[inline]
    fn first_slot(&self, hash: u64) -> usize {
        hash as usize & (self.slots.len() - 1)
    }

    #[inline]
    fn next_slot(&self, slot: usize) -> usize {
        (slot + 1) & (self.slots.len() - 1)
    }
}
