//! Finding a candidate cheaply: galloping to a bracket, then bisection, by point estimates. Nothing is claimed.

use crate::plan::claim::{Claim, Looks, Proven};
use crate::plan::rule::{PlanRule, Replication};
use crate::plan::search::{Candidates, Evidence, Search};
use crate::statistics::{Ratio, Sample};

/// The first step on a ladder.
const RUNGS: i64 = 8;
/// How many greater sizes must hold too where a greater one may be worse.
const AHEAD: i64 = 3;

impl Search {
    /// Finds the least size that holds, and all greater ones too as far as they were looked at.
    pub(super) fn explore<F: Candidates>(&mut self, farm: &mut F) -> Result<(), F::Error> {
        let (least, most) = (self.terms.least, self.terms.most);
        let start = self.terms.start.clamp(least, most);
        // Just outside of what may be chosen: the smallest fails, the greatest holds, until one was looked at.
        let (mut fails, mut holds) = (least - 1, most + 1);
        let mut size = start;
        let mut step = self.stride(start);
        loop {
            if self.look(farm, size)? {
                holds = size
            } else {
                fails = size
            }
            let next = if holds == size { (size - step).max(least) } else { (size + step).min(most) };
            let has_bracket = fails >= least && holds <= most;
            if has_bracket || fails == most || holds == least {
                break;
            }
            step = self.stride(next).max(step);
            size = next;
        }
        while holds - fails > 1 {
            let middle = fails + (holds - fails) / 2;
            if self.look(farm, middle)? { holds = middle } else { fails = middle }
        }
        self.candidate = (holds <= most).then_some(holds);
        if self.terms.may_turn {
            self.look_ahead(farm)?;
        }
        Ok(())
    }

    /// How far the next step goes.
    fn stride(&self, size: i64) -> i64 {
        if self.terms.stride == 0.0 { RUNGS } else { ((size as f64 * self.terms.stride) as i64).max(1) }
    }

    /// Moves the candidate up until the next sizes hold too, by a standard error.
    fn look_ahead<F: Candidates>(&mut self, farm: &mut F) -> Result<(), F::Error> {
        let Some(mut candidate) = self.candidate else { return Ok(()) };
        let mut ahead = candidate;
        while ahead < self.terms.most.min(candidate + AHEAD) {
            ahead += 1;
            let held = self.look(farm, ahead)? && self.tried[&ahead].holds_by_an_error(farm.rules());
            if !held {
                self.turns.push((candidate, ahead));
                // The next one that holds is the next candidate.
                loop {
                    ahead += 1;
                    if ahead > self.terms.most {
                        self.candidate = None;
                        return Ok(());
                    }
                    if self.look(farm, ahead)? {
                        break;
                    }
                }
                candidate = ahead;
            }
        }
        self.candidate = Some(candidate);
        Ok(())
    }
}

impl Evidence {
    /// What exploring found, rule by rule.
    pub(super) fn explored_claims(&self, rules: &[PlanRule]) -> Vec<Claim> {
        let looks = Looks::new(1, rules.len(), 1.0);
        let claim = |(place, rule): (usize, &PlanRule)| looks.claim(rule, place, &self.explored);
        rules.iter().enumerate().map(claim).collect()
    }

    /// The ratio of a rule over some replications.
    pub(super) fn claims_of(&self, replications: &[Replication], place: usize) -> Option<f64> {
        let parts: Vec<(f64, f64)> =
            replications.iter().map(|replication| replication.parts[place]).collect();
        Ratio::of(&parts).map(|ratio| ratio.value)
    }

    /// Whether every rule holds with a standard error to spare, as far as exploring tells.
    fn holds_by_an_error(&self, rules: &[PlanRule]) -> bool {
        rules.iter().enumerate().all(|(place, rule)| {
            let parts: Vec<(f64, f64)> =
                self.explored.iter().map(|replication| replication.parts[place]).collect();
            let (allowed, below) = rule.as_below(&parts);
            let sample = Ratio::of(&below).and_then(|ratio| Sample::of(&ratio.values));
            sample.is_none_or(|sample| {
                let error = sample.standard_error().unwrap_or(0.0);
                sample.mean + error < allowed || sample.mean == 0.0
            })
        })
    }

    /// Whether it is proven to hold.
    pub fn holds(&self) -> bool {
        self.found == Some(Proven::Holds)
    }
}
