//! `dh`, `sh`, `mh`: sections 1.12 to 1.14, edge cases 37 to 48.

use std::collections::BTreeMap;

use ipvslab_schedulers::Accounting::Total;
use ipvslab_schedulers::Activity::Inactive;
use ipvslab_schedulers::{
    AnyScheduler, KernelProfile, MaglevHashing, Scheduler, SchedulerError, ServerId, ServerTable, Thresholds,
    Time, TooManyServers, Weight,
};

use crate::service::{Service, endpoint, id, options};
use crate::theory::one_client_a_bucket;

#[test]
fn dh_sends_every_client_of_one_vip_to_one_server() {
    let mut service = Service::bound("dh", Total, "C1 B1 A1");
    for client in ["192.168.1.100", "203.0.113.7", "8.8.8.8"] {
        service = service.from(client);
        assert_eq!(service.decide(), 'C', "{client}");
    }
    service.add("D1");
    assert_eq!(service.decide(), 'A');
}

#[test]
fn dh_refuses_the_clients_of_a_quiesced_or_overloaded_server() {
    let mut service = Service::bound("dh", Total, "C1x1 B1 A1");
    service.edit("C0x1");
    assert_eq!(service.decide(), '-');
    service.set_flags("fallback");
    assert_eq!(service.decide(), '-');
    service.edit("C1x1");
    assert_eq!(service.decide(), 'C');
    service.bind('C', Inactive);
    assert_eq!(service.decide(), '-');
}

#[test]
fn dh_loses_a_quiesced_servers_share_of_destination_addresses() {
    let mut service = Service::bound("dh", Total, "D1 C0 B1 A1");
    let refused = (0..=255).filter(|last| service.towards(&format!("10.0.0.{last}")).decide() == '-').count();
    assert!((54..=74).contains(&refused), "{refused} of 256, expected about a quarter");
}

/// How many of `sh`'s 256 buckets each server has, found with clients that hash to each bucket in turn.
fn shares(list: &str) -> BTreeMap<char, usize> {
    let mut service = Service::bound("sh", Total, list);
    let mut shares = BTreeMap::new();
    for client in one_client_a_bucket() {
        service.flow.client = client.into();
        *shares.entry(service.decide()).or_insert(0) += 1;
    }
    shares
}

#[test]
fn sh_deals_buckets_round_the_list_by_weight() {
    assert_eq!(shares("C1 B2 A3"), [('A', 127), ('B', 86), ('C', 43)].into());
    assert_eq!(shares("B100 A300"), [('A', 156), ('B', 100)].into());
}

#[test]
fn sh_leaves_a_server_beyond_the_last_bucket_without_any() {
    assert_eq!(shares("B100 A300 C50"), [('A', 156), ('B', 100)].into());
}

#[test]
fn sh_table_size_is_the_kernels_configuration() {
    // 16 buckets, of which B takes the first 10; the upper 4 of the 8 hash bits decide.
    let small = KernelProfile { sh_table_bits: 4, ..KernelProfile::TOTAL };
    let mut service = Service::bound_with("sh", options(small), "B10 A300");
    let shares: String = one_client_a_bucket()
        .step_by(16)
        .map(|client| {
            service.flow.client = client.into();
            service.decide()
        })
        .collect();
    assert_eq!(shares, "BBBBBBBBBBAAAAAA");
}

#[test]
fn sh_maps_a_client_by_its_bucket() {
    assert_eq!(Service::bound("sh", Total, "C1 B1 A1").decide(), 'A');
    // The pattern C B B A: a quiesced server takes one bucket a round, and bucket 89 is B's.
    assert_eq!(Service::bound("sh", Total, "C0 B2 A1").decide(), 'B');
}

#[test]
fn sh_refuses_the_clients_of_a_quiesced_server_unless_it_may_fall_back() {
    let mut service = Service::bound("sh", Total, "C1 B1 A1");
    service.edit("A0");
    assert_eq!(service.decide(), '-');
    service.set_flags("fallback");
    assert_eq!(service.decide(), 'B');
    service.set_flags("");
    assert_eq!(service.decide(), '-');
}

#[test]
fn sh_falls_back_from_an_overloaded_server_to_bucket_2h() {
    let mut service = Service::bound("sh", Total, "C1 B1 A1x1");
    service.bind('A', Inactive);
    assert_eq!(service.decide(), '-');
    service.set_flags("fallback");
    assert_eq!(service.decide(), 'B');
}

#[test]
fn sh_without_any_open_server_fails_with_fallback_too() {
    let mut service = Service::bound("sh", Total, "C0 B0 A0");
    service.set_flags("fallback");
    assert_eq!(service.decide(), '-');
    assert_eq!(Service::bound("sh", Total, "").decide(), '-');
}

