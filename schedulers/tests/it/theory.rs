//! Shares and disruption of the hash tables: exact counts, computed independently of this crate, and for `mh` the
//! Monte Carlo values of Maglev's own experiment (section 3.4 and figure 12 of the paper).

use std::net::Ipv4Addr;

use ipvslab_schedulers::{
    Accounting, Flow, HashFlags, KernelProfile, MaglevHashing, Rng, Scheduler, ServerId, ServerTable,
    SourceHashing, Thresholds, Time, Weight,
};

use crate::service::endpoint;

/// A list with these weights in list order, head first; server numbers count from the head.
fn list(weights: &[u32]) -> ServerTable {
    let mut table = ServerTable::new(Accounting::Total);
    for (number, &weight) in weights.iter().enumerate().rev() {
        let id = ServerId::new(number as u32);
        table.add(id, endpoint(id), Weight::new(weight).expect("a small weight"), Thresholds::NONE);
    }
    table
}

/// Who owns each of `sh`'s 256 buckets.
fn buckets(table: &ServerTable) -> Vec<ServerId> {
    let mut scheduler = SourceHashing::new(HashFlags::default(), KernelProfile::TOTAL.sh_table_bits, table);
    one_client_a_bucket()
        .map(|client| {
            let flow = Flow {
                client: client.into(),
                client_port: 0,
                destination: client.into(),
                destination_port: 80,
                protocol: Flow::TCP,
            };
            table.id(scheduler.schedule(&flow, table, Time::ZERO).expect("every server is open"))
        })
        .collect()
}

/// The hash multiplies by an odd number and keeps the upper 8 bits, so the inverse leads back from bucket to address.
pub(crate) fn one_client_a_bucket() -> impl Iterator<Item = Ipv4Addr> {
    let multiplier = 0x61c8_8647u32;
    let mut inverse = 1u32;
    for _ in 0..5 {
        inverse = inverse.wrapping_mul(2u32.wrapping_sub(multiplier.wrapping_mul(inverse)));
    }
    (0..256u32).map(move |bucket| Ipv4Addr::from_bits((bucket << 24).wrapping_mul(inverse)))
}

fn counts(owners: &[ServerId], servers: usize) -> Vec<usize> {
    let mut counts = vec![0; servers];
    owners.iter().for_each(|owner| counts[owner.index()] += 1);
    counts
}

#[test]
fn sh_shares_of_equal_servers_are_the_exact_counts() {
    for (servers, most, least) in [(3, 1.0078125, 0.99609375), (24, 1.03125, 0.9375), (48, 1.125, 0.9375)] {
        let counts = counts(&buckets(&list(&vec![1; servers])), servers);
        let fair = 256.0 / servers as f64;
        let share = |count: Option<&usize>| *count.expect("there are servers") as f64 / fair;
        assert_eq!((share(counts.iter().max()), share(counts.iter().min())), (most, least), "{servers}");
    }
}

#[test]
fn sh_shares_of_weighted_servers_are_the_exact_counts() {
    for (weights, expected) in
        [(&[4, 3, 2][..], &[116, 84, 56][..]), (&[100, 50, 25], &[181, 50, 25]), (&[200, 100], &[200, 56])]
    {
        assert_eq!(counts(&buckets(&list(weights)), weights.len()), expected, "{weights:?}");
    }
}

#[test]
fn removing_a_server_from_sh_changes_the_exact_number_of_buckets() {
    for (servers, removed, changed, needlessly) in
        [(4, 3, 190, 126), (4, 0, 193, 129), (8, 7, 221, 189), (8, 0, 228, 196), (16, 15, 226, 210)]
    {
        let mut table = list(&vec![1; servers]);
        let before = buckets(&table);
        let removed = ServerId::new(removed);
        table.remove(removed);
        let found = disruption(&before, &buckets(&table), &[removed]);
        assert_eq!(found, (changed, needlessly), "{servers} servers, without {removed:?}");
    }
}

/// How many places changed their owner, and how many of those though their owner had stayed.
fn disruption(before: &[ServerId], after: &[ServerId], removed: &[ServerId]) -> (usize, usize) {
    let changed = before.iter().zip(after).filter(|(before, after)| before != after);
    let needlessly = changed.clone().filter(|(before, _)| !removed.contains(before));
    (changed.count(), needlessly.count())
}

#[test]
fn mh_table_is_balanced_to_one_slot() {
    let table = list(&[1; 3]);
    let maglev = MaglevHashing::new(HashFlags::default(), 12, &table).expect("few servers");
    let counts = counts(maglev.slots(), 3);
    let mean = 4093.0 / 3.0;
    let over = |count: Option<&usize>| *count.expect("there are servers") as f64 / mean;
    assert!((over(counts.iter().max()) - 1.000_488_639_14).abs() < 1e-10);
    assert!((over(counts.iter().min()) - 0.999_755_680_43).abs() < 1e-10);
}

#[test]
fn mh_disruption_is_that_of_random_permutations() {
    // Random addresses give (nearly) random offsets and skips.
    for (servers, index, repetitions, changed, changed_se, needlessly, needlessly_se) in [
        (3u32, 12, 300, 0.335_868_556, 6.25e-4, 0.002_549_068, 6.25e-4),
        (10, 12, 300, 0.111_749_328, 3.03e-4, 0.011_748_514, 3.03e-4),
        (10, 16, 20, 0.102_464_095, 1.58e-4, 0.002_464_859, 1.58e-4),
    ] {
        let mut rng = Rng::stream(1, servers, "mh disruption");
        let mut sums = (0.0, 0.0);
        let mut size = 0.0;
        for _ in 0..repetitions {
            let mut table = ServerTable::new(Accounting::Total);
            for number in 0..servers {
                let address = Ipv4Addr::from_bits(rng.bits() as u32);
                let endpoint = (address, rng.bits() as u16).into();
                table.add(ServerId::new(number), endpoint, Weight::ONE, Thresholds::NONE);
            }
            let mut maglev = MaglevHashing::new(HashFlags::default(), index, &table).expect("few servers");
            let before = maglev.slots().to_vec();
            let removed = ServerId::new(rng.below(servers));
            let change = table.remove(removed);
            maglev.table_changed(change, &table);
            let (all, needless) = disruption(&before, maglev.slots(), &[removed]);
            size = before.len() as f64;
            sums = (sums.0 + all as f64, sums.1 + needless as f64);
        }
        let mean = |sum: f64| sum / size / f64::from(repetitions);
        // Both sides have a standard error: five of their combined one.
        let found = (mean(sums.0), mean(sums.1));
        let within = |found: f64, expected: f64, se: f64| (found - expected).abs() < 5.0 * 1.5 * se;
        assert!(within(found.0, changed, changed_se), "{servers} servers: changed {found:?}");
        assert!(within(found.1, needlessly, needlessly_se), "{servers} servers: needlessly {found:?}");
    }
}
