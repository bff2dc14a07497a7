//! How a trace is played: as recorded, by blocks or by clients, at its own load or at another.
//!
//! Local block bootstrap: Künsch 1989; Paparoditis & Politis 2002. Whole clients: a cluster bootstrap, Davison & Hinkley
//! 1997, 3.8.

use std::net::IpAddr;

use ipvslab_schedulers::{Rng, RngFamily};

use super::Row;
use crate::pool::Pool;

/// Nanoseconds of a minute.
const MINUTE: u64 = 60_000_000_000;
/// How far copies that come together are from each other: nanoseconds.
const TOGETHER: u64 = 5_000_000_000;

/// What a replication does with the recorded day.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum TraceDesign {
    /// Plays it as it is.
    Recorded,
    /// Takes each stretch of it from somewhere near.
    Blocks,
    /// Draws its clients, with replacement, each at a time of day near its own.
    Clients,
}

/// Where the copies of a client are in time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Copies {
    /// Each by itself.
    Apart,
    /// All with the one that was recorded, as if they had one cause.
    Together,
}

/// How a trace is resampled and scaled; times are the trace's own nanoseconds.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Plan {
    /// Copies of each client, on average.
    pub(crate) scale: f64,
    pub(crate) copies: Copies,
    /// The length of a block.
    pub(crate) block: u64,
    /// How far a block or a copy is moved at most.
    pub(crate) shift: u64,
    /// How many leading bits of its address make a client.
    pub(crate) prefix: u8,
    /// Where the addresses of further copies are from.
    pub(crate) pool: Pool,
}

impl Plan {
    /// More copies than this are not made of anybody.
    pub(crate) const MOST_COPIES: f64 = 500.0;

    /// The length of blocks of a trace of this span: 10 min, or a twentieth of it.
    pub(crate) fn block_of(span: u64) -> u64 {
        (10 * MINUTE).min(span / 20).max(1)
    }

    /// How far anything is moved in a trace of this span: 30 min, or a quarter of it; without clients a twentieth.
    pub(crate) fn shift_of(span: u64, has_clients: bool) -> u64 {
        (30 * MINUTE).min(span / if has_clients { 4 } else { 20 })
    }

    /// How far a copy is moved at most.
    fn reach(&self) -> u64 {
        match self.copies {
            Copies::Apart => self.shift,
            Copies::Together => self.shift.min(TOGETHER),
        }
    }
}

/// The copies of one replication: what is drawn goes by client, row and copy, never by what was drawn before.
#[derive(Debug)]
pub(super) struct Drawing {
    plan: Plan,
    design: TraceDesign,
    /// The trace's end.
    span: u64,
    /// The tick that rows are spread over; 0 for none.
    tick: u64,
    /// The chance of at most 0, 1, 2 … copies, of clients that are drawn.
    at_most: Vec<f64>,
    counts: RngFamily,
    shifts: RngFamily,
    spread: RngFamily,
}

impl Drawing {
    pub(super) fn new(plan: Plan, design: TraceDesign, span: u64, tick: u64, key: (u64, u32)) -> Self {
        let family = |purpose| Rng::family(key.0, key.1, purpose);
        Self {
            plan,
            design,
            span,
            tick,
            at_most: if design == TraceDesign::Clients { poisson(plan.scale) } else { Vec::new() },
            counts: family("resample/clients"),
            shifts: family("resample/shifts"),
            spread: family("spread"),
        }
    }

    /// How far from where it was recorded a row may come.
    pub(super) fn reach(&self) -> u64 {
        let moves = self.design == TraceDesign::Clients || self.plan.scale > 1.0;
        if moves { self.plan.reach() } else { 0 }
    }

    /// How many copies there are of the client behind `unit`: no fewer at a higher scale.
    pub(super) fn copies(&self, unit: u64) -> u32 {
        if self.design != TraceDesign::Clients && self.plan.scale == 1.0 {
            return 1;
        }
        let chance = self.counts.unit(unit, 0);
        if self.design == TraceDesign::Clients {
            return self.at_most.partition_point(|&at_most| at_most <= chance) as u32;
        }
        let whole = libm::floor(self.plan.scale);
        whole as u32 + u32::from(chance < self.plan.scale - whole)
    }

    /// When a copy of a row comes.
    #[inline]
    pub(super) fn at(&self, elapsed: u64, number: u64, unit: u64, copy: u32) -> u64 {
        let spread = if self.tick > 0 {
            let start = elapsed - elapsed % self.tick;
            let within = libm::floor(self.spread.unit(number, copy.into()) * self.tick as f64) as u64;
            start + within.min(self.tick - 1)
        } else {
            elapsed
        };
        if copy == 0 && self.design != TraceDesign::Clients {
            return spread;
        }
        let reach = self.plan.reach() as f64;
        let shift = (2.0 * self.shifts.unit(unit, copy.into()) - 1.0) * reach;
        let moved = spread as i64 + shift as i64;
        let span = self.span as i64;
        let reflected = if moved < 0 {
            -moved
        } else if moved >= span {
            2 * span - 1 - moved
        } else {
            moved
        };
        reflected.clamp(0, span - 1) as u64
    }

