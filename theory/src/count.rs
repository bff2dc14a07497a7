//! Set-ups that a scheduler or the director answers by itself, without a run: hash tables, balls in bins, persistence,
//! popularity.

mod bins;
mod hashing;
mod persistence;
mod popular;

use ipvslab_schedulers::{Accounting, Rng, ServerId, ServerTable, Thresholds, Weight};

use super::reference::Reference;

/// What one repetition found, by the names of the metrics.
pub(crate) type Found = Vec<(&'static str, f64)>;

/// How a set-up is counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Count {
    pub(crate) repetitions: u32,
    count: fn(&Reference, &mut Rng) -> Found,
}

impl Count {
    /// `None` for a family that is not counted.
    pub(crate) fn of(reference: &Reference) -> Option<Self> {
        let count = |repetitions, count| Some(Self { repetitions, count });
        match reference.family() {
            "shtab" => count(1, hashing::shares),
            "shw" => count(1, hashing::weighted),
            "shrem" => count(1, hashing::removal),
            "mh" if reference.id.starts_with("mh-bal") => count(1, hashing::balance),
            "mh" => count(600, hashing::disruption),
            "bins" => count(40, bins::fullest),
            "zipf" => count(40, popular::first),
            "persist" => count(40, persistence::templates),
            _ => None,
        }
    }

    /// The values of one repetition.
    pub(crate) fn repetition(&self, reference: &Reference, repetition: u32) -> Found {
        (self.count)(reference, &mut Rng::stream(1, repetition, &reference.id))
    }
}

/// A list with these weights in list order, head first; server numbers count from the head. Addresses are drawn.
fn list(weights: &[u32], draws: &mut Rng) -> ServerTable {
    let mut table = ServerTable::new(Accounting::Total);
    for (number, &weight) in weights.iter().enumerate().rev() {
        let address = std::net::Ipv4Addr::from_bits(draws.bits() as u32);
        let weight = Weight::new(weight).expect("the rows have small weights");
        table.add(
            ServerId::new(number as u32),
            (address, draws.bits() as u16).into(),
            weight,
            Thresholds::NONE,
        );
    }
    table
}
