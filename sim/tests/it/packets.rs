//! The director, packet by packet: the spec's walks (section 2.3), edge cases 64 to 67, 71, 73, 80 to 82.

mod milestones;
mod timeouts;
mod watched;

use std::net::SocketAddr;

use ipvslab_schedulers::{Activity, ServerIndex, Time};
use ipvslab_sim::TcpState::{Close, CloseWait, Established, FinWait, SynRecv, SynSent, TimeWait};
use ipvslab_sim::{Direction, Expired, Forwarding, Packet, Payload, Sysctl, TcpFlags, Verdict};

use watched::{A, ACTIVE, B, INACTIVE, SERVICE, VIP, flags_of, watched};

#[test]
fn masquerade_the_client_closes_first() {
    let mut lab = watched(Forwarding::Masquerade, 1);
    let id = lab.syn(1.0);
    assert_eq!((lab.state(id), lab.counts(A)), (Some(SynRecv), ACTIVE));
    let open = [("S:SYN+ACK", SynRecv, ACTIVE), ("C:ACK", Established, ACTIVE)];
    lab.walk(id, 1.0, &open);
    lab.walk(id, 2.0, &[("C:FIN", CloseWait, INACTIVE), ("S:ACK", CloseWait, INACTIVE)]);
    lab.walk(id, 3.0, &[("S:FIN", TimeWait, INACTIVE), ("C:ACK", TimeWait, INACTIVE)]);
    lab.ends_at(id, 123.0);
    assert_eq!(lab.counts(A), (0, 0));
}

#[test]
fn masquerade_a_client_that_closes_alone_is_forgotten_after_60_s() {
    let mut lab = watched(Forwarding::Masquerade, 1);
    let id = lab.syn(0.0);
    lab.walk(id, 0.0, &[("S:SYN+ACK", SynRecv, ACTIVE), ("C:ACK", Established, ACTIVE)]);
    lab.walk(id, 1.0, &[("C:FIN", CloseWait, INACTIVE)]);
    lab.ends_at(id, 61.0);
}

#[test]
fn masquerade_the_server_closes_first() {
    let mut lab = watched(Forwarding::Masquerade, 1);
    let id = lab.syn(0.0);
    lab.walk(id, 0.0, &[("S:SYN+ACK", SynRecv, ACTIVE), ("C:ACK", Established, ACTIVE)]);
    lab.walk(id, 1.0, &[("S:FIN", FinWait, INACTIVE), ("C:ACK", FinWait, INACTIVE)]);
    lab.walk(id, 2.0, &[("C:FIN", TimeWait, INACTIVE), ("S:ACK", TimeWait, INACTIVE)]);
    lab.ends_at(id, 122.0);
}

/// Edge case 65.
#[test]
fn masquerade_a_server_that_refuses_leaves_an_inactive_entry_for_10_s() {
    let mut lab = watched(Forwarding::Masquerade, 1);
    let id = lab.syn(0.0);
    lab.walk(id, 0.0, &[("S:RST", Close, INACTIVE)]);
    lab.ends_at(id, 10.0);
}

/// Edge case 64.
#[test]
fn a_client_that_resets_before_the_handshake_leaves_an_active_entry_for_60_s_more() {
    for forwarding in [Forwarding::Masquerade, Forwarding::DirectRoute, Forwarding::Tunnel] {
        let mut lab = watched(forwarding, 1);
        let id = lab.syn(0.0);
        lab.walk(id, 5.0, &[("C:RST", SynRecv, ACTIVE)]);
        lab.ends_at(id, 65.0);
        assert_eq!(lab.ended, [Expired { connection: id, server: A, was: Activity::Active }]);
    }
}

/// Edge case 66.
#[test]
fn direct_routing_a_server_that_closes_alone_is_not_seen() {
    let mut lab = watched(Forwarding::DirectRoute, 1);
    let id = lab.syn(0.0);
    lab.walk(id, 1.0, &[("C:ACK", Established, ACTIVE)]);
    // The client's last acknowledgement, of a FIN that did not pass here.
    lab.walk(id, 2.0, &[("C:ACK", Established, ACTIVE)]);
    lab.ends_at(id, 902.0);
}

/// Edge cases 67 and 71 (as far as the entry itself goes: `conn_reuse_mode` 1).
#[test]
fn direct_routing_a_client_that_closes_is_in_fin_wait_and_may_come_back() {
    let mut lab = watched(Forwarding::DirectRoute, 1);
    let id = lab.syn(0.0);
    lab.walk(id, 1.0, &[("C:ACK", Established, ACTIVE), ("C:FIN", FinWait, INACTIVE)]);
    lab.walk(id, 2.0, &[("C:ACK", FinWait, INACTIVE)]);
    lab.walk(id, 3.0, &[("C:SYN", SynRecv, ACTIVE), ("C:ACK", Established, ACTIVE)]);
    lab.walk(id, 4.0, &[("C:FIN", FinWait, INACTIVE)]);
    lab.ends_at(id, 124.0);
}

#[test]
fn a_fin_without_a_handshake_goes_to_time_wait() {
    let mut lab = watched(Forwarding::DirectRoute, 1);
    let id = lab.syn(0.0);
    lab.walk(id, 0.0, &[("C:FIN", TimeWait, INACTIVE)]);
    lab.ends_at(id, 120.0);
}

