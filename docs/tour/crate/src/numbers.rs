//! Numbers of a fixed size.

/// Returns the sum of some ages, which always has room.
pub fn sum(ages: &[u8]) -> u64 {
    ages.iter().map(|&age| u64::from(age)).sum()
}

/// Returns the sum of some ages, or `None` if it is more than 255.
pub fn checked_sum(ages: &[u8]) -> Option<u8> {
    ages.iter().try_fold(0_u8, |sum, &age| sum.checked_add(age))
}

/// Returns the sum of some ages, which begins at 0 again after 255.
pub fn wrapping_sum(ages: &[u8]) -> u8 {
    ages.iter().fold(0, |sum: u8, &age| sum.wrapping_add(age))
}

/// Returns a number as an age, or `None` if it is not one.
pub fn converted(number: i64) -> Option<u8> {
    u8::try_from(number).ok()
}

/// Returns the lowest 8 bits of a number.
pub fn cut(number: i64) -> u8 {
    number as u8
}

/// Returns half of some years, rounded towards zero, and the remainder.
pub fn half(years: i64) -> (i64, i64) {
    (years / 2, years % 2)
}
