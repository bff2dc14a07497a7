//! The rules as schedulers: order, changes of the list, weights, load.

use std::net::{Ipv4Addr, SocketAddr};

use ipvslab_schedulers::{
    Accounting, AnyScheduler, Draws, Flow, HashFlags, KernelProfile, Rng, Scheduler, SchedulerKind,
    SchedulerOptions, ServerId, ServerTable, Thresholds, Time, Weight,
};

/// A service of servers 10.0.0.1 and so on, added in this order, under a rule.
pub(super) struct Farm {
    table: ServerTable,
    scheduler: AnyScheduler,
    flow: Flow,
}

impl Farm {
    pub(super) fn new(kind: SchedulerKind, draws: Draws, weights: &[u32]) -> Self {
        let mut table = ServerTable::new(Accounting::Total);
        let profile = KernelProfile::TOTAL;
        let options = SchedulerOptions { profile, flags: HashFlags::default(), draws };
        let mut scheduler = AnyScheduler::new(kind, options, &table, Time::ZERO).expect("an empty list");
        for (number, &weight) in (0u32..).zip(weights) {
            let address = SocketAddr::new(Ipv4Addr::from_bits(0x0a00_0001 + number).into(), 80);
            let weight = Weight::new(weight).expect("a weight");
            let change = table.add(ServerId::new(number), address, weight, Thresholds::NONE);
            scheduler.table_changed(change, &table);
        }
        let home = Ipv4Addr::new(198, 51, 100, 1).into();
        let flow = Flow {
            client: home,
            client_port: 40_000,
            destination: home,
            destination_port: 80,
            protocol: Flow::TCP,
        };
        Self { table, scheduler, flow }
    }

    fn of(rule: &str, words: &[u32], weights: &[u32]) -> Self {
        let draws = Draws::Recorded(words.iter().copied().collect());
        Self::new(SchedulerKind::named(rule).expect("a rule"), draws, weights)
    }

    fn random(kind: SchedulerKind, weights: &[u32]) -> Self {
        Self::new(kind, Draws::Stream(Rng::stream(5, 0, "planes")), weights)
    }

    fn choose(&mut self) -> Option<usize> {
        let at = self.scheduler.schedule(&self.flow, &self.table, Time::ZERO)?;
        Some(self.table.id(at).index())
    }

    /// The number of the server, from 0 on, that the next connection goes to.
    pub(super) fn number(&mut self) -> usize {
        self.choose().expect("a server")
    }

    fn weight(&mut self, number: u32, weight: u32) {
        let change = self.table.set_weight(ServerId::new(number), Weight::new(weight).expect("a weight"));
        self.scheduler.table_changed(change, &self.table);
    }

    fn connect(&mut self, number: u32, connections: u32) {
        for _ in 0..connections {
            let at = self.table.position(ServerId::new(number)).expect("in the list");
            self.table.open(at);
            self.scheduler.load_changed(at, &self.table);
        }
    }
}

/// The word that names a value of `modulus`.
fn word(value: u32, modulus: u32) -> u32 {
    ((u64::from(value) << 32).div_ceil(u64::from(modulus))) as u32
}

#[test]
fn kube_proxy_numbers_servers_by_their_text_and_a_rule_of_ones_own_as_they_were_added() {
    // .10, .11, .12, .1, .2 and so on: a digit stands before the colon.
    for rule in ["nft-random", "iptables-random"] {
        let words = if rule == "nft-random" { vec![word(1, 12)] } else { vec![u32::MAX, 0] };
        assert_eq!(Farm::of(rule, &words, &[1; 12]).number(), 10, "{rule}");
    }
    assert_eq!(Farm::of("swarm-random", &[word(3, 24)], &[1; 12]).number(), 1);
    let mut in_turn = Farm::of("nft-inc", &[], &[1; 12]);
    assert_eq!([in_turn.number(), in_turn.number()], [0, 1]);
}

#[test]
fn single_server_takes_no_word_from_the_cascade_and_one_from_numgen() {
    assert_eq!(Farm::of("iptables-random", &[], &[1]).number(), 0);
    assert_eq!(Farm::of("nft-random", &[7], &[1]).number(), 0);
}

