//! Weighted round robin (`wrr`): rounds with a falling bar; each pass down the list serves every server whose
//! weight reaches it (kernel spec, section 1.3).
//!
//! The bar (`current`) falls from the greatest weight to 1 in steps of the weights' greatest common divisor; within
//! a pass the list order decides. The list `[C2, B3, A4]` gives the round A, B A, C B A, C B A, and weight 5 beside
//! two of 1 gives A A A A C B A: a heavy server's turns come in a burst. Connections, active or inactive, do not
//! count.
//!
//! Every edit, even one that changes nothing, sends the cursor back to the head but keeps the bar. Servers added
//! one by one to a `wrr` service therefore begin with a round at bar 1, as if all weights were equal; a service
//! switched to `wrr` with its servers in place does not.

use crate::flow::Flow;
use crate::scheduler::Scheduler;
use crate::table::{ServerIndex, ServerTable, TableChange};
use crate::time::Time;

/// Weighted round robin.
#[derive(Clone, Debug)]
pub struct WeightedRoundRobin {
    /// The server chosen last; `None` stands for the place before the head. Every change of the list resets it.
    cursor: Option<usize>,
    /// The bar of this round.
    current: i32,
    /// The bar of the first round: the greatest weight, lowered to 1 modulo `step`; 0 if no weight is above 0.
    greatest: i32,
    step: i32,
}

impl WeightedRoundRobin {
    /// Bound to a list of servers.
    pub fn new(servers: &ServerTable) -> Self {
        let mut scheduler = Self { cursor: None, current: 0, greatest: 0, step: 1 };
        scheduler.measure(servers);
        scheduler.current = scheduler.greatest;
        scheduler
    }

    fn measure(&mut self, servers: &ServerTable) {
        let weights = || servers.servers().iter().map(|server| server.weight()).filter(|&weight| weight > 0);
        self.step = weights().fold(0, gcd).max(1);
        self.greatest = weights().max().unwrap_or(0) - (self.step - 1);
    }
}

impl Scheduler for WeightedRoundRobin {
    fn schedule(&mut self, _: &Flow, servers: &ServerTable, _: Time) -> Option<ServerIndex> {
        if self.greatest == 0 {
            return None;
        }
        let rows = servers.servers();
        let last = self.cursor;
        let mut from = last.map_or(0, |at| at + 1);
        let mut stop = None;
        let (mut last_pass, mut restarted) = (false, false);
        loop {
            for (at, server) in rows.iter().enumerate().skip(from) {
                if !server.overloaded() && server.weight() >= self.current {
                    self.cursor = Some(at);
                    return Some(ServerIndex::new(at));
                }
                if stop == Some(at) {
                    self.cursor = stop;
                    return None;
                }
            }
            self.current -= self.step;
            if self.current <= 0 {
                self.current = self.greatest;
                if last_pass || last.is_none() {
                    self.cursor = None;
                    return None;
                }
                restarted = true;
            }
            last_pass = self.current <= self.step;
            if last_pass && restarted {
                stop = last;
            }
            from = 0;
        }
    }

    fn table_changed(&mut self, _: TableChange, servers: &ServerTable) {
        self.cursor = None;
        self.measure(servers);
        if self.current > self.greatest || self.current == 0 {
            self.current = self.greatest;
        } else if self.step > 1 {
            self.current = self.current / self.step * self.step + 1;
        }
    }
}

/// The greatest common divisor; `gcd(0, b)` is `b`.
pub(crate) fn gcd(a: i32, b: i32) -> i32 {
    if a == 0 { b } else { gcd(b % a, a) }
}
