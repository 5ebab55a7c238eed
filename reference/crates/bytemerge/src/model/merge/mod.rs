//! Merges the bytes of one piece into tokens.
//!
//! Byte-pair encoding (Sennrich, Haddow and Birch, "Neural Machine Translation of Rare Words with
//! Subword Units", 2016) starts with the bytes, and merges the best pair of neighbours until no
//! pair can merge. Two definitions of the best pair are in use. They agree on models trained by
//! such merges, but not on every model.
//!
//! - By ranks (tiktoken): two neighbours merge if together they are a token; the lowest id first.
//! - By a list (Hugging Face): only the pairs in a list merge; the first in the list first.
//!
//! Among equal pairs the leftmost merges first. With the tokens bc, ab, abc and the list b+c, a+b,
//! ab+c, the text "abc" becomes a, bc by the list, and abc by ranks.
//!
//! Most pieces are short: `short.rs` needs only arrays and a search for their minimum. `blocks.rs`
//! merges longer pieces. The longest pieces are merged in `windows.rs`, a part at a time. Where
//! that does not pay, they become a linked list in `long.rs`, which needs O(n log n) steps for any
//! text. `at_once.rs` chooses for a piece or for a window.

mod at_once;
mod blocks;
pub(crate) mod list;
mod long;
mod rules;
mod short;
mod windows;

use self::list::MergeList;
use self::rules::{ByList, ByRank, Rules};
use crate::error::Error;
use crate::model::byte_pairs::NO_RANK;
use crate::model::vocabulary::Vocabulary;
use crate::progress::ShouldStop;

/// The rule for which neighbours merge, and in which order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Merges {
    /// Neighbours that together are a token, in the order of ids.
    Ranks,
    /// The pairs in a list, in its order.
    List(MergeList),
}

impl Merges {
    /// Merges a piece, without looking it up as a whole first, and appends its tokens.
    ///
    /// # Errors
    ///
    /// [`Error::PieceTooLong`], [`Error::OutOfMemory`], and [`Error::Interrupted`] if `should_stop`
    /// returns true. Only long pieces call it.
    pub(crate) fn apply(
        &self,
        vocabulary: &Vocabulary,
        piece: &[u8],
        tokens: &mut Vec<u32>,
        should_stop: &ShouldStop,
    ) -> Result<(), Error> {
        match self {
            Self::Ranks => {
                let limit = NO_RANK;
                apply(&ByRank { vocabulary, limit }, piece, tokens, should_stop)
            }
            Self::List(list) => apply(&ByList { vocabulary, list }, piece, tokens, should_stop),
        }
    }
}