    /// What stands for the client of a row, or for the row itself.
    #[inline]
    pub(super) fn unit(&self, row: &Row, number: u64) -> u64 {
        row.client.map_or(number, |client| self.client(client))
    }

    fn client(&self, client: IpAddr) -> u64 {
        match network(client, self.plan.prefix) {
            IpAddr::V4(address) => u32::from(address).into(),
            IpAddr::V6(address) => {
                let bits = u128::from(address);
                ((bits >> 64) as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ bits as u64
            }
        }
    }

    /// A row as a copy of it plays it: further copies are clients of their own, whose ports are drawn.
    #[inline]
    pub(super) fn copied(&self, row: &Row, copy: u32) -> Row {
        let mut row = *row;
        if copy > 0 {
            row.client = row.client.map(|client| self.other(client, copy));
            row.port = None;
        }
        row
    }

    /// The address of a further copy: always the same of the same client or network.
    fn other(&self, client: IpAddr, copy: u32) -> IpAddr {
        let unit = self.client(client);
        let mut name = [0; 12];
        name[..8].copy_from_slice(&unit.to_le_bytes());
        name[8..].copy_from_slice(&copy.to_le_bytes());
        let fresh = self.plan.pool.address_of(&name);
        joined(network(fresh, self.plan.prefix), client, self.plan.prefix)
    }
}

/// The first `prefix` bits of an address.
fn network(address: IpAddr, prefix: u8) -> IpAddr {
    match address {
        IpAddr::V4(v4) => {
            IpAddr::V4((u32::from(v4) & !(u32::MAX.checked_shr(prefix.into()).unwrap_or(0))).into())
        }
        IpAddr::V6(v6) => {
            IpAddr::V6((u128::from(v6) & !(u128::MAX.checked_shr(prefix.into()).unwrap_or(0))).into())
        }
    }
}

/// A network with the host of another address.
fn joined(network: IpAddr, host: IpAddr, prefix: u8) -> IpAddr {
    match (network, host) {
        (IpAddr::V4(network), IpAddr::V4(host)) => {
            let behind = u32::MAX.checked_shr(prefix.into()).unwrap_or(0);
            IpAddr::V4((u32::from(network) | u32::from(host) & behind).into())
        }
        (IpAddr::V6(network), IpAddr::V6(host)) => {
            let behind = u128::MAX.checked_shr(prefix.into()).unwrap_or(0);
            IpAddr::V6((u128::from(network) | u128::from(host) & behind).into())
        }
        _ => network,
    }
}

/// The chance of at most 0, 1, 2 … of a Poisson number, as far as doubles tell it from 1.
fn poisson(mean: f64) -> Vec<f64> {
    let mut at_most = Vec::new();
    let (mut term, mut sum) = (libm::exp(-mean), 0.0);
    let mut count = 0.0;
    while at_most.len() < 16 || (count < mean || term > 1e-18) {
        sum += term;
        at_most.push(sum.min(1.0));
        count += 1.0;
        term *= mean / count;
    }
    // Rounding leaves the last a little below 1: no draw is beyond it.
    at_most.push(1.0);
    at_most
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_higher_mean_has_no_fewer_at_the_same_chance() {
        let count = |at_most: &[f64], chance: f64| at_most.partition_point(|&at_most| at_most <= chance);
        for (lighter, heavier) in [(0.3, 0.31), (1.0, 1.1), (2.0, 3.7), (100.0, 101.0), (450.0, 500.0)] {
            let (few, many) = (poisson(lighter), poisson(heavier));
            for step in 0..1000 {
                let chance = f64::from(step) / 1000.0;
                assert!(count(&few, chance) <= count(&many, chance), "{lighter} and {heavier} at {chance}");
            }
        }
    }

    #[test]
    fn the_mean_of_the_law_is_what_was_asked_for() {
        for mean in [0.25, 1.0, 7.5, 500.0] {
            let at_most = poisson(mean);
            let found: f64 = at_most.iter().map(|at_most| 1.0 - at_most).sum();
            assert!((found / mean - 1.0).abs() < 1e-9, "{mean}: {found}");
        }
    }

    #[test]
    fn networks_are_copied_with_their_hosts() {
        let host = IpAddr::from([192, 0, 2, 7]);
        assert_eq!(network(host, 24), IpAddr::from([192, 0, 2, 0]));
        assert_eq!(network(host, 32), host);
        assert_eq!(joined(IpAddr::from([10, 1, 2, 0]), host, 24), IpAddr::from([10, 1, 2, 7]));
    }
}
