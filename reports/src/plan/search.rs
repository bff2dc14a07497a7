//! Search, then certify.
//!
//! A size is a whole number, and a greater one is easier on the objectives: a number of servers, or a step of a ladder of
//! loads that descends. The search itself knows nothing of what a size means.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::plan::claim::{Claim, Looks, Proven};
use crate::plan::rule::{PlanRule, Replication};

/// How many replications are looked at while exploring.
const EXPLORED: u32 = 5;
/// The first replication of those that certify.
const FRESH: u32 = 1_000_000;
/// From one attempt's first replication to the next one's.
const ATTEMPT: u32 = 10_000;
/// How the probability of being wrong is spent on attempts to certify: the first one nearly always is the only one.
const SPENT: [f64; 4] = [0.75, 0.125, 0.0625, 0.0625];

/// What can be asked for replications of a size.
pub trait Candidates {
    /// Why there are none: a fault, or nobody wants to wait any longer.
    type Error;

    /// What must hold.
    fn rules(&self) -> &[PlanRule];

    /// These replications of each of the sizes.
    ///
    /// # Errors
    /// If they are unavailable.
    fn evaluate(
        &mut self,
        sizes: &[i64],
        replications: Range<u32>,
    ) -> Result<Vec<Vec<Replication>>, Self::Error>;

    /// Whether a size is known to fail without a run: it has no steady state, or nearly none.
    fn fails_outright(&self, size: i64) -> bool;
}

/// What is searched for, and how sure is sure.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Terms {
    /// The least size that may be chosen.
    pub least: i64,
    /// The greatest one.
    pub most: i64,
    /// Where to begin.
    pub start: i64,
    /// How far the first step from a size goes, as a part of it; 0 for a ladder, whose steps are of 8.
    pub stride: f64,
    /// The probability with which the answer may be wrong.
    pub alpha: f64,
    /// How many looks there are at an attempt.
    pub looks: usize,
    /// Whether a greater size may be worse than a smaller one.
    pub may_turn: bool,
}

/// What is known of a size.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Evidence {
    /// It is known to fail without a run.
    pub outright: bool,
    /// What exploring found.
    pub explored: Vec<Replication>,
    /// What certifying found, of the last attempt at it.
    pub certified: Vec<Replication>,
    /// What is proven; `None` if nobody tried to.
    pub found: Option<Proven>,
    /// By rule, as of the replications of `certified`, or of `explored` if there are none.
    pub claims: Vec<Claim>,
}

/// A size of which it is not decided whether it holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Open {
    /// Which.
    pub size: i64,
    /// With how many replications it probably would be, if that many were run.
    pub needed: Option<u32>,
}

/// What a search comes to.
#[derive(Clone, PartialEq, Debug)]
pub enum PlanAnswer {
    /// This size holds, and the next smaller one does not; or there is no smaller one to choose.
    Least(i64),
    /// The answer is above `fails` and at most `holds`, where they are known.
    Between {
        /// The greatest that is proven to fail below those that are open.
        fails: Option<i64>,
        /// The least that is proven to hold above them.
        holds: Option<i64>,
        /// What is between them.
        open: Vec<Open>,
    },
    /// The greatest size that may be chosen is proven to fail.
    None,
    /// Nothing is left to chance: this size held in the only run that there is. `None` if no size did.
    OnThisDay(Option<i64>),
}

/// A search, with all that it found so far.
#[derive(Clone, PartialEq, Debug)]
pub struct Search {
    /// What is searched for.
    pub terms: Terms,
    /// By size.
    pub tried: BTreeMap<i64, Evidence>,
    /// Sizes that hold although a greater one does not, with the least such greater one: by what exploring found.
    pub turns: Vec<(i64, i64)>,
    /// What exploring found: the least size that holds. `None` if the greatest does not.
    pub candidate: Option<i64>,
    /// How many attempts to certify were begun.
    pub attempts: u32,
    /// Whether every replication was the same run.
    without_chance: bool,
}

