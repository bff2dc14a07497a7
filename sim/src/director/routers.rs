//! The routers in front of several directors: equal-cost multipath by a hash.

use alloc::vec::Vec;

use ipvslab_schedulers::{Flow, fold, murmur3_finish};

use crate::setup::{Directors, RouterHash, SpreadBy};

/// Which director a packet comes to.
#[derive(Clone, Debug)]
pub(crate) struct Routers {
    by: SpreadBy,
    hash: RouterHash,
    count: u32,
    /// The directors that are there, in order.
    present: Vec<u32>,
}

impl Routers {
    /// All directors are there.
    pub(crate) fn new(plan: &Directors) -> Self {
        Self { by: plan.by, hash: plan.hash, count: plan.count, present: (0..plan.count).collect() }
    }

    /// A director is gone, or back.
    pub(crate) fn set_present(&mut self, director: u32, is_present: bool) {
        match self.present.binary_search(&director) {
            Ok(at) if !is_present => drop(self.present.remove(at)),
            Err(at) if is_present => self.present.insert(at, director),
            _ => {}
        }
    }

    /// The director of a connection. If none is there, the one that it would have if all were.
    pub(crate) fn director(&self, flow: &Flow) -> u32 {
        let port = match self.by {
            SpreadBy::Client => 0,
            SpreadBy::Connection => u64::from(flow.client_port),
        };
        let hash = murmur3_finish(u64::from(fold(flow.client)) << 16 | port);
        let home = part(hash, self.count);
        if self.present.len() == self.count as usize || self.present.is_empty() {
            return home;
        }
        match self.hash {
            RouterHash::Resilient if self.present.binary_search(&home).is_ok() => home,
            // Another hash, or all that the one that is gone had would come to one director.
            RouterHash::Resilient => {
                self.present[part(murmur3_finish(hash), self.present.len() as u32) as usize]
            }
            RouterHash::Plain => self.present[part(hash, self.present.len() as u32) as usize],
        }
    }
}

/// Which of `count` equal parts a hash is in.
fn part(hash: u64, count: u32) -> u32 {
    (((hash >> 32) * u64::from(count)) >> 32) as u32
}

#[cfg(test)]
mod tests {
    use core::net::{IpAddr, Ipv4Addr};

    use super::*;

    /// Of this many clients, the share whose director changes when the last of `count` is gone.
    fn moved(hash: RouterHash, count: u32) -> f64 {
        let plan = Directors { count, hash, ..Directors::default() };
        let flow = |client: u32| Flow {
            client: IpAddr::V4(Ipv4Addr::from(client)),
            client_port: 1,
            destination: IpAddr::V4(Ipv4Addr::LOCALHOST),
            destination_port: 80,
            protocol: Flow::TCP,
        };
        let before = Routers::new(&plan);
        let mut after = before.clone();
        after.set_present(count - 1, false);
        const CLIENTS: u32 = 100_000;
        let moves = |client: &u32| before.director(&flow(*client)) != after.director(&flow(*client));
        let share = (0..CLIENTS).filter(moves).count() as f64 / f64::from(CLIENTS);
        after.set_present(count - 1, true);
        assert!((0..1_000).all(|client| before.director(&flow(client)) == after.director(&flow(client))));
        share
    }

    /// With equal parts of a line, the border after the k-th part moves from k/n to k/(n - 1): half of all move (the sum of
    /// k/(n(n-1)) over k below n). Resilient hashing moves what the lost one had.
    #[test]
    fn plain_hashing_moves_half_and_resilient_hashing_a_share() {
        for count in [2, 4, 10] {
            assert!((moved(RouterHash::Plain, count) - 0.5).abs() < 0.01);
            assert!((moved(RouterHash::Resilient, count) - 1.0 / f64::from(count)).abs() < 0.01);
        }
    }
}
