//! Finds ids by the hash of their bytes: a hash table with open addressing, and a filter before it.
//!
//! A slot has 4 bytes: the id, and in the bits that no id needs a few more of the hash. Of a table with the keys in it
//! less would stay in a core's cache, and most bytes that merging asks for are no token: the bits tell, without a look
//! at any key. Mostly not even the table is looked at: a filter of an eighth of its size knows nine of ten that are no token.

#![expect(
    clippy::cast_possible_truncation,
    reason = "hashes and packed numbers are cut on purpose"
)]

use crate::error::Error;
use crate::memory::try_vec;

/// No id. It ends a search in the table, and no token has it.
pub(crate) const EMPTY: u32 = u32::MAX;

/// Ids by hash.
#[derive(Clone, Debug)]
pub(crate) struct IdTable {
    /// Ids by the hash of their bytes, each with a tag in its upper bits, or [`EMPTY`]. Its length is a power of two, at
    /// least twice the number of tokens.
    slots: Vec<u32>,
    /// A bit for some bits of the hash of each token, and room for eight times as many: most bytes that merging asks for
    /// are no token, which this says from an eighth of the memory of the table (Bloom, 1970, with one hash).
    filter: Vec<u64>,
    /// The bits of an id in the table: all that ids have, and never all set.
    id_mask: u32,
}

impl IdTable {
    /// A table for `tokens` ids, all below `limit`.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`].
    pub(crate) fn new(tokens: usize, limit: usize) -> Result<Self, Error> {
        let slots = (2 * tokens).next_power_of_two();
        Ok(Self {
            slots: try_vec(EMPTY, slots)?,
            filter: try_vec(0, slots.div_ceil(16))?,
            // The limit is no id, so that no id has all bits set.
            id_mask: u32::MAX
                .checked_shr((limit as u32).leading_zeros())
                .unwrap_or(0),
        })
    }

    /// Adds an id that is not there.
    pub(crate) fn insert(&mut self, hash: u64, id: u32) {
        let mut slot = self.first_slot(hash);
        while self.slots[slot] != EMPTY {
            slot = self.next_slot(slot);
        }
        self.slots[slot] = self.tag(hash) | id;
        let (word, bit) = self.filter_bit(hash);
        self.filter[word] |= bit;
    }

    /// The id with a hash that has some property.
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

    /// The bits of a hash that a slot has room for.
    #[inline]
    fn tag(&self, hash: u64) -> u32 {
        (hash >> 32) as u32 & !self.id_mask
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
        hash as usize & (self.slots.len() - 1)
    }

    #[inline]
    fn next_slot(&self, slot: usize) -> usize {
        (slot + 1) & (self.slots.len() - 1)
    }
}