#[test]
fn rule_that_is_replaced_starts_again_and_serves_weights_in_runs() {
    let mut farm = Farm::of("nft-inc", &[], &[3, 1, 2]);
    let of = |farm: &mut Farm, count: usize| (0..count).map(|_| farm.number()).collect::<Vec<_>>();
    assert_eq!(of(&mut farm, 8), [0, 0, 0, 1, 2, 2, 0, 0]);
    farm.weight(1, 0);
    assert_eq!(of(&mut farm, 6), [0, 0, 0, 2, 2, 0]);
    let mut equal = Farm::of("nft-inc", &[], &[100; 3]);
    assert_eq!(of(&mut equal, 4), [0, 1, 2, 0], "nobody writes runs of 100 for equal servers");
}

#[test]
fn every_rule_leaves_servers_of_weight_0_alone_and_refuses_without_others() {
    for kind in SchedulerKind::PLANES {
        let mut farm = Farm::random(kind, &[1, 0, 1]);
        for port in 0..200 {
            farm.flow.client_port = port;
            assert_ne!(farm.number(), 1, "{kind}");
        }
        assert_eq!(Farm::random(kind, &[0, 0]).choose(), None, "{kind}");
        assert_eq!(Farm::random(kind, &[]).choose(), None, "{kind}");
    }
}

#[test]
fn katrans_ring_stays_as_it_was_when_no_server_is_left() {
    let kind = SchedulerKind::named("katran-maglev").expect("a rule");
    let mut farm = Farm::random(kind, &[1, 1]);
    let before = farm.number();
    farm.weight(0, 0);
    farm.number();
    farm.weight(1, 0);
    assert_eq!(farm.number(), 1, "the last one filled the ring; before it was {before}");
}

#[test]
fn rules_that_pick_at_random_are_uniform_whatever_the_weights() {
    let random = ["iptables-random", "iptables-random-5", "nft-random", "swarm-random", "cilium-random"];
    for rule in random {
        let mut farm = Farm::random(SchedulerKind::named(rule).expect("a rule"), &[1, 9, 1, 1]);
        let mut counts = [0u32; 4];
        (0..40_000).for_each(|_| counts[farm.number()] += 1);
        // Four standard deviations are 346.
        assert!(counts.iter().all(|&count| count.abs_diff(10_000) < 346), "{rule}: {counts:?}");
    }
}

#[test]
fn least_loaded_of_those_drawn_is_taken_and_the_first_one_in_a_tie() {
    let mut farm = Farm::of("least-of-2", &[4, 2, 1, 0, 3, 3], &[1; 5]);
    farm.connect(4, 2);
    farm.connect(2, 1);
    assert_eq!([farm.number(), farm.number(), farm.number()], [2, 1, 3]);
    let mut four = Farm::of("least-of-4", &[0, 1, 2, 3], &[1; 5]);
    (0..4).for_each(|number| four.connect(number, 4 - number));
    assert_eq!(four.number(), 3);
}

#[test]
fn same_server_is_drawn_twice_one_time_in_n_unless_they_have_to_differ() {
    // One server has many connections: it is taken only if it is drawn alone.
    for (rule, expected) in [("least-of-2", 1.0 / 9.0), ("least-of-2-distinct", 0.0)] {
        let mut farm = Farm::random(SchedulerKind::named(rule).expect("a rule"), &[1; 3]);
        farm.connect(0, 5);
        let taken = (0..30_000).filter(|_| farm.number() == 0).count();
        assert!((taken as f64 / 30_000.0 - expected).abs() < 0.0075, "{rule}: {taken}");
    }
}

#[test]
fn clients_stay_with_their_server_under_jhash_and_both_maglevs() {
    for rule in ["nft-jhash", "cilium-maglev", "katran-maglev"] {
        let kind = SchedulerKind::named(rule).expect("a rule");
        let mut farm = Farm::random(kind, &[1; 10]);
        let first = farm.number();
        farm.connect(first as u32, 50);
        assert!((0..20).all(|_| farm.number() == first), "{rule}");
        farm.flow.client_port += 1;
        let is_by_address = farm.number() == first;
        assert!(is_by_address || rule != "nft-jhash");
    }
}
