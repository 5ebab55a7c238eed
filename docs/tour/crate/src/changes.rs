//! Closures: functions that are values, and that see what is around them.

/// Changes each age as a function says.
pub fn change_all(ages: &mut [u32], change: impl Fn(u32) -> u32) {
    for age in ages {
        *age = change(*age);
    }
}

/// Returns a function that adds some years to an age. It owns the number of years.
pub fn older_by(years: u32) -> impl Fn(u32) -> u32 {
    move |age| age + years
}

/// Returns how many ages are above a limit, counted by a closure that changes a variable.
pub fn above(ages: &[u32], limit: u32) -> u32 {
    let mut count = 0;
    ages.iter().for_each(|age| {
        if *age > limit {
            count += 1;
        }
    });
    count
}

/// Returns a function for each number of years.
pub fn all_older_by(years: &[u32]) -> Vec<impl Fn(u32) -> u32> {
    years.iter().map(|years| older_by(*years)).collect()
}
