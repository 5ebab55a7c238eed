//! Merges the bytes of one piece into tokens.
//!
//! Byte-pair encoding (Sennrich, Haddow and Birch, "Neural Machine Translation of Rare Words with Subword
//! Units", 2016) starts with the bytes, and merges the best pair of neighbours until no pair can merge. Two
//! definitions of the best pair are in use. They agree on a model that such merges trained, and need not
//! on others.
//!
//! - By ranks (tiktoken): any two neighbours merge that together are a token; the lowest id first.
//! - By a list (Hugging Face): only the pairs in a list merge, whatever they make; the first of the list first.
//!
//! Of equals the leftmost merges first. With tokens bc, ab, abc and the list b+c, a+b, ab+c, the text "abc" is
//! a, bc by the list, and abc by ranks.
//!
//! Most pieces are short: an array and a search for its minimum is all they need. Longer ones are in `blocks.rs`. The longest are a list
//! of neighbours, as in `SentencePiece` (Kudo and Richardson, 2018), and take the places of their pairs rank by rank, so
//! that no text takes longer than O(n log n).

#![expect(
    clippy::cast_possible_truncation,
    reason = "hashes and packed numbers are cut on purpose"
)]

mod blocks;

use std::cmp::Reverse;
use std::collections::hash_map::Entry;
use std::collections::{BinaryHeap, HashMap};

use crate::filled::filled;
use crate::hasher::BuildHasher;
use crate::vocabulary::{Vocabulary, hash};
use crate::{Error, ShouldStop};

/// Which neighbours merge, and in which order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Merges {
    /// Those that together are a token, in the order of ids.
    Ranks,
    /// Those in a list, in its order.
    List(MergeList),
}

/// A list of merges, the first one applied first.
#[derive(Clone, Debug)]
pub struct MergeList {
    rules: Vec<Rule>,
    /// Places in `rules` by the hash of the pair, or [`NONE`]. Its length is a power of two.
    table: Vec<u32>,
}

/// Two neighbours, and what they become.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Rule {
    left: u32,
    right: u32,
    joined: u32,
}

/// The rank of a pair that does not merge, and the place of a symbol that is not there.
const NONE: u32 = u32::MAX;

/// Pieces of up to this many bytes are merged in arrays.
const SHORT: usize = 64;

/// Longer pieces of up to this many bytes are merged in blocks.
const MIDDLE: usize = 1024;

/// After so many merges a long piece asks whether to stop: about once a millisecond.
const MERGES_BETWEEN_QUESTIONS: u32 = 1 << 13;

impl MergeList {
    /// A list of merges, each given by the ids of its two tokens.
    ///
    /// Of a pair that is there twice the last one counts, as in Hugging Face.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownInMerge`] when one of the two, or the token that they make, is not in the
    /// vocabulary; [`Error::OutOfMemory`].
    pub fn new(
        vocabulary: &Vocabulary,
        merges: impl IntoIterator<Item = (u32, u32)>,
    ) -> Result<Self, Error> {
        let mut rules = Vec::new();
        for (index, (left, right)) in merges.into_iter().enumerate() {
            let joined = vocabulary
                .bytes(left)
                .zip(vocabulary.bytes(right))
                .and_then(|(left, right)| vocabulary.id(&[left, right].concat()))
                .ok_or(Error::UnknownInMerge { index })?;
            rules.try_reserve(1)?;
            rules.push(Rule {
                left,
                right,
                joined,
            });
        }
        let slots = (2 * rules.len() + 1).next_power_of_two();
        let table = filled(NONE, slots)?;
        let mut list = Self { rules, table };
        for (rank, rule) in (0..NONE).zip(&list.rules) {
            let slot = list.slot(rule.left, rule.right);
            list.table[slot] = rank;
        }
        Ok(list)
    }

    /// The pairs, in order.
    #[must_use]
    pub fn pairs(&self) -> impl ExactSizeIterator<Item = (u32, u32)> {
        self.rules.iter().map(|rule| (rule.left, rule.right))
    }

