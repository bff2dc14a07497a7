//! Whether a quantile is below a limit, decided by the part of connections that took as long as the limit or longer.
//!
//! "p99 < X" says that fewer than 1 % of connections take X or longer. Of each replication two numbers are needed: how many
//! took X or longer, and how many there were. *Met* and *violated* are one-sided, 2.5 % each.

use crate::statistics::interval::Interval;
use crate::statistics::ratio::Ratio;
use crate::statistics::sample::Sample;

/// The probability with which either verdict may be wrong.
const TAIL: f64 = 0.025;

/// No verdict below this many replications.
const LEAST: f64 = 10.0;

/// No violation is found, and no part is estimated, by fewer replications than this that have any beyond.
const LEAST_WITH_ANY: usize = 5;

/// How many connections are late together, at least: one busy period's worth.
const CLUSTER: f64 = 30.0;

/// Upper 95 % limits of the expected number of independent events of which 0, 1, 2 … were seen (Poisson).
const UPPER: [f64; LEAST_WITH_ANY] = [3.0, 4.744, 6.296, 7.754, 9.154];

/// The upper 95 % limit of a ratio of which nothing was seen among `of`: late or refused connections come in clusters of 30.
pub fn none_upper_limit(of: f64) -> f64 {
    (UPPER[0] * CLUSTER / of).min(1.0)
}

/// On which side of what is allowed a part lies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Decided {
    /// Below, beyond chance.
    Below,
    /// Above, beyond chance.
    Above,
    /// Not decided; with this many replications it probably would be, if that many were run.
    NotYet(Option<u32>),
}

/// The part of connections beyond a limit.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Beyond {
    /// Of all connections of all replications.
    pub part: f64,
    /// Its 95 % interval; `None` from a single replication.
    pub interval: Option<Interval>,
    /// How unequal replications are: the deviation of their parts over the part, or over what is allowed if that is more.
    pub variation: f64,
    /// Where it lies.
    pub decided: Decided,
}

impl Beyond {
    /// Of pairs of "this many beyond" and "of this many", by replication; `None` if there are no connections at all.
    pub fn of(replications: &[(u64, u64)], allowed: f64) -> Option<Self> {
        let parts: Vec<(f64, f64)> = replications.iter().map(|&(k, n)| (k as f64, n as f64)).collect();
        let ratio = Ratio::of(&parts)?;
        let sample = Sample::of(&ratio.values)?;
        let variation = sample.deviation / ratio.value.max(allowed);
        let with_any = replications.iter().filter(|&&(k, _)| k > 0).count();
        if with_any < LEAST_WITH_ANY.min(replications.len()) && replications.len() > 1 {
            return Some(Self::of_few(replications, allowed, ratio.value, variation));
        }
        let interval = ratio.interval(TAIL);
        let least = LEAST.max(4.0 * variation * variation).ceil();
        let decided = match interval {
            None => Decided::NotYet(Some(least as u32)),
            Some(_) if (replications.len() as f64) < least => Decided::NotYet(Some(least as u32)),
            Some(interval) if interval.high < allowed => Decided::Below,
            Some(interval) if interval.low > allowed => Decided::Above,
            Some(interval) => Decided::NotYet(needed(&sample, interval, allowed)),
        };
        Some(Self { part: ratio.value, interval, variation, decided })
    }

    /// Too few clusters to estimate their spread: the limit is that of as many Poisson events, each as large as the largest seen.
    fn of_few(replications: &[(u64, u64)], allowed: f64, part: f64, variation: f64) -> Self {
        let with_any = replications.iter().filter(|&&(k, _)| k > 0).count();
        let largest = replications.iter().map(|&(k, _)| k as f64).fold(CLUSTER, f64::max);
        let all: f64 = replications.iter().map(|&(_, n)| n as f64).sum();
        let high = (UPPER[with_any] * largest / all).min(1.0).max(part);
        let more = (replications.len() as f64 * high / allowed).ceil().max(LEAST);
        let decided = if high < allowed { Decided::Below } else { Decided::NotYet(count(more)) };
        Self { part, interval: Some(Interval { low: 0.0, high }), variation, decided }
    }
}

/// About how many replications would decide, if the part is what it seems to be.
fn needed(sample: &Sample, interval: Interval, allowed: f64) -> Option<u32> {
    let gap = (sample.mean - allowed).abs();
    let reach = if sample.mean < allowed { interval.high - sample.mean } else { sample.mean - interval.low };
    let times = reach / gap;
    count((f64::from(sample.count) * times * times).ceil())
}

/// As a number of replications, if that many were run.
fn count(replications: f64) -> Option<u32> {
    (replications < 1e5).then_some(replications as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided(replications: &[(u64, u64)]) -> Decided {
        Beyond::of(replications, 0.01).expect("there are connections").decided
    }

    #[test]
    fn interval_decides_from_ten_replications_on() {
        let each = |k: [u64; 2], n: usize| (0..n).map(|at| (k[at % 2], 10_000)).collect::<Vec<_>>();
        assert_eq!(decided(&each([40, 60], 12)), Decided::Below);
        assert_eq!(decided(&each([150, 180], 12)), Decided::Above);
        assert_eq!(decided(&each([40, 60], 8)), Decided::NotYet(Some(10)));
        let Decided::NotYet(Some(more)) = decided(&each([60, 130], 12)) else { panic!("close to the limit") };
        assert!(more > 100, "{more}");
    }

    #[test]
    fn bursts_take_more_replications() {
        // One replication of ten has all of it: variation above 3.
        let bursts: Vec<(u64, u64)> =
            (0..20).map(|at| (if at % 10 == 0 { 900 } else { 1 }, 10_000)).collect();
        let beyond = Beyond::of(&bursts, 0.01).expect("there are connections");
        assert!(beyond.variation > 2.5, "{beyond:?}");
        assert!(matches!(beyond.decided, Decided::NotYet(Some(25..))), "{beyond:?}");
    }

    #[test]
    fn nothing_beyond_is_below_once_there_are_enough_connections() {
        assert_eq!(decided(&[(0, 10_000); 2]), Decided::Below);
        assert_eq!(decided(&[(0, 1_000); 2]), Decided::NotYet(Some(10)));
        assert_eq!(decided(&[(0, 1_000_000)]), Decided::NotYet(Some(10)));
        let none = Beyond::of(&[(0, 1_000_000); 2], 0.01).expect("there are connections");
        assert_eq!(none.interval, Some(Interval { low: 0.0, high: 4.5e-5 }));
        assert_eq!(Beyond::of(&[(0, 0)], 0.01), None);
    }

    #[test]
    fn few_that_have_any_say_little_of_the_spread() {
        let mut few = vec![(0, 10_000); 20];
        few[3].0 = 4;
        assert_eq!(decided(&few), Decided::Below);
        few[3].0 = 1_900;
        assert!(matches!(decided(&few), Decided::NotYet(Some(_))));
    }
}
