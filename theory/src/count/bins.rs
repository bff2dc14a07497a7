//! Clients hashed to servers: how many the fullest server has. `mh` hashes them, whose table is balanced to one slot.

use std::net::Ipv4Addr;

use ipvslab_schedulers::{Flow, HashFlags, KernelProfile, MaglevHashing, Rng, Scheduler, Time};

use super::{Found, list};
use crate::reference::Reference;

/// The mean of the largest count over many sets of drawn clients.
pub(super) fn fullest(reference: &Reference, draws: &mut Rng) -> Found {
    let (servers, clients) = (reference.number("bins") as usize, reference.number("balls") as usize);
    let sets = (400_000 / clients).max(500);
    let table = list(&vec![1; servers], draws);
    let index = KernelProfile::TOTAL.mh_table_index;
    let mut maglev = MaglevHashing::new(HashFlags::default(), index, &table).expect("few servers");
    let mut sum = 0.0;
    for _ in 0..sets {
        let mut counts = vec![0u32; servers];
        for _ in 0..clients {
            let client = Ipv4Addr::from_bits(draws.bits() as u32).into();
            let flow = Flow {
                client,
                client_port: 0,
                destination: client,
                destination_port: 80,
                protocol: Flow::TCP,
            };
            let chosen = maglev.schedule(&flow, &table, Time::ZERO).expect("every server is open");
            counts[table.id(chosen).index()] += 1;
        }
        sum += f64::from(counts.into_iter().max().unwrap_or(0));
    }
    let most = sum / sets as f64;
    vec![("expected_max_load", most), ("max_over_mean", most * servers as f64 / clients as f64)]
}
