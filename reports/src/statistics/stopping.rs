//! When to look whether intervals are narrow enough (after Chow and Robbins 1965, and Law 2015, 9.4).
//!
//! Who looks often and stops at the first narrow interval stops where the spread happens to look small. So looks are few, the
//! first comes late, and the interval that is looked at and published is one of 96 %: it covers in about 95 % of studies that stopped.

/// The probability on either side with which the published interval of a study that stopped by itself misses, if
/// it had a fixed number of replications.
pub const STOPPING_TAIL: f64 = 0.02;

/// The first look.
const FIRST: u32 = 20;

/// After how many replications to look: 20, 30, 45, 68, 102, 153, 230 …
pub fn looks() -> impl Iterator<Item = u32> {
    core::iter::successors(Some(FIRST), |&look| look.checked_mul(3).map(|thrice| thrice.div_ceil(2)))
}

/// The first look after more than `done` replications, but no later than `most`.
pub fn next_look(done: u32, most: u32) -> u32 {
    looks().find(|&look| look > done).unwrap_or(most).min(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_grow_by_half() {
        assert_eq!(looks().take(8).collect::<Vec<_>>(), [20, 30, 45, 68, 102, 153, 230, 345]);
        assert_eq!(
            [next_look(0, 100), next_look(20, 100), next_look(68, 100), next_look(5, 10)],
            [20, 30, 100, 10]
        );
    }
}
