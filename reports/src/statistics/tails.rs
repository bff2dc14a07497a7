//! Quantiles over replications, and their intervals by test inversion.
//!
//! The quantile is that of all connections of all replications together: the mean of the replications' quantiles lies too
//! low under heavy load, where few bursts decide it. Its interval holds every time x of which the part of
//! connections that took longer than x may be 1 − p. (With plain Student intervals and the spread at the quantile alone that is Woodruff 1952.)

use crate::statistics::beyond::none_upper_limit;
use crate::statistics::interval::Interval;
use crate::statistics::ratio::Ratio;
use crate::statistics::sample::Sample;

/// For every replication how many connections took longer than any time.
#[derive(Clone, PartialEq, Debug)]
pub struct Tails {
    replications: Vec<Tail>,
    /// Every time that any replication has, ascending.
    times: Vec<u64>,
    /// How many of all connections took longer than each of these.
    longer: Vec<u64>,
    count: u64,
}

/// One replication.
#[derive(Clone, PartialEq, Debug)]
struct Tail {
    /// Times, ascending, each with how many connections took longer.
    longer: Vec<(u64, u64)>,
    count: u64,
}

impl Tail {
    fn of(buckets: &[(u64, u64)]) -> Self {
        let count = buckets.iter().map(|&(_, count)| count).sum();
        let mut left = count;
        let beyond = |&(time, count): &(u64, u64)| {
            left -= count;
            (time, left)
        };
        Self { longer: buckets.iter().map(beyond).collect(), count }
    }

    fn longer_than(&self, time: u64) -> u64 {
        match self.longer.partition_point(|&(other, _)| other <= time) {
            0 => self.count,
            after => self.longer[after - 1].1,
        }
    }

    /// The least time that at most `part` of the connections took longer than; `None` without connections.
    fn quantile(&self, part: f64) -> Option<u64> {
        let allowed = part * self.count as f64;
        let at = self.longer.partition_point(|&(_, longer)| longer as f64 > allowed + GRACE);
        self.longer.get(at).map(|&(time, _)| time)
    }
}

/// A part of a count is rounded; counts are whole.
const GRACE: f64 = 1e-6;

/// Whether windows are long enough for a quantile.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Windows {
    /// How unequal replications are: the deviation of their parts beyond the quantile over the part that may be beyond it.
    pub variation: f64,
    /// Few bursts decide the quantile: longer windows are needed, or more replications.
    pub are_too_short: bool,
}

impl Tails {
    /// Of times and how often they occurred, ascending, by replication.
    pub fn of(replications: &[&[(u64, u64)]]) -> Self {
        let mut pooled: Vec<(u64, u64)> =
            replications.iter().flat_map(|buckets| buckets.iter().copied()).collect();
        pooled.sort_unstable();
        pooled.dedup_by(|next, kept| {
            let is_same = next.0 == kept.0;
            if is_same {
                kept.1 += next.1;
            }
            is_same
        });
        let Tail { longer, count } = Tail::of(&pooled);
        let (times, longer) = longer.into_iter().unzip();
        Self {
            replications: replications.iter().map(|buckets| Tail::of(buckets)).collect(),
            times,
            longer,
            count,
        }
    }

    /// How many connections there are in all.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The least time that at most `part` of all connections took longer than; `None` without connections.
    pub fn quantile(&self, part: f64) -> Option<u64> {
        self.place(part).map(|at| self.times[at])
    }

    /// The interval of that quantile, which misses it with probability `tail` on either side; an end that the longest time
    /// seen does not give is open. `None` below two replications.
    pub fn interval(&self, part: f64, tail: f64) -> Option<Interval> {
        if self.replications.len() < 2 {
            return None;
        }
        let at = self.place(part)?;
        let last = self.times.len() - 1;
        let ends = |at: usize| self.ratio(self.times[at]).interval(tail);
        let is_above = |at: usize| ends(at).is_some_and(|found| found.high < part);
        let is_below = |at: usize| ends(at).is_some_and(|found| found.low > part);
        let high = first(last.saturating_sub(at + 1), |step| is_above(at + step)).map(|step| at + step);
        // Beyond the longest time nothing was seen, which is not the same as nothing there is.
        let high = high.or((none_upper_limit(self.count as f64) < part).then_some(last));
        let low = first(at, |step| is_below(at - step)).map_or(0, |step| at - step + 1);
        Some(Interval {
            low: self.times[low] as f64,
            high: high.map_or(f64::INFINITY, |high| self.times[high] as f64),
        })
    }

    /// What each replication says of the quantile, for differences between schedulers: the part beyond it, over the density
    /// there. The mean is the quantile. `None` without connections.
    pub fn values(&self, part: f64) -> Option<Vec<f64>> {
        let at = self.place(part)?;
        let quantile = self.times[at] as f64;
        let ratio = self.ratio(self.times[at]);
        let error = Sample::of(&ratio.values).and_then(|sample| sample.standard_error()).unwrap_or(0.0);
        let (nearer, farther) = (self.place(part + error)?, self.place((part - error).max(0.0))?);
        let width = (self.times[farther] - self.times[nearer]) as f64;
        let mass = (self.longer[nearer] - self.longer[farther]) as f64 / self.count as f64;
        let over_density = if mass > 0.0 { width / mass } else { 0.0 };
        Some(ratio.values.iter().map(|value| quantile + (value - ratio.value) * over_density).collect())
    }

    /// Whether the windows are long enough for this quantile; `None` below two replications or without connections.
    pub fn windows(&self, part: f64, tail: f64) -> Option<Windows> {
        let interval = self.interval(part, tail)?;
        let quantile = self.quantile(part)?;
        let sample = Sample::of(&self.ratio(quantile).values)?;
        let variation = sample.deviation / part;
        let own: Vec<f64> =
            self.replications.iter().filter_map(|tail| tail.quantile(part)).map(|time| time as f64).collect();
        let bias = (Sample::of(&own)?.mean - quantile as f64).abs();
        let too_few = f64::from(sample.count) < 4.0 * variation * variation;
        // Narrower than the histogram's buckets is as wide as one.
        let half_width = interval.half_width().max(1e-3 * quantile as f64);
        let are_too_short = bias > 0.25 * half_width || variation > 1.5 || too_few || !interval.is_closed();
        Some(Windows { variation, are_too_short })
    }

    /// Where the quantile is among the times.
    fn place(&self, part: f64) -> Option<usize> {
        let allowed = part * self.count as f64;
        let at = self.longer.partition_point(|&longer| longer as f64 > allowed + GRACE);
        (self.count > 0).then_some(at.min(self.times.len().saturating_sub(1)))
    }

    /// The part of all connections that took longer than a time.
    fn ratio(&self, time: u64) -> Ratio {
        let parts: Vec<(f64, f64)> =
            self.replications.iter().map(|tail| (tail.longer_than(time) as f64, tail.count as f64)).collect();
        Ratio::of(&parts).expect("there are connections")
    }
}

/// The least number from 1 to `most` that a test holds for, by galloping and bisection, as if it held for all greater ones too.
fn first(most: usize, holds: impl Fn(usize) -> bool) -> Option<usize> {
    let (mut fails, mut found) = (0, most.min(1));
    while found > 0 && !holds(found) {
        if found == most {
            return None;
        }
        (fails, found) = (found, most.min(2 * found));
    }
    while found - fails > 1 {
        let middle = fails + (found - fails) / 2;
        if holds(middle) {
            found = middle;
        } else {
            fails = middle;
        }
    }
    (found > 0).then_some(found)
}

#[cfg(test)]
#[path = "tails/tests.rs"]
mod tests;