    /// The rank of a pair, or [`NONE`].
    #[inline]
    fn rank(&self, left: u32, right: u32) -> u32 {
        self.table[self.slot(left, right)]
    }

    /// Where a pair is in the table, or where it would be.
    #[inline]
    fn slot(&self, left: u32, right: u32) -> usize {
        let last = self.table.len() - 1;
        let mut slot = hash(u128::from(left) << 64 | u128::from(right)) as usize & last;
        loop {
            let rank = self.table[slot];
            if rank == NONE {
                return slot;
            }
            let rule = self.rules[rank as usize];
            if (rule.left, rule.right) == (left, right) {
                return slot;
            }
            slot = (slot + 1) & last;
        }
    }
}

/// Equal when the rules are: the table follows from them.
impl PartialEq for MergeList {
    fn eq(&self, other: &Self) -> bool {
        self.rules == other.rules
    }
}

impl Eq for MergeList {}

impl std::hash::Hash for MergeList {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.rules.hash(state);
    }
}

/// What the two meanings differ in.
trait Rules {
    /// The vocabulary whose tokens merge.
    fn vocabulary(&self) -> &Vocabulary;

    /// The rank of the pair of tokens that together are `piece[start..end]`, or [`NONE`].
    fn rank(&self, piece: &[u8], start: usize, end: usize, left: u32, right: u32) -> u32;

    /// The rank of the pair of two bytes, or [`NONE`].
    fn rank_of_bytes(&self, first: u8, second: u8) -> u32;

    /// The token that two bytes are, if they merge before anything else can touch them.
    fn first_pair(&self, _piece: &[u8], _place: usize) -> Option<u32> {
        None
    }

    /// The token that a pair of some rank becomes.
    fn joined(&self, rank: u32) -> u32;
}

struct ByRank<'v> {
    vocabulary: &'v Vocabulary,
    /// Ranks from this one on do not merge.
    limit: u32,
}

impl Rules for ByRank<'_> {
    #[inline]
    fn vocabulary(&self) -> &Vocabulary {
        self.vocabulary
    }

    #[inline]
    fn rank(&self, piece: &[u8], start: usize, end: usize, _: u32, _: u32) -> u32 {
        let found = self.vocabulary.id_at(piece, start, end);
        found.filter(|&rank| rank < self.limit).unwrap_or(NONE)
    }

    #[inline]
    fn rank_of_bytes(&self, first: u8, second: u8) -> u32 {
        let rank = self.vocabulary.pair(first, second);
        if rank < self.limit { rank } else { NONE }
    }

    #[expect(
        clippy::inline_always,
        reason = "with two callers a call remains, and short pieces merge a tenth slower"
    )]
    #[inline(always)]
    fn first_pair(&self, piece: &[u8], place: usize) -> Option<u32> {
        let first = self.vocabulary.first_pair(piece, place);
        first.filter(|&rank| rank < self.limit)
    }

    #[inline]
    fn joined(&self, rank: u32) -> u32 {
        rank
    }
}

struct ByList<'v> {
    vocabulary: &'v Vocabulary,
    list: &'v MergeList,
}

impl Rules for ByList<'_> {
    #[inline]
    fn vocabulary(&self) -> &Vocabulary {
        self.vocabulary
    }

    #[inline]
    fn rank(&self, _: &[u8], _: usize, _: usize, left: u32, right: u32) -> u32 {
        self.list.rank(left, right)
    }

    #[inline]
    fn rank_of_bytes(&self, first: u8, second: u8) -> u32 {
        let (left, right) = (self.vocabulary.byte(first), self.vocabulary.byte(second));
        self.list.rank(left, right)
    }

    #[inline]
    fn joined(&self, rank: u32) -> u32 {
        self.list.rules[rank as usize].joined
    }
}

