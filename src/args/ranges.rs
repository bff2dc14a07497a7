//! Numbers of events on the command line: `3,17,40-44`.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

/// Ascending numbers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Ranges(Vec<RangeInclusive<usize>>);

impl Ranges {
    /// All the numbers.
    pub(crate) fn numbers(&self) -> Vec<usize> {
        self.0.iter().cloned().flatten().collect()
    }

    /// The greatest number.
    pub(crate) fn last(&self) -> usize {
        self.0.last().map_or(0, |range| *range.end())
    }

    /// Of ascending numbers.
    pub(crate) fn of(numbers: &[usize]) -> Self {
        let mut ranges: Vec<RangeInclusive<usize>> = Vec::new();
        for &number in numbers {
            match ranges.last_mut() {
                Some(last) if *last.end() + 1 == number => *last = *last.start()..=number,
                _ => ranges.push(number..=number),
            }
        }
        Self(ranges)
    }
}

impl FromStr for Ranges {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("found `{text}`, expected ascending numbers and ranges such as 3,17,40-44");
        let mut ranges: Vec<RangeInclusive<usize>> = Vec::new();
        for part in text.split(',') {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let (first, last) = (first.parse().map_err(|_| wrong())?, last.parse().map_err(|_| wrong())?);
            if first > last || ranges.last().is_some_and(|before| *before.end() >= first) {
                return Err(wrong());
            }
            ranges.push(first..=last);
        }
        Ok(Self(ranges))
    }
}

impl fmt::Display for Ranges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, range) in self.0.iter().enumerate() {
            let comma = if place > 0 { "," } else { "" };
            match (range.start(), range.end()) {
                (first, last) if first == last => write!(f, "{comma}{first}")?,
                (first, last) => write!(f, "{comma}{first}-{last}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_they_are_written() {
        let ranges: Ranges = "3,17,40-44".parse().expect("ranges");
        assert_eq!(ranges.numbers(), [3, 17, 40, 41, 42, 43, 44]);
        assert_eq!(Ranges::of(&ranges.numbers()), ranges);
        assert_eq!(ranges.to_string(), "3,17,40-44");
        assert_eq!(ranges.last(), 44);
    }

    #[test]
    fn what_does_not_ascend_is_refused() {
        for wrong in ["", "3,", "5-3", "4,4", "7,3", "x", "-1"] {
            assert!(wrong.parse::<Ranges>().is_err(), "{wrong}");
        }
    }
}
