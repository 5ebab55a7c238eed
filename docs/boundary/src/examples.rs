//! Two loops, the same as in the Python files beside this crate.

/// Returns the largest fall from a peak to what follows it.
// Not inlined: in its caller, `largest` would be kept in memory, and the loop would take twice as
// long.
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

/// Returns the number of letters to change, add or remove to turn one text into the other.
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
