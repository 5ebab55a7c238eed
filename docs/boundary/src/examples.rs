//! Two loops, as they are in the Python files beside this crate.

/// The largest fall from a peak to what follows it.
// Not inlined: the calls around it would have `largest` live in memory, and the loop took twice as long.
#[inline(never)]
pub(crate) fn drawdown(prices: &[f64]) -> f64 {
    let mut peak = f64::NEG_INFINITY;
    let mut largest = 0.0;
    for &price in prices {
        if price > peak {
            peak = price;
        } else if peak - price > largest {
            largest = peak - price;
        }
    }
    largest
}

/// How many letters must be changed, added or removed to get from one text to the other.
pub(crate) fn distance(one: &[u32], other: &[u32]) -> i64 {
    let mut row = Vec::from_iter(0..=other.len() as i64);
    for (&letter, mut left) in one.iter().zip(1..) {
        let mut diagonal = row[0];
        row[0] = left;
        for (place, &target) in row[1..].iter_mut().zip(other) {
            let up = *place;
            left = if letter == target {
                diagonal
            } else {
                1 + diagonal.min(up).min(left)
            };
            diagonal = up;
            *place = left;
        }
    }
    row[other.len()]
}
