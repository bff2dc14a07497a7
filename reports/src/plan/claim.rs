//! What replications prove of a rule, at which level.

use crate::plan::rule::{PlanRule, Replication};
use crate::statistics::{Interval, Ratio, Sample, looks};

/// No verdict below this many replications.
const LEAST: f64 = 20.0;

/// Fewer replications than this with anything to count do not tell how unequal they are.
const LEAST_WITH_ANY: usize = 5;

/// How many connections are late or refused together, at least: one busy period's worth.
const CLUSTER: f64 = 30.0;

/// What is proven.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Proven {
    /// It holds.
    Holds,
    /// It does not.
    Fails,
    /// Neither; with this many replications it would probably be decided, if that many were run.
    Open(Option<u32>),
}

/// A rule under some replications.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Claim {
    /// What is proven of it.
    pub found: Proven,
    /// Σa/Σb; `None` if there was nothing to count.
    pub ratio: Option<f64>,
    /// Its two-sided 95 % interval, for people to look at; it decides nothing.
    pub interval: Option<Interval>,
}

/// With which probability each look may err, and after how many replications the looks are.
#[derive(Clone, PartialEq, Debug)]
pub struct Looks {
    after: Vec<u32>,
    /// Of each look, whether something is said to hold that does not.
    holds_tail: f64,
    /// Of each look and rule, whether something is said to fail that holds.
    fails_tail: f64,
}

impl Looks {
    /// `count` looks at `rules` rules that together err with probability `alpha` at most in either direction.
    ///
    /// "Holds" needs every rule to hold, each at the full level: a farm that does not hold breaks one of them, and that one
    /// has to be missed (Berger 1982). "Fails" needs one rule to be broken, and any of them may be taken for it by chance.
    pub fn new(count: usize, rules: usize, alpha: f64) -> Self {
        let after: Vec<u32> = looks().take(count).collect();
        let tail = alpha / count as f64;
        Self { after, holds_tail: tail, fails_tail: tail / rules.max(1) as f64 }
    }

    /// After how many replications they are.
    pub fn after(&self) -> &[u32] {
        &self.after
    }

    /// What the replications so far prove of a rule, the one of this place.
    pub fn claim(&self, rule: &PlanRule, place: usize, replications: &[Replication]) -> Claim {
        let parts: Vec<(f64, f64)> =
            replications.iter().map(|replication| replication.parts[place]).collect();
        let ratio = Ratio::of(&parts);
        let interval = ratio.as_ref().and_then(|ratio| ratio.interval(0.025));
        Claim { found: self.found(rule, &parts), ratio: ratio.map(|ratio| ratio.value), interval }
    }

    /// What the replications so far prove of all rules together.
    pub fn all(&self, rules: &[PlanRule], replications: &[Replication]) -> (Proven, Vec<Claim>) {
        let claims: Vec<Claim> =
            rules.iter().enumerate().map(|(place, rule)| self.claim(rule, place, replications)).collect();
        // A farm that cannot keep up holds nothing, whatever it served so far.
        let is_overloaded = replications.iter().any(|replication| replication.overloaded);
        let fails = is_overloaded || claims.iter().any(|claim| claim.found == Proven::Fails);
        let found = match () {
            () if fails => Proven::Fails,
            () if claims.iter().all(|claim| claim.found == Proven::Holds) => Proven::Holds,
            () => {
                let open = claims.iter().filter_map(|claim| match claim.found {
                    Proven::Open(needed) => Some(needed),
                    _ => None,
                });
                // All of the open ones have to be decided; one that never will be keeps the whole open.
                Proven::Open(open.reduce(|a, b| Some(a?.max(b?))).flatten())
            }
        };
        (found, claims)
    }