impl Search {
    /// Before anything is run.
    ///
    /// # Panics
    /// If no size may be chosen.
    pub fn new(terms: Terms) -> Self {
        assert!(terms.least <= terms.most, "there is a size to choose");
        Self {
            terms,
            tried: BTreeMap::new(),
            turns: Vec::new(),
            candidate: None,
            attempts: 0,
            without_chance: false,
        }
    }

    /// Searches and certifies. After an error, [`answer`](Self::answer) is what was certified so far.
    ///
    /// # Errors
    /// Those of the farm.
    pub fn run<F: Candidates>(&mut self, farm: &mut F) -> Result<(), F::Error> {
        self.explore(farm)?;
        self.without_chance = self.is_without_chance();
        if self.without_chance {
            return Ok(());
        }
        let mut targets = match self.candidate {
            None => vec![self.terms.most],
            Some(size) => self.unproven(&[size, size - 1]),
        };
        while !targets.is_empty() && (self.attempts as usize) < SPENT.len() {
            let alpha = self.terms.alpha * SPENT[self.attempts as usize];
            self.attempts += 1;
            self.certify(farm, &targets, alpha)?;
            targets = self.next_targets();
        }
        Ok(())
    }

    /// What was found so far.
    pub fn answer(&self) -> PlanAnswer {
        if self.without_chance {
            return PlanAnswer::OnThisDay(self.candidate);
        }
        let (fails, holds) = (self.proven_to_fail(), self.proven_to_hold());
        if fails == Some(self.terms.most) {
            return PlanAnswer::None;
        }
        match (fails, holds) {
            (_, Some(size)) if size == self.terms.least => PlanAnswer::Least(size),
            (Some(below), Some(size)) if below + 1 == size => PlanAnswer::Least(size),
            _ => {
                let within = |&(&size, _): &(&i64, &Evidence)| {
                    fails.is_none_or(|fails| size > fails) && holds.is_none_or(|holds| size < holds)
                };
                let open =
                    self.tried.iter().filter(within).filter_map(|(&size, evidence)| match evidence.found {
                        Some(Proven::Open(needed)) => Some(Open { size, needed }),
                        _ => None,
                    });
                PlanAnswer::Between { fails, holds, open: open.collect() }
            }
        }
    }

    /// The least size for which one rule alone holds, of those up to `most`, by what exploring finds; it proves nothing.
    ///
    /// # Errors
    /// Those of the farm.
    pub fn alone<F: Candidates>(&mut self, farm: &mut F, place: usize, most: i64) -> Result<i64, F::Error> {
        let (mut fails, mut holds) = (self.terms.least - 1, most);
        while holds - fails > 1 {
            let middle = fails + (holds - fails) / 2;
            self.look(farm, middle)?;
            let rule = farm.rules()[place];
            let evidence = &self.tried[&middle];
            let held = !evidence.outright
                && evidence.explored.iter().all(|run| !run.overloaded)
                && evidence.claims_of(&evidence.explored, place).is_none_or(|ratio| rule.holds(ratio));
            if held { holds = middle } else { fails = middle }
        }
        Ok(holds)
    }

    /// Makes sure that a size was explored. Returns whether it holds, as far as that tells.
    pub(super) fn look<F: Candidates>(&mut self, farm: &mut F, size: i64) -> Result<bool, F::Error> {
        if self.tried.get(&size).is_none_or(|evidence| evidence.explored.is_empty() && !evidence.outright) {
            let outright = farm.fails_outright(size);
            let mut evidence = self.tried.remove(&size).unwrap_or_default();
            evidence.outright = outright;
            if outright {
                evidence.found = Some(Proven::Fails);
            } else {
                evidence.explored = farm.evaluate(&[size], 0..EXPLORED)?.remove(0);
                if evidence.certified.is_empty() {
                    evidence.claims = evidence.explored_claims(farm.rules());
                }
            }
            self.tried.insert(size, evidence);
        }
        let evidence = &self.tried[&size];
        let holds = |(rule, claim): (&PlanRule, &Claim)| claim.ratio.is_none_or(|ratio| rule.holds(ratio));
        Ok(!evidence.outright
            && evidence.explored.iter().all(|run| !run.overloaded)
            && farm.rules().iter().zip(&evidence.explored_claims(farm.rules())).all(holds))
    }