impl Merges {
    /// Appends the tokens of a piece, which is not looked up as a whole.
    ///
    /// # Errors
    ///
    /// [`Error::PieceTooLong`], [`Error::OutOfMemory`], and [`Error::Interrupted`] when `should_stop` says so, which
    /// only long pieces ask.
    pub(crate) fn apply(
        &self,
        vocabulary: &Vocabulary,
        piece: &[u8],
        tokens: &mut Vec<u32>,
        should_stop: &ShouldStop,
    ) -> Result<(), Error> {
        match self {
            Self::Ranks => {
                let limit = NONE;
                apply(&ByRank { vocabulary, limit }, piece, tokens, should_stop)
            }
            Self::List(list) => apply(&ByList { vocabulary, list }, piece, tokens, should_stop),
        }
    }
}

/// The tokens of a piece by the ranks below a limit: for the token of this rank, the two that make it.
pub(crate) fn apply_ranks_below(
    limit: u32,
    vocabulary: &Vocabulary,
    piece: &[u8],
    tokens: &mut Vec<u32>,
) -> Result<(), Error> {
    let rules = ByRank { vocabulary, limit };
    apply(&rules, piece, tokens, &|| false)
}

fn apply(
    rules: &impl Rules,
    piece: &[u8],
    tokens: &mut Vec<u32>,
    should_stop: &ShouldStop,
) -> Result<(), Error> {
    if piece.len() <= SHORT {
        tokens.try_reserve(piece.len())?;
        apply_short(rules, piece, tokens);
        Ok(())
    } else if piece.len() <= MIDDLE {
        blocks::apply(rules, piece, tokens)
    } else {
        apply_long(rules, piece, tokens, should_stop)
    }
}

/// Merges in arrays with an entry for each byte, of which those count where a token starts. These places are the bits of one
/// number, so that neighbours are found by counting zeros, and nothing moves. What merges first anyhow is one token from
/// the start.
///
/// What did not help, measured on translations into a hundred languages of which two words in five are new: to remember the ranks of pairs in a
/// table of their own (as fast as to ask the vocabulary, whose filter is smaller), to read what both new pairs need before
/// either is compared, and to look for the minimum with vectors (a tenth slower: a word has a dozen bytes).
fn apply_short(rules: &impl Rules, piece: &[u8], tokens: &mut Vec<u32>) {
    let mut token = [0; SHORT];
    // Of the pair that the token begins.
    let mut rank = [NONE; SHORT];
    let len = piece.len();
    let mut starts: u64 = 0;
    let mut place = 0;
    while place < len {
        starts |= 1 << place;
        let pair = rules.first_pair(piece, place);
        token[place] = pair.unwrap_or_else(|| rules.vocabulary().byte(piece[place]));
        place += 1 + usize::from(pair.is_some());
    }
    // The first start after a place, or the end.
    let next = |starts: u64, place: usize| {
        let after = starts & (u64::MAX - 1) << place;
        (after.trailing_zeros() as usize).min(len)
    };
    let mut place = 0;
    while place < len {
        let right = next(starts, place);
        if right < len {
            let end = next(starts, right);
            rank[place] = if end == place + 2 {
                rules.rank_of_bytes(piece[place], piece[right])
            } else {
                rules.rank(piece, place, end, token[place], token[right])
            };
        }
        place = right;
    }
    loop {
        // The first of the lowest: the place is in the lowest bits.
        let entry = |(place, &rank): (usize, &u32)| u64::from(rank) << 8 | place as u64;
        let best = rank[..len].iter().enumerate().map(entry).min();
        let Some(best) = best.filter(|best| best >> 8 < u64::from(NONE)) else {
            break;
        };
        let (place, lowest) = ((best & 0xFF) as usize, (best >> 8) as u32);
        let right = next(starts, place);
        starts &= !(1 << right);
        rank[right] = NONE;
        token[place] = rules.joined(lowest);
        let end = next(starts, place);
        let rank_of = |left: usize, right: usize, end: usize| {
            let (left_token, right_token) = (token[left], token[right]);
            rules.rank(piece, left, end, left_token, right_token)
        };
        rank[place] = if end < len {
            rank_of(place, end, next(starts, end))
        } else {
            NONE
        };
        let before = starts & ((1 << place) - 1);
        if before != 0 {
            let left = 63 - before.leading_zeros() as usize;
            rank[left] = rank_of(left, place, end);
        }
    }
    if len > 0 {
        tokens.extend(
            (0..len)
                .filter(|&place| starts >> place & 1 == 1)
                .map(|place| token[place]),
        );
    }
}

