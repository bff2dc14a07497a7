//! How often each client or object occurs, exactly, up to a limit.

use std::collections::HashMap;

use super::zipf::ZipfFit;

/// The most different names, and the most bytes they take.
const MOST_NAMES: usize = 1 << 20;
const MOST_BYTES: usize = 256 << 20;

/// How many of the most frequent names are told.
const TOLD: usize = 5;

/// A name that occurs often.
#[derive(Clone, PartialEq, Debug)]
pub struct FrequentName {
    /// The name.
    pub name: String,
    /// How often it occurs.
    pub count: u64,
    /// That, as a part of all that are known, 0 to 1.
    pub share_ratio: f64,
}

/// What is known of the names.
#[derive(Clone, PartialEq, Debug)]
pub struct Names {
    /// How many rows have a name.
    pub known: u64,
    /// How many different ones there are; if `is_complete` is false, there are more.
    pub distinct: u64,
    /// Whether all fitted into the limits. If not, `top`, `shares` and `zipf` are empty, since they would be wrong.
    pub is_complete: bool,
    /// The most frequent ones, the most frequent first, then by name.
    pub top: Vec<FrequentName>,
    /// The fraction of all rows that belongs to the most frequent 1, 10, 100 … names, as far as there are that many.
    pub shares: Vec<(u64, f64)>,
    /// The law of how often they occur, if they have one.
    pub zipf: Option<ZipfFit>,
}

/// Names that are being counted.
#[derive(Debug, Default)]
pub(super) struct Tally {
    counts: HashMap<Box<str>, u64>,
    bytes: usize,
    known: u64,
    overflows: bool,
}

impl Tally {
    pub(super) fn add(&mut self, name: &str) {
        self.known += 1;
        if let Some(count) = self.counts.get_mut(name) {
            *count += 1;
        } else if self.counts.len() < MOST_NAMES && self.bytes + name.len() <= MOST_BYTES {
            self.bytes += name.len();
            self.counts.insert(name.into(), 1);
        } else {
            self.overflows = true;
        }
    }

    /// `None` if no row has a name.
    pub(super) fn finish(self) -> Option<Names> {
        if self.known == 0 {
            return None;
        }
        let distinct = self.counts.len() as u64;
        let known = self.known;
        if self.overflows {
            let (top, shares) = (Vec::new(), Vec::new());
            return Some(Names { known, distinct, is_complete: false, top, shares, zipf: None });
        }
        let mut names: Vec<(Box<str>, u64)> = self.counts.into_iter().collect();
        names.sort_unstable_by(|(a, count_a), (b, count_b)| count_b.cmp(count_a).then_with(|| a.cmp(b)));
        let part = |count: u64| count as f64 / known as f64;
        let told = names.iter().take(TOLD);
        let top = told
            .map(|(name, count)| FrequentName {
                name: name.to_string(),
                count: *count,
                share_ratio: part(*count),
            })
            .collect();
        let counts: Vec<u64> = names.iter().map(|&(_, count)| count).collect();
        let tens = std::iter::successors(Some(1), |tens| Some(tens * 10));
        let shares = tens
            .take_while(|&first| first < distinct)
            .map(|first| (first, part(counts[..first as usize].iter().sum())))
            .collect();
        Some(Names { known, distinct, is_complete: true, top, shares, zipf: ZipfFit::of(&counts) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_frequent_come_first_and_equals_by_name() {
        let mut tally = Tally::default();
        "c a b a c a d".split(' ').for_each(|name| tally.add(name));
        let names = tally.finish().expect("names");
        let top: Vec<(&str, u64)> = names.top.iter().map(|top| (top.name.as_str(), top.count)).collect();
        assert_eq!(top, [("a", 3), ("c", 2), ("b", 1), ("d", 1)]);
        assert_eq!((names.distinct, names.shares), (4, vec![(1, 3.0 / 7.0)]));
        assert!(Tally::default().finish().is_none());
    }

    #[test]
    fn beyond_the_limit_nothing_wrong_is_said() {
        let mut tally = Tally::default();
        (0..=MOST_NAMES).for_each(|name| tally.add(&name.to_string()));
        let names = tally.finish().expect("names");
        assert_eq!((names.distinct, names.is_complete), (MOST_NAMES as u64, false));
        assert!(names.top.is_empty() && names.zipf.is_none());
    }
}
