//! The naive encoding: each merge looks at every pair again.

use crate::model::Model;

/// Appends the tokens of a piece.
pub fn encode(model: &Model, piece: &str, ids: &mut Vec<u32>) {
    let mut tokens = Vec::from_iter(piece.bytes().map(u32::from));
    while let Some((new, place)) = first_merge(model, &tokens) {
        tokens[place] = new;
        tokens.remove(place + 1);
    }
    ids.extend(tokens);
}

/// Returns the merge that was learnt first, and its leftmost offset.
fn first_merge(model: &Model, tokens: &[u32]) -> Option<(u32, usize)> {
    let pairs = tokens.windows(2).zip(0..);
    let merges = pairs.filter_map(|(pair, place)| {
        let new = model.merges.get(&(pair[0], pair[1]))?;
        Some((*new, place))
    });
    merges.min()
}