    /// Runs one attempt at all targets, look by look, until each is decided or the looks are over.
    fn certify<F: Candidates>(&mut self, farm: &mut F, targets: &[i64], alpha: f64) -> Result<(), F::Error> {
        let looks = Looks::new(self.terms.looks, farm.rules().len(), alpha / targets.len().max(2) as f64);
        let first = FRESH + (self.attempts - 1) * ATTEMPT;
        let mut open = Vec::new();
        for &size in targets {
            let evidence = self.tried.entry(size).or_default();
            if farm.fails_outright(size) {
                (evidence.outright, evidence.found) = (true, Some(Proven::Fails));
            } else {
                open.push(size);
            }
        }
        let mut done = 0;
        for &after in looks.after() {
            if open.is_empty() {
                break;
            }
            let runs = farm.evaluate(&open, first + done..first + after)?;
            done = after;
            for (size, more) in open.iter().zip(runs) {
                let evidence = self.tried.get_mut(size).expect("it is a target");
                evidence.certified.extend(more);
                let (found, claims) = looks.all(farm.rules(), &evidence.certified);
                (evidence.found, evidence.claims) = (Some(found), claims);
            }
            open.retain(|size| matches!(self.tried[size].found, Some(Proven::Open(_))));
        }
        Ok(())
    }

    /// What to try next: beyond what is open, until something is proven on either side.
    fn next_targets(&self) -> Vec<i64> {
        let attempted = || self.tried.iter().filter(|(_, evidence)| evidence.found.is_some());
        let (fails, holds) = (self.proven_to_fail(), self.proven_to_hold());
        let mut targets = Vec::new();
        let above = |size: i64| holds.is_none() && size <= self.terms.most;
        let greatest = attempted().map(|(&size, _)| size).max();
        targets.extend(greatest.map(|size| size + 1).filter(|&size| above(size)));
        let least = attempted().filter(|(_, evidence)| !evidence.outright).map(|(&size, _)| size).min();
        let below = |size: i64| fails.is_none_or(|fails| fails < size) && size >= self.terms.least;
        let has_gap = |size: i64| fails.is_none() || fails.is_some_and(|fails| fails + 1 < size);
        targets.extend(least.filter(|&size| has_gap(size)).map(|size| size - 1).filter(|&size| below(size)));
        self.unproven(&targets)
    }

    /// Those of which nothing was tried to be proven yet, within what may be chosen.
    fn unproven(&self, sizes: &[i64]) -> Vec<i64> {
        let is_open = |size: &&i64| {
            **size >= self.terms.least
                && **size <= self.terms.most
                && self.tried.get(size).is_none_or(|evidence| evidence.found.is_none())
        };
        sizes.iter().filter(is_open).copied().collect()
    }

    /// The greatest size that is proven to fail.
    fn proven_to_fail(&self) -> Option<i64> {
        let fails = self.tried.iter().filter(|(_, evidence)| evidence.found == Some(Proven::Fails));
        fails.map(|(&size, _)| size).max()
    }

    /// The least size above all that are proven to fail that is proven to hold.
    fn proven_to_hold(&self) -> Option<i64> {
        let from = self.proven_to_fail().unwrap_or(i64::MIN);
        let holds = self.tried.iter().filter(|(_, evidence)| evidence.found == Some(Proven::Holds));
        holds.map(|(&size, _)| size).find(|&size| size > from)
    }

    /// Whether all replications of every size are one and the same run.
    fn is_without_chance(&self) -> bool {
        let same = |evidence: &Evidence| evidence.explored.windows(2).all(|pair| pair[0] == pair[1]);
        let mut explored = self.tried.values().filter(|evidence| evidence.explored.len() > 1).peekable();
        explored.peek().is_some() && explored.all(same)
    }
}
