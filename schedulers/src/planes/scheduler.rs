//! Any of the rules, chosen at run time.

use crate::flags::HashFlags;
use crate::flow::Flow;
use crate::planes::cilium::{CiliumMaglev, CiliumRandom};
use crate::planes::jhash::NftHash;
use crate::planes::katran::{KatranMaglev, KatranRing};
use crate::planes::least_of::{Drawing, LeastOf};
use crate::planes::numgen::{NftCounter, NftRandom};
use crate::planes::rule::PlaneRule;
use crate::planes::statistic::Cascade;
use crate::planes::swarm::SwarmRandom;
use crate::scheduler::Scheduler;
use crate::table::{ServerIndex, ServerTable, TableChange};
use crate::time::Time;
use crate::twos::Draws;

/// A rule at work.
#[derive(Clone, Debug)]
pub struct PlaneScheduler {
    rule: PlaneRule,
    state: State,
}

#[derive(Clone, Debug)]
enum State {
    Cascade(Cascade),
    Random(NftRandom),
    Counter(NftCounter),
    Hash(NftHash),
    Buckets(SwarmRandom),
    Remainder(CiliumRandom),
    CiliumTable(CiliumMaglev),
    KatranRing(KatranMaglev),
    LeastOf(LeastOf),
}

impl PlaneScheduler {
    /// A rule over a list that it has not looked at yet.
    pub(crate) fn new(rule: PlaneRule, flags: HashFlags, draws: Draws) -> Self {
        let state = match rule {
            PlaneRule::IptablesRandom => State::Cascade(Cascade::new(10, draws)),
            PlaneRule::IptablesRandom5 => State::Cascade(Cascade::new(5, draws)),
            PlaneRule::NftRandom => State::Random(NftRandom::new(draws)),
            PlaneRule::NftInc => State::Counter(NftCounter::new()),
            PlaneRule::NftJhash => State::Hash(NftHash::new(flags.port)),
            PlaneRule::SwarmRandom => State::Buckets(SwarmRandom::new(draws)),
            PlaneRule::CiliumRandom => State::Remainder(CiliumRandom::new(draws)),
            PlaneRule::CiliumMaglev => State::CiliumTable(CiliumMaglev::new()),
            PlaneRule::KatranMaglev => State::KatranRing(KatranMaglev::new(KatranRing::V1)),
            PlaneRule::LeastOf2 => State::LeastOf(LeastOf::new(2, Drawing::WithReplacement, draws)),
            PlaneRule::LeastOf2Distinct => State::LeastOf(LeastOf::new(2, Drawing::Distinct, draws)),
            PlaneRule::LeastOf4 => State::LeastOf(LeastOf::new(4, Drawing::WithReplacement, draws)),
        };
        Self { rule, state }
    }

    /// Which one it is.
    pub fn rule(&self) -> PlaneRule {
        self.rule
    }

    fn state(&mut self) -> &mut dyn Scheduler {
        match &mut self.state {
            State::Cascade(rule) => rule,
            State::Random(rule) => rule,
            State::Counter(rule) => rule,
            State::Hash(rule) => rule,
            State::Buckets(rule) => rule,
            State::Remainder(rule) => rule,
            State::CiliumTable(rule) => rule,
            State::KatranRing(rule) => rule,
            State::LeastOf(rule) => rule,
        }
    }
}

impl Scheduler for PlaneScheduler {
    fn schedule(&mut self, flow: &Flow, servers: &ServerTable, now: Time) -> Option<ServerIndex> {
        self.state().schedule(flow, servers, now)
    }

    fn table_changed(&mut self, change: TableChange, servers: &ServerTable) {
        self.state().table_changed(change, servers);
    }
}
