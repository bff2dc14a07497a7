//! How long entries live.

use ipvslab_schedulers::Span;
use ipvslab_sim::TcpState::{CloseWait, Established, FinWait, SynRecv};
use ipvslab_sim::{Forwarding, Protocol, TcpTimeouts, Timeouts, TimerClock, Wheel};

use super::watched::{A, ACTIVE, INACTIVE, passed, watch, watched};

/// 250 Hz; 120 s are 30,000 jiffies in buckets of 512, 60 s are 15,000 in buckets of 512 too.
#[test]
fn a_wheel_lets_entries_go_when_their_bucket_comes_up() {
    for (start, half_open, closed) in [(0, 61.44, 122.88), (200, 60.64, 122.08)] {
        let clock = TimerClock::Wheel(Wheel::new(250, start));
        let mut lab = watch(Forwarding::Masquerade, 1, Protocol::Tcp, clock);
        let id = lab.syn(0.0);
        // In the same jiffy, so from 15,000 and 15,200 to 15,360.
        lab.ends_at(id, half_open);
        let clock = TimerClock::Wheel(Wheel::new(250, start));
        let mut lab = watch(Forwarding::Masquerade, 1, Protocol::Tcp, clock);
        let id = lab.syn(0.0);
        lab.walk(id, 1.0, &[("C:ACK", Established, ACTIVE), ("S:FIN", FinWait, INACTIVE)]);
        lab.ends_at(id, closed);
    }
}

#[test]
fn timeouts_can_be_set_for_every_state() {
    let tcp = TcpTimeouts { close_wait: Span::from_secs(7), ..TcpTimeouts::default() };
    let mut lab = watched(Forwarding::Masquerade, 1);
    lab.director.set_timeouts(Timeouts { tcp, ..Timeouts::default() });
    let id = lab.syn(0.0);
    lab.walk(id, 0.0, &[("C:ACK", Established, ACTIVE), ("C:FIN", CloseWait, INACTIVE)]);
    lab.ends_at(id, 7.0);
}

/// Edge case 68, and section 2.4: a datagram makes an inactive entry for 300 s, and every further one in either direction
/// arms its timer anew.
#[test]
fn udp_is_inactive_for_three_hundred_seconds_after_its_last_datagram() {
    let mut lab = watch(Forwarding::Masquerade, 1, Protocol::Udp, TimerClock::Exact);
    let id = lab.syn(0.0);
    assert_eq!(lab.counts(A), INACTIVE);
    for (word, at) in [("S:", 200.0), ("C:", 450.0)] {
        assert!(passed(lab.packet(id, word, at)));
        assert_eq!(lab.counts(A), INACTIVE);
    }
    lab.expire(749.999);
    assert_eq!(lab.counts(A), INACTIVE);
    lab.expire(750.0);
    assert_eq!(lab.counts(A), (0, 0));
}

#[test]
fn every_packet_starts_the_timer_of_the_state_it_leads_to() {
    let mut lab = watched(Forwarding::Masquerade, 1);
    let id = lab.syn(0.0);
    for second in 1..100 {
        lab.walk(id, f64::from(second) * 50.0, &[("C:SYN", SynRecv, ACTIVE)]);
    }
    lab.ends_at(id, 99.0 * 50.0 + 60.0);
}

#[test]
fn a_connection_of_very_many_packets_does_not_end_early() {
    let mut lab = watched(Forwarding::Masquerade, 1);
    let id = lab.syn(0.0);
    // The arming numbers of an entry begin again after 65,536; here at a time when the old ones are still queued.
    for number in 0..150_000 {
        lab.walk(id, f64::from(number) * 0.001, &[("C:ACK", Established, ACTIVE)]);
    }
    lab.ends_at(id, 149.999 + 900.0);
}