/// Merges a piece by the ranks below `limit`. If the piece is the token with that rank, the result
/// is the two tokens that make it.
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
    if piece.len() <= at_once::MIDDLE {
        at_once::apply(rules, piece, tokens, should_stop)
    } else {
        windows::apply(rules, piece, tokens, should_stop)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::Index;

    use super::rules::{ByList, ByRank};
    use super::*;
    use crate::train::trainer::{Limits, train};

    /// Letters for random texts, and the bytes of a character of three bytes instead of them: many
    /// texts then have such characters, and parts of them.
    const LETTERS: [[u8; 3]; 2] = [*b"abc", *b"\xe0\xb8\x81"];

    /// Replaces a, b and c by other letters.
    fn spelled(text: &str, letters: [u8; 3]) -> Vec<u8> {
        let letter = |byte: u8| match byte {
            b'a'..=b'c' => letters[usize::from(byte - b'a')],
            _ => byte,
        };
        text.bytes().map(letter).collect()
    }

    /// Makes a model that no training made: each token joins two earlier ones, most of them of few
    /// letters; the ids and the list of merges are in any order.
    fn foreign_model(letters: [u8; 3]) -> impl Strategy<Value = (Vocabulary, Vec<(u32, u32)>)> {
        let pairs = prop::collection::vec(any::<(Index, Index)>(), 0..24);
        pairs.prop_flat_map(move |pairs| {
            let mut tokens: Vec<Vec<u8>> = letters.iter().map(|&byte| vec![byte]).collect();
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
                    .filter(|byte| !letters.contains(byte))
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

    /// Merges a piece in all ways: in arrays if it is short, in blocks, in a linked list, and in
    /// windows.
    fn all_ways(rules: &impl Rules, piece: &[u8]) -> Vec<Vec<u32>> {
        let [mut short, mut middle, mut long, mut windows] = [const { Vec::new() }; 4];
        blocks::apply(rules, piece, &mut middle).unwrap();
        long::apply(rules, piece, &mut long, &|| false).unwrap();
        windows::apply(rules, piece, &mut windows, &|| false).unwrap();
        if piece.len() > short::SHORT {
            return vec![middle, long, windows];
        }
        short::apply(rules, piece, &mut short);
        vec![short, middle, long, windows]
    }

    fn are_equal(ways: &[Vec<u32>]) -> bool {
        ways.iter().all(|tokens| *tokens == ways[0])
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn all_ways_agree(
            (letters, (vocabulary, merges)) in prop::sample::select(&LETTERS[..])
                .prop_flat_map(|letters| (Just(letters), foreign_model(letters))),
            piece in "[abc]{1,64}|a{1,64}|(ab){1,32}|[a-e]{1,64}|[abc]{65,300}|a{65,300}|(ab){33,150}",
            limit in 0_u32..300,
        ) {
            let piece = &spelled(&piece, letters);
            let list = MergeList::new(&vocabulary, merges).unwrap();
            let by_list = ByList { vocabulary: &vocabulary, list: &list };
            let ways = all_ways(&by_list, piece);
            prop_assert!(are_equal(&ways), "{ways:?}");
            for limit in [limit, NO_RANK] {
                let rules = ByRank { vocabulary: &vocabulary, limit };
                let ways = all_ways(&rules, piece);
                prop_assert!(are_equal(&ways), "{ways:?}");
            }
        }

        #[test]
        fn all_ways_agree_on_what_was_trained(
            text in "[abc ]{1,200}",
            piece in "[abc ]{1,64}|a{1,64}|[abc ]{65,300}|a{65,300}",
            merges in 0_usize..40,
            letters in prop::sample::select(&LETTERS[..]),
        ) {
            let [text, piece] = [text, piece].map(|text| spelled(&text, letters));
            let mut counts = crate::train::counts::PieceCounts::default();
            counts.add(&text, 1).unwrap();
            let merges = train(&counts, merges, Limits::default(), &mut |_| Ok(())).unwrap();
            let mut tokens: Vec<Vec<u8>> = (0..=u8::MAX).map(|byte| vec![byte]).collect();
            for &(left, right) in &merges {
                tokens.push([&tokens[left as usize][..], &tokens[right as usize]].concat());
            }
            let vocabulary = Vocabulary::new(tokens.iter().zip(0..), |_| false).unwrap();
            let list = MergeList::new(&vocabulary, merges).unwrap();
            let by_list = ByList { vocabulary: &vocabulary, list: &list };
            let ranks = ByRank { vocabulary: &vocabulary, limit: NO_RANK };
            let mut ways = all_ways(&by_list, &piece);
            ways.extend(all_ways(&ranks, &piece));
            prop_assert!(are_equal(&ways), "{ways:?}");
        }
    }

    /// A new pair may have a lower rank than the current one: then it merges before the remaining
    /// pairs of the current rank.
    #[test]
    fn a_new_pair_may_come_first() {
        // In "abcab", a+b occurs twice. The first ab makes abc, which merges before the second ab.
        let spelled: [&[u8]; 4] = [b"abca", b"abc", b"ab", b"ca"];
        let bytes: Vec<[u8; 1]> = (0..=u8::MAX).map(|byte| [byte]).collect();
        let bytes = bytes.iter().map(|byte| &byte[..]);
        let vocabulary = Vocabulary::new(spelled.into_iter().chain(bytes).zip(0..), |_| false);
        let vocabulary = vocabulary.unwrap();
        let rules = ByRank {
            vocabulary: &vocabulary,
            limit: NO_RANK,
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