#[test]
fn direct_routing_the_first_packet_of_the_server_that_passes_opens_the_directors_eyes() {
    let mut lab = watched(Forwarding::DirectRoute, 1);
    let (blind, seeing) = (lab.syn(0.0), lab.syn(0.0));
    lab.walk(blind, 0.0, &[("C:ACK", Established, (2, 0)), ("C:FIN", FinWait, (1, 1))]);
    lab.walk(seeing, 0.0, &[("S:SYN+ACK", SynRecv, (1, 1)), ("C:ACK", Established, (1, 1))]);
    // For good, whatever passes later.
    lab.walk(seeing, 0.0, &[("C:ACK", Established, (1, 1)), ("C:FIN", CloseWait, (0, 2))]);
}

#[test]
fn a_new_entry_in_an_old_place_is_blind_again() {
    let mut lab = watched(Forwarding::DirectRoute, 1);
    let old = lab.syn(0.0);
    lab.walk(old, 0.0, &[("S:RST", Close, INACTIVE)]);
    lab.ends_at(old, 10.0);
    let new = lab.syn(10.0);
    assert_eq!(new, old);
    lab.walk(new, 10.0, &[("C:ACK", Established, ACTIVE), ("C:FIN", FinWait, INACTIVE)]);
}

/// Edge case 73.
#[test]
fn a_removed_servers_client_packets_are_dropped_and_its_entries_count_on() {
    let mut lab = watched(Forwarding::Masquerade, 2);
    lab.syn(0.0);
    let on_a = lab.syn(0.0);
    assert_eq!((lab.counts(B), lab.counts(A)), (ACTIVE, ACTIVE));
    lab.walk(on_a, 0.0, &[("S:SYN+ACK", SynRecv, ACTIVE), ("C:ACK", Established, ACTIVE)]);
    lab.director.remove_server(A, Time::ZERO);
    assert_eq!(lab.packet(on_a, "C:FIN", 100.0), Verdict::Dropped);
    assert_eq!((lab.state(on_a), lab.counts(A)), (Some(Established), ACTIVE));
    // What the server sends still passes, and starts the timer anew.
    assert_eq!(lab.packet(on_a, "S:ACK", 200.0), Verdict::Answered(A));
    lab.add(A);
    assert_eq!(lab.director.servers(SERVICE).position(A), Some(ServerIndex::new(0)));
    lab.walk(on_a, 300.0, &[("C:ACK", Established, ACTIVE)]);
    lab.director.remove_server(A, Time::ZERO);
    assert_eq!(lab.packet(on_a, "C:ACK", 1_000.0), Verdict::Dropped);
    lab.ends_at(on_a, 1_200.0);
    assert_eq!(lab.packet(on_a, "C:ACK", 1_200.0), Verdict::Local);
    assert_eq!(lab.packet(on_a, "S:ACK", 1_200.0), Verdict::Foreign);
}

/// Edge case 81, with `sloppy_tcp`.
#[test]
fn other_first_packets_follow_the_table_from_none() {
    for (flags, state, counts) in
        [("SYN", SynRecv, ACTIVE), ("ACK", Established, ACTIVE), ("FIN", Close, INACTIVE)]
    {
        let mut lab = watched(Forwarding::Masquerade, 1);
        lab.director.set_sysctl(Sysctl::SloppyTcp, 1, Time::ZERO);
        let id = lab.first(Payload::Tcp(flags_of(flags)), 0.0);
        assert_eq!((lab.state(id), lab.counts(A)), (Some(state), counts), "{flags}");
    }
}

/// Edge case 82.
#[test]
fn a_packet_without_flags_closes_an_established_connection() {
    let mut lab = watched(Forwarding::Masquerade, 1);
    let id = lab.syn(0.0);
    lab.walk(id, 1.0, &[("C:ACK", Established, ACTIVE), ("C:-", Close, INACTIVE)]);
    lab.ends_at(id, 11.0);
}

#[test]
fn a_closed_connection_on_which_the_server_opens_is_active_again() {
    let mut lab = watched(Forwarding::Masquerade, 1);
    let id = lab.syn(0.0);
    lab.walk(id, 0.0, &[("S:RST", Close, INACTIVE), ("S:SYN+ACK", SynSent, ACTIVE)]);
    lab.ends_at(id, 120.0);
    assert_eq!(lab.counts(A), (0, 0));
}

#[test]
fn the_scheduler_moves_on_by_its_own_decision_whoever_gets_the_connection() {
    let mut lab = watched(Forwarding::Masquerade, 3);
    let mut decided = Vec::new();
    for port in 0..6 {
        let packet = Packet {
            from: Direction::FromClient,
            source: SocketAddr::from(([10, 0, 0, 1], 2000 + port)),
            destination: VIP.parse().expect("an address"),
            mark: 0,
            payload: Payload::Tcp(TcpFlags::SYN),
        };
        lab.director.packet_steered(&packet, Time::ZERO, &mut |_, chosen| {
            decided.push(chosen.expect("a server is open").index());
            Some(B)
        });
    }
    assert_eq!((decided, lab.counts(B), lab.counts(A)), (vec![2, 1, 0, 2, 1, 0], (6, 0), (0, 0)));
}
