//! The times between arrivals.

/// How many of the longest are kept.
const KEPT: usize = 5;

/// A time without an arrival.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Gap {
    /// From when on, in nanoseconds since the first arrival.
    pub from: u64,
    /// For how long, in nanoseconds.
    pub length: u64,
}

/// All times between one arrival and the next.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Gaps {
    count: u64,
    sum: u128,
    squares: u128,
    /// The longest first; the earlier one of equals.
    longest: Vec<Gap>,
}

impl Gaps {
    pub(super) fn add(&mut self, gap: Gap) {
        self.count += 1;
        self.sum += u128::from(gap.length);
        // Never overflows: the sum of the squares is at most the square of the sum, which is the span.
        self.squares += u128::from(gap.length) * u128::from(gap.length);
        let place = self.longest.partition_point(|kept| kept.length >= gap.length);
        if gap.length > 0 && place < KEPT {
            self.longest.truncate(KEPT - 1);
            self.longest.insert(place, gap);
        }
    }

    /// The longest ones, the longest first.
    pub fn longest(&self) -> &[Gap] {
        &self.longest
    }

    /// Their squared coefficient of variation: variance over squared mean, 1 for a Poisson process. `None` for fewer than
    /// two, or if all arrivals are at once.
    pub fn scv(&self) -> Option<f64> {
        if self.count < 2 || self.sum == 0 {
            return None;
        }
        let (count, sum, squares) = (self.count as f64, self.sum as f64, self.squares as f64);
        let mean = sum / count;
        let variance = (squares - sum * mean).max(0.0) / (count - 1.0);
        Some(variance / (mean * mean))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gaps(lengths: &[u64]) -> Gaps {
        let mut gaps = Gaps::default();
        lengths.iter().enumerate().for_each(|(from, &length)| gaps.add(Gap { from: from as u64, length }));
        gaps
    }

    #[test]
    fn variation_is_that_of_the_textbook() {
        assert_eq!(gaps(&[5, 5, 5, 5]).scv(), Some(0.0));
        // Mean 2, variance 4 by the sample of three.
        assert_eq!(gaps(&[0, 2, 4]).scv(), Some(1.0));
        assert_eq!((gaps(&[3]).scv(), gaps(&[0, 0]).scv()), (None, None));
    }

    #[test]
    fn the_longest_are_kept_in_order() {
        let kept = gaps(&[1, 9, 3, 9, 2, 4, 0, 8]);
        let kept: Vec<_> = kept.longest().iter().map(|gap| (gap.length, gap.from)).collect();
        assert_eq!(kept, [(9, 1), (9, 3), (8, 7), (4, 5), (3, 2)]);
    }
}