#[test]
fn sh_port_flag_is_effective_at_once() {
    let mut service = Service::bound("sh", Total, "C1 B1 A1");
    service.set_flags("port");
    assert_eq!(service.decide(), 'B');
    service.set_flags("");
    assert_eq!(service.decide(), 'A');
}

fn slots(service: &Service) -> String {
    let AnyScheduler::MaglevHashing(maglev) = &service.scheduler else { panic!("the scheduler is mh") };
    maglev.slots().iter().map(|id| char::from(b'A' + id.index() as u8)).collect()
}

#[test]
fn mh_fills_its_table_as_the_spec_computed() {
    let service = Service::bound("mh", Total, "C1 B1 A1");
    let slots = slots(&service);
    assert_eq!(&slots[..8], "ABBCCABC");
    let owned = |name| slots.matches(name).count();
    assert_eq!((owned('C'), owned('B'), owned('A')), (1365, 1364, 1364));
}

#[test]
fn mh_maps_the_specs_clients() {
    let mut service = Service::bound("mh", Total, "C1 B1 A1");
    assert_eq!(service.decide(), 'B');
    assert_eq!(service.from("203.0.113.7").decide(), 'C');
}

#[test]
fn mh_keeps_its_table_when_a_server_is_quiesced() {
    let mut service = Service::bound("mh", Total, "C1 B1 A1");
    let before = slots(&service);
    service.edit("B0");
    assert_eq!(slots(&service), before);
    assert_eq!(service.decide(), '-');
    service.set_flags("fallback");
    assert_eq!(service.decide(), 'A');
    // Clients of the others stay where they were.
    assert_eq!(service.from("203.0.113.7").decide(), 'C');
}

#[test]
fn mh_port_flag_changes_the_slot() {
    let mut service = Service::bound("mh", Total, "C1 B1 A1");
    service.flow.client_port = 12_345;
    service.set_flags("port");
    let owner = slots(&service).as_bytes()[3989];
    assert_eq!(service.decide(), char::from(owner));
}

#[test]
fn mh_server_added_with_weight_0_owns_nothing_until_it_is_edited() {
    let mut service = Service::bound("mh", Total, "B1 A1");
    service.add("C0");
    assert!(!slots(&service).contains('C'));
    service.edit("C1");
    assert_eq!(slots(&service).matches('C').count(), 1365);
}

#[test]
fn mh_server_re_added_with_weight_0_has_forgotten_its_weight() {
    let mut service = Service::bound("mh", Total, "B1 A5");
    service.remove('A');
    service.add("A0");
    assert_eq!(slots(&service), "B".repeat(4093));
}

#[test]
fn mh_gives_slots_in_proportion_to_weight() {
    let service = Service::bound("mh", Total, "B300 A100");
    let slots = slots(&service);
    // Three slots to one in each turn: 4093 = 4 · 1023 + 1.
    assert_eq!((slots.matches('B').count(), slots.matches('A').count()), (3070, 1023));
}

#[test]
fn mh_scales_large_weights_down_to_six_bits_but_not_to_nothing() {
    // 1000 has 10 bits: shifted by 4 it gives 62 slots a turn; 1 gives 1.
    let service = Service::bound("mh", Total, "B1000 A1");
    let slots = slots(&service);
    assert_eq!(slots.matches('A').count(), 4093 / 63);
}

#[test]
fn mh_without_weights_has_no_table() {
    let mut service = Service::bound("mh", Total, "B0 A0");
    service.set_flags("fallback");
    assert_eq!(service.decide(), '-');
    assert!(slots(&service).is_empty());
}

fn many(count: u32) -> ServerTable {
    let mut table = ServerTable::new(Total);
    for number in 0..count {
        let id = ServerId::new(number);
        table.add(id, endpoint(id), Weight::ONE, Thresholds::NONE);
    }
    table
}

#[test]
fn mh_refuses_more_servers_than_slots() {
    let small = KernelProfile { mh_table_index: 8, ..KernelProfile::TOTAL };
    let bind = |table: &ServerTable| {
        AnyScheduler::new("mh".parse().expect("a scheduler"), options(small), table, Time::ZERO)
    };
    assert!(bind(&many(251)).is_ok());
    let refused = bind(&many(252)).expect_err("252 servers have no place in 251 slots");
    assert_eq!(refused, SchedulerError::TooManyServers(TooManyServers { slots: 251 }));
}

#[test]
fn mh_keeps_its_table_when_the_list_outgrows_it() {
    let mut table = many(251);
    let mut maglev = MaglevHashing::new(Default::default(), 8, &table).expect("251 slots for 251 servers");
    let before = maglev.slots().to_vec();
    let newcomer = ServerId::new(251);
    let change = table.add(newcomer, endpoint(newcomer), Weight::ONE, Thresholds::NONE);
    maglev.table_changed(change, &table);
    assert_eq!(maglev.slots(), before);
    let change = table.remove(id('A'));
    maglev.table_changed(change, &table);
    assert_ne!(maglev.slots(), before);
}