/// A token in a long piece, at the place where it starts. At other places there is none.
#[derive(Clone, Copy)]
struct Symbol {
    token: u32,
    /// The rank of the pair that it begins.
    rank: u32,
    /// Where the token before it starts, or [`NONE`].
    previous: u32,
    /// Where the next one starts: the length of the piece after the last.
    next: u32,
}

/// The places where pairs start, by the rank of the pair.
///
/// A heap of all pairs would be as simple, and five times as slow on a megabyte: it moves each pair twenty times. Here only
/// ranks are in a heap, of which there are few, and the places of a rank are mostly in order when their turn comes.
///
/// On a model that merges did not train, a new pair may come before what is left of the rank at work, again and
/// again. From the first time on, all pairs are in a heap after all.
#[derive(Default)]
struct Buckets {
    places: HashMap<u32, Vec<u32>, BuildHasher>,
    ranks: BinaryHeap<Reverse<u32>>,
    /// Vectors that were emptied, for their memory.
    spare: Vec<Vec<u32>>,
    /// A rank, and where its pair starts: of equals the leftmost comes first.
    pairs: Option<BinaryHeap<Reverse<(u32, u32)>>>,
}

impl Buckets {
    fn push(&mut self, rank: u32, place: u32) -> Result<(), Error> {
        if let Some(pairs) = &mut self.pairs {
            pairs.try_reserve(1)?;
            pairs.push(Reverse((rank, place)));
            return Ok(());
        }
        self.places.try_reserve(1)?;
        let places = match self.places.entry(rank) {
            Entry::Occupied(bucket) => bucket.into_mut(),
            Entry::Vacant(bucket) => {
                self.ranks.try_reserve(1)?;
                self.ranks.push(Reverse(rank));
                bucket.insert(self.spare.pop().unwrap_or_default())
            }
        };
        places.try_reserve(1)?;
        places.push(place);
        Ok(())
    }

    /// The lowest rank and its places, in order; or the first of them.
    fn pop(&mut self) -> Option<(u32, Vec<u32>)> {
        if let Some(pairs) = &mut self.pairs {
            let Reverse((rank, place)) = pairs.pop()?;
            let mut places = self.spare.pop().unwrap_or_default();
            places.push(place);
            return Some((rank, places));
        }
        let Reverse(rank) = self.ranks.pop()?;
        let mut places = self.places.remove(&rank)?;
        if !places.is_sorted() {
            places.sort_unstable();
        }
        Some((rank, places))
    }

    /// Puts all pairs into a heap, if they are not there yet.
    fn order_pairs(&mut self, account: &mut dyn FnMut() -> Result<(), Error>) -> Result<(), Error> {
        if self.pairs.is_some() {
            return Ok(());
        }
        self.pairs = Some(BinaryHeap::new());
        self.ranks.clear();
        for (rank, places) in std::mem::take(&mut self.places) {
            for place in places {
                account()?;
                self.push(rank, place)?;
            }
        }
        Ok(())
    }

    /// Takes the memory of places that are done with.
    fn reuse(&mut self, mut places: Vec<u32>) {
        places.clear();
        if self.spare.try_reserve(1).is_ok() {
            self.spare.push(places);
        }
    }
}

