//! The tables of `sh`, `dh` and `mh`: shares, and what a removal changes.

use std::net::Ipv4Addr;

use ipvslab_schedulers::{
    AnyScheduler, Draws, Flow, HashFlags, KernelProfile, MaglevHashing, Rng, Scheduler, SchedulerKind,
    SchedulerOptions, ServerId, ServerTable, Time,
};

use super::{Found, list};
use crate::reference::Reference;

/// Table sizes of the kernel's `mh`, with their `CONFIG_IP_VS_MH_TAB_INDEX`.
const TABLES: [(f64, u32); 2] = [(4093.0, 12), (65_521.0, 16)];

/// Largest and smallest share of equal servers, over the fair one.
pub(super) fn shares(reference: &Reference, draws: &mut Rng) -> Found {
    let servers = reference.number("servers") as usize;
    let counts = counts(&buckets(&list(&vec![1; servers], draws)), servers);
    let (most, least) = extremes(&counts);
    let fair = 256.0 / servers as f64;
    vec![("max_share_over_fair", most / fair), ("min_share_over_fair", least / fair)]
}

/// How many buckets each server has, by the weights.
pub(super) fn weighted(reference: &Reference, draws: &mut Rng) -> Found {
    let weights: Vec<u32> = reference.numbers("weights").iter().map(|&weight| weight as u32).collect();
    let table = list(&weights, draws);
    let counts = counts(&owners(SchedulerKind::Sh, &table), weights.len());
    let names = ["buckets_server0", "buckets_server1", "buckets_server2"];
    names.into_iter().zip(counts).map(|(name, count)| (name, count as f64)).collect()
}

/// Buckets that have another owner after one server was deleted, and those of them whose owner had stayed.
pub(super) fn removal(reference: &Reference, draws: &mut Rng) -> Found {
    let mut table = list(&vec![1; reference.number("servers") as usize], draws);
    let before = buckets(&table);
    let removed = ServerId::new(reference.number("removed_list_position") as u32);
    table.remove(removed);
    let (changed, needlessly) = changes(&before, &buckets(&table), removed);
    vec![("buckets_changed", changed), ("buckets_changed_needlessly", needlessly)]
}

/// Most and fewest slots of a server of `mh`, over the mean.
pub(super) fn balance(reference: &Reference, draws: &mut Rng) -> Found {
    let servers = reference.number("backends") as usize;
    let maglev = maglev(reference, &list(&vec![1; servers], draws));
    let (most, least) = extremes(&counts(maglev.slots(), servers));
    let mean = maglev.slots().len() as f64 / servers as f64;
    vec![("max_entries_over_mean", most / mean), ("min_entries_over_mean", least / mean)]
}

/// What a removal changes in the table of `mh`. Drawn addresses give (nearly) random offsets and skips.
pub(super) fn disruption(reference: &Reference, draws: &mut Rng) -> Found {
    let servers = reference.number("backends") as u32;
    let mut table = list(&vec![1; servers as usize], draws);
    let mut maglev = maglev(reference, &table);
    let before = maglev.slots().to_vec();
    let removed = ServerId::new(draws.below(servers));
    let change = table.remove(removed);
    maglev.table_changed(change, &table);
    let (changed, needlessly) = changes(&before, maglev.slots(), removed);
    let size = before.len() as f64;
    vec![("fraction_entries_changed", changed / size), ("fraction_changed_needlessly", needlessly / size)]
}

fn maglev(reference: &Reference, table: &ServerTable) -> MaglevHashing {
    let size = reference.number("table");
    let (_, index) = TABLES.into_iter().find(|&(known, _)| known == size).expect("a table of the kernel");
    MaglevHashing::new(HashFlags::default(), index, table).expect("fewer servers than slots")
}

/// Who owns each of the 256 buckets of `sh` and of `dh`, which fill them alike.
///
/// # Panics
/// If they differ for equal weights.
fn buckets(table: &ServerTable) -> Vec<ServerId> {
    let owners = [SchedulerKind::Sh, SchedulerKind::Dh].map(|kind| owners(kind, table));
    assert_eq!(owners[0], owners[1], "sh and dh fill their tables alike");
    let [owners, _] = owners;
    owners
}

/// Who gets a client, or a destination, of each bucket.
fn owners(kind: SchedulerKind, table: &ServerTable) -> Vec<ServerId> {
    let draws = Draws::Stream(Rng::stream(1, 0, "twos"));
    let options = SchedulerOptions { profile: KernelProfile::TOTAL, flags: HashFlags::default(), draws };
    let mut scheduler = AnyScheduler::new(kind, options, table, Time::ZERO).expect("no table of mh");
    let owner = |address: Ipv4Addr| {
        let flow = Flow {
            client: address.into(),
            client_port: 0,
            destination: address.into(),
            destination_port: 80,
            protocol: Flow::TCP,
        };
        table.id(scheduler.schedule(&flow, table, Time::ZERO).expect("every server is open"))
    };
    one_address_a_bucket().map(owner).collect()
}

/// The hash multiplies by an odd number and keeps the upper 8 bits, so the inverse leads back from bucket to address.
fn one_address_a_bucket() -> impl Iterator<Item = Ipv4Addr> {
    let multiplier = 0x61c8_8647u32;
    let mut inverse = 1u32;
    for _ in 0..5 {
        inverse = inverse.wrapping_mul(2u32.wrapping_sub(multiplier.wrapping_mul(inverse)));
    }
    (0..256u32).map(move |bucket| Ipv4Addr::from_bits((bucket << 24).wrapping_mul(inverse)))
}

fn counts(owners: &[ServerId], servers: usize) -> Vec<u32> {
    let mut counts = vec![0; servers];
    owners.iter().for_each(|owner| counts[owner.index()] += 1);
    counts
}

/// The largest and the smallest of the counts.
fn extremes(counts: &[u32]) -> (f64, f64) {
    let most = counts.iter().max().copied().unwrap_or(0);
    let least = counts.iter().min().copied().unwrap_or(0);
    (f64::from(most), f64::from(least))
}

/// How many places changed their owner, and how many of those though their owner had stayed.
fn changes(before: &[ServerId], after: &[ServerId], removed: ServerId) -> (f64, f64) {
    let changed = before.iter().zip(after).filter(|(before, after)| before != after);
    let needlessly = changed.clone().filter(|&(&before, _)| before != removed).count();
    (changed.count() as f64, needlessly as f64)
}
