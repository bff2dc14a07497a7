//! Docker Swarm's planned nftables rules: 65,536 buckets, cut into runs that differ by one bucket at most.
//!
//! `scale(word, 65536)` names the bucket. Servers stand as they were added; their weights do not count, and servers beyond 65,536
//! get nothing.
//!
//! Source: moby's pull request 53125, open in August 2026; the program may differ once it is there.

use crate::flow::Flow;
use crate::planes::eligible::{Eligible, Order};
use crate::planes::numgen::scale;
use crate::scheduler::Scheduler;
use crate::table::{ServerIndex, ServerTable, TableChange};
use crate::time::Time;
use crate::twos::Draws;

/// `0..modulus` cut into runs, one a server: the first `modulus mod servers` have one value more than the others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EqualRuns {
    /// How many values there are.
    pub modulus: u32,
    /// How many servers; not 0.
    pub servers: u32,
}

impl EqualRuns {
    /// How many values the server of this number has.
    pub fn length(self, server: u32) -> u32 {
        self.modulus / self.servers + u32::from(server < self.modulus % self.servers)
    }

    /// The first value that the server of this number has.
    pub fn start(self, server: u32) -> u32 {
        self.modulus / self.servers * server + server.min(self.modulus % self.servers)
    }

    /// Whose run a value is in.
    pub fn owner(self, value: u32) -> u32 {
        let (shorter, longer) = (self.modulus / self.servers, self.modulus % self.servers);
        let border = longer * (shorter + 1);
        if value < border { value / (shorter + 1) } else { longer + (value - border) / shorter }
    }
}

/// `swarm-random`: the buckets of a swarm.
#[derive(Clone, Debug)]
pub struct SwarmRandom {
    draws: Draws,
    eligible: Eligible,
}

impl SwarmRandom {
    /// How many buckets there are.
    pub const BUCKETS: u32 = 65_536;

    /// Fed by `draws`.
    pub fn new(draws: Draws) -> Self {
        Self { draws, eligible: Eligible::new(Order::Written) }
    }
}

impl Scheduler for SwarmRandom {
    fn schedule(&mut self, _: &Flow, servers: &ServerTable, _: Time) -> Option<ServerIndex> {
        let (places, _) = self.eligible.of(servers);
        if places.is_empty() {
            return None;
        }
        let runs = EqualRuns { modulus: Self::BUCKETS, servers: places.len() as u32 };
        Some(places[runs.owner(scale(self.draws.word(), Self::BUCKETS)) as usize])
    }

    fn table_changed(&mut self, _: TableChange, _: &ServerTable) {
        self.eligible.changed();
    }
}