    fn found(&self, rule: &PlanRule, parts: &[(f64, f64)]) -> Proven {
        let (allowed, below) = rule.as_below(parts);
        let n = parts.len() as f64;
        let all: f64 = parts.iter().map(|&(_, b)| b).sum();
        let with_any = parts.iter().filter(|&&(a, _)| a > 0.0).count();
        if rule.counts && rule.below && all > 0.0 {
            if allowed == 0.0 {
                return if with_any > 0 { Proven::Fails } else { Proven::Holds };
            }
            if with_any < LEAST_WITH_ANY {
                let largest = parts.iter().fold(CLUSTER, |largest, &(a, _)| largest.max(a));
                let high = clusters_limit(with_any, self.holds_tail) * largest / all;
                let is_decided = n >= LEAST && high < allowed;
                return if is_decided {
                    Proven::Holds
                } else {
                    Proven::Open(count(LEAST.max(n * high / allowed)))
                };
            }
        }
        let Some(sample) = Ratio::of(&below).and_then(|ratio| Sample::of(&ratio.values)) else {
            return Proven::Open(None);
        };
        let scale = sample.mean.abs().max(allowed.abs());
        let variation = if scale > 0.0 { sample.deviation / scale } else { 0.0 };
        let least = LEAST.max(4.0 * variation * variation);
        let ends = |tail: f64| sample.interval(tail);
        let (Some(holds), Some(fails)) = (ends(self.holds_tail), ends(self.fails_tail)) else {
            return Proven::Open(count(least));
        };
        match () {
            () if n < least => Proven::Open(count(least)),
            () if holds.high < allowed => Proven::Holds,
            () if fails.low > allowed => Proven::Fails,
            () => {
                let gap = (sample.mean - allowed).abs();
                let is_below = sample.mean < allowed;
                let reach = if is_below { holds.high - sample.mean } else { sample.mean - fails.low };
                let times = reach / gap;
                Proven::Open(count(n * times * times))
            }
        }
    }
}

/// Of independent clusters of which this many were seen: how many are expected at most, but for a probability of `tail` (Poisson).
fn clusters_limit(seen: usize, tail: f64) -> f64 {
    let at_most = |expected: f64| {
        let mut term = libm::exp(-expected);
        let mut sum = term;
        for k in 1..=seen {
            term *= expected / k as f64;
            sum += term;
        }
        sum
    };
    let (mut low, mut high) = (0.0, 100.0);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if at_most(middle) > tail { low = middle } else { high = middle }
    }
    high
}

/// As a number of replications, if that many were run.
fn count(replications: f64) -> Option<u32> {
    (replications < 1e5).then_some(replications.ceil() as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The limits of a Poisson mean at 95 %: Garwood (1936).
    #[test]
    fn limits_of_few_clusters_are_the_tables() {
        for (seen, expected) in [(0, 2.996), (1, 4.744), (2, 6.296), (4, 9.154)] {
            assert!((clusters_limit(seen, 0.05) - expected).abs() < 1e-3, "{seen}");
        }
    }

    fn replications(values: &[f64]) -> Vec<Replication> {
        let one = |&value: &f64| Replication { parts: vec![(value, 1000.0)], overloaded: false, digest: 0 };
        values.iter().map(one).collect()
    }

    #[test]
    fn seeing_none_is_proof_only_of_enough() {
        let rule = PlanRule { allowed: 0.01, below: true, counts: true };
        let looks = Looks::new(7, 1, 0.0125);
        let none = |count: usize| looks.claim(&rule, 0, &replications(&vec![0.0; count])).found;
        // −ln(0.0125/7)·30 = 190 of 20,000 is 0.95 %.
        assert_eq!((none(20), none(19)), (Proven::Holds, Proven::Open(Some(20))));
        let never = PlanRule { allowed: 0.0, ..rule };
        assert_eq!(looks.claim(&never, 0, &replications(&[0.0, 1.0])).found, Proven::Fails);
    }

    #[test]
    fn a_rule_above_is_the_mirror_of_one_below() {
        let values: Vec<f64> = (0..20).map(|i| 900.0 + f64::from(i % 7)).collect();
        let looks = Looks::new(7, 1, 0.0125);
        let found = |allowed: f64, below: bool| {
            looks.claim(&PlanRule { allowed, below, counts: false }, 0, &replications(&values)).found
        };
        assert_eq!((found(0.95, true), found(0.95, false)), (Proven::Holds, Proven::Fails));
        assert_eq!((found(0.85, true), found(0.85, false)), (Proven::Fails, Proven::Holds));
        assert!(matches!(found(0.903, true), Proven::Open(Some(_))));
    }

    #[test]
    fn a_farm_that_cannot_keep_up_holds_nothing() {
        let mut seen = replications(&[0.0; 20]);
        seen[3].overloaded = true;
        let rule = PlanRule { allowed: 0.01, below: true, counts: true };
        assert_eq!(Looks::new(7, 1, 0.0125).all(&[rule], &seen).0, Proven::Fails);
    }
}