/// Merges in a list of neighbours, rank by rank. What changed since it was put into a bucket is skipped.
fn apply_long(
    rules: &impl Rules,
    piece: &[u8],
    tokens: &mut Vec<u32>,
    should_stop: &ShouldStop,
) -> Result<(), Error> {
    let bytes = piece.len();
    let len = u32::try_from(bytes)
        .ok()
        .filter(|&len| len < NONE)
        .ok_or(Error::PieceTooLong { bytes })?;
    let mut steps = 0_u32;
    let mut account = || {
        steps = steps.wrapping_add(1);
        if steps % MERGES_BETWEEN_QUESTIONS == 0 && should_stop() {
            return Err(Error::Interrupted);
        }
        Ok(())
    };
    let mut symbols = Vec::new();
    symbols.try_reserve_exact(bytes)?;
    let mut buckets = Buckets::default();
    for (place, &byte) in (0..len).zip(piece) {
        account()?;
        let rank = match piece.get(place as usize + 1) {
            Some(&next) => rules.rank_of_bytes(byte, next),
            None => NONE,
        };
        symbols.push(Symbol {
            token: rules.vocabulary().byte(byte),
            rank,
            previous: place.wrapping_sub(1),
            next: place + 1,
        });
        if rank != NONE {
            buckets.push(rank, place)?;
        }
    }
    while let Some((rank, places)) = buckets.pop() {
        for (index, &place) in places.iter().enumerate() {
            account()?;
            let left = symbols[place as usize];
            if left.rank != rank {
                continue;
            }
            let right = symbols[left.next as usize];
            symbols[left.next as usize].rank = NONE;
            if let Some(next) = symbols.get_mut(right.next as usize) {
                next.previous = place;
            }
            symbols[place as usize].token = rules.joined(rank);
            symbols[place as usize].next = right.next;
            let mut is_lowest = true;
            for changed in [place, left.previous] {
                if changed == NONE {
                    continue;
                }
                let left = symbols[changed as usize];
                let new = match symbols.get(left.next as usize) {
                    Some(right) => {
                        let (start, end) = (changed as usize, right.next as usize);
                        rules.rank(piece, start, end, left.token, right.token)
                    }
                    None => NONE,
                };
                symbols[changed as usize].rank = new;
                if new != NONE {
                    buckets.push(new, changed)?;
                    is_lowest &= rank < new;
                }
            }
            // A new pair comes before what is left of this rank.
            if !is_lowest {
                buckets.order_pairs(&mut account)?;
                for &place in &places[index + 1..] {
                    account()?;
                    buckets.push(rank, place)?;
                }
                break;
            }
        }
        buckets.reuse(places);
    }
    let mut place = 0;
    while let Some(symbol) = symbols.get(place) {
        tokens.try_reserve(1)?;
        tokens.push(symbol.token);
        place = symbol.next as usize;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::Index;

    use super::*;

    /// Tokens of two earlier ones each, most of them of few letters, with their ids and the list of merges in any order:
    /// a model that nobody trained.
    fn foreign_model() -> impl Strategy<Value = (Vocabulary, Vec<(u32, u32)>)> {
        let pairs = prop::collection::vec(any::<(Index, Index)>(), 0..24);
        pairs.prop_flat_map(|pairs| {
            let mut tokens: Vec<Vec<u8>> = b"abc".iter().map(|&byte| vec![byte]).collect();
            let mut merges = Vec::new();
            for (left, right) in pairs {
                let (left, right) = (left.get(&tokens).clone(), right.get(&tokens).clone());
                let joined = [&left[..], &right].concat();
                merges.push((left, right));
                if joined.len() <= 24 && !tokens.contains(&joined) {
                    tokens.push(joined);
                }
            }
            tokens.extend(
                (0..=u8::MAX)
                    .filter(|b| !b"abc".contains(b))
                    .map(|b| vec![b]),
            );
            (Just(tokens).prop_shuffle(), Just(merges).prop_shuffle()).prop_map(
                |(tokens, merges)| {
                    let vocabulary = Vocabulary::new(tokens.iter().zip(0..), |_| false).unwrap();
                    let id = |token: &Vec<u8>| vocabulary.id(token).unwrap();
                    let known = |(left, right): &(Vec<u8>, Vec<u8>)| {
                        vocabulary.id(&[&left[..], right].concat()).is_some()
                    };
                    let merges = merges.iter().filter(|pair| known(pair));
                    let merges = merges.map(|(left, right)| (id(left), id(right))).collect();
                    (vocabulary, merges)
                },
            )
        })
    }

    /// The tokens of a piece in arrays if it is short, in blocks, and rank by rank.
    fn all_ways(rules: &impl Rules, piece: &[u8]) -> Vec<Vec<u32>> {
        let [mut short, mut middle, mut long] = [Vec::new(), Vec::new(), Vec::new()];
        blocks::apply(rules, piece, &mut middle).unwrap();
        apply_long(rules, piece, &mut long, &|| false).unwrap();
        if piece.len() > SHORT {
            return vec![middle, long];
        }
        apply_short(rules, piece, &mut short);
        vec![short, middle, long]
    }

    fn are_equal(ways: &[Vec<u32>]) -> bool {
        ways.iter().all(|tokens| *tokens == ways[0])
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn all_ways_agree(
            (vocabulary, merges) in foreign_model(),
            piece in "[abc]{1,64}|a{1,64}|(ab){1,32}|[a-e]{1,64}|[abc]{65,300}|a{65,300}|(ab){33,150}",
            limit in 0_u32..300,
        ) {
            let list = MergeList::new(&vocabulary, merges).unwrap();
            let by_list = ByList { vocabulary: &vocabulary, list: &list };
            let ways = all_ways(&by_list, piece.as_bytes());
            prop_assert!(are_equal(&ways), "{ways:?}");
            for limit in [limit, NONE] {
                let rules = ByRank { vocabulary: &vocabulary, limit };
                let ways = all_ways(&rules, piece.as_bytes());
                prop_assert!(are_equal(&ways), "{ways:?}");
            }
        }

        #[test]
        fn all_ways_agree_on_what_was_trained(
            text in "[abc ]{1,200}",
            piece in "[abc ]{1,64}|a{1,64}|[abc ]{65,300}|a{65,300}",
            merges in 0_usize..40,
        ) {
            let mut counts = crate::PieceCounts::default();
            counts.add(text.as_bytes(), 1).unwrap();
            let merges = crate::train(&counts, merges, 1, &mut |_| Ok(())).unwrap();
            let mut tokens: Vec<Vec<u8>> = (0..=u8::MAX).map(|byte| vec![byte]).collect();
            for &(left, right) in &merges {
                tokens.push([&tokens[left as usize][..], &tokens[right as usize]].concat());
            }
            let vocabulary = Vocabulary::new(tokens.iter().zip(0..), |_| false).unwrap();
            let list = MergeList::new(&vocabulary, merges).unwrap();
            let by_list = ByList { vocabulary: &vocabulary, list: &list };
            let ranks = ByRank { vocabulary: &vocabulary, limit: NONE };
            let mut ways = all_ways(&by_list, piece.as_bytes());
            ways.extend(all_ways(&ranks, piece.as_bytes()));
            prop_assert!(are_equal(&ways), "{ways:?}");
        }
    }

    /// Of the ranks in front, a new pair has a lower one: it merges before what is left of the rank at work.
    #[test]
    fn a_new_pair_may_come_first() {
        // On "abcab": a+b at both places; but with the first ab, abc, which comes before the other ab.
        let spelled: [&[u8]; 4] = [b"abca", b"abc", b"ab", b"ca"];
        let bytes: Vec<[u8; 1]> = (0..=u8::MAX).map(|byte| [byte]).collect();
        let bytes = bytes.iter().map(|byte| &byte[..]);
        let vocabulary = Vocabulary::new(spelled.into_iter().chain(bytes).zip(0..), |_| false);
        let vocabulary = vocabulary.unwrap();
        let rules = ByRank {
            vocabulary: &vocabulary,
            limit: NONE,
        };
        let expected: Vec<u32> = [&b"abca"[..], b"b"]
            .iter()
            .map(|token| vocabulary.id(token).unwrap())
            .collect();
        for tokens in all_ways(&rules, b"abcab") {
            assert_eq!(tokens, expected);
        }
    }
}
