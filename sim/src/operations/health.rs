//! The health checker: what keepalived does to a server that does not answer.
//!
//! Each server is checked by itself. A check opens a connection; a server that is down does not answer, and the check
//! fails after `connect_timeout`, or at once if it is refused. A check that failed is repeated up to `retry` times,
//! `delay_before_retry` after each failure; when all have failed, the server is taken out, or gets weight 0 with
//! `inhibit_on_failure`. The first check that succeeds brings it back. Otherwise checks are `delay_loop` apart, from the
//! end of one to the start of the next (keepalived's `check_tcp.c`, `tcp_epilog`).
//!
//! A check is decided by the server's condition when it begins; the checker's own SYN is not sent again.

use alloc::vec::Vec;

use ipvslab_schedulers::{Rng, ServerId, Span, Time};

use crate::setup::HealthCheck;

/// What a check came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Change {
    Up,
    Down,
}

/// The checker at work.
#[derive(Clone, Debug)]
pub(crate) struct Checker {
    pub(crate) check: HealthCheck,
    /// By server id.
    servers: Vec<Checked>,
}

#[derive(Clone, Copy, Debug)]
struct Checked {
    is_up: bool,
    /// Failures of this round that were repeated.
    retried: u32,
}

impl Checker {
    pub(crate) fn new(check: HealthCheck, servers: usize) -> Self {
        Self { check, servers: alloc::vec![Checked { is_up: true, retried: 0 }; servers] }
    }

    /// When the first check of a server is: by a random stream of its own, so that all schedulers face the same checks.
    pub(crate) fn first(&self, server: ServerId, seed: u64, replication: u32) -> Time {
        let mut rng = Rng::stream(seed, replication, &alloc::format!("health/{}", server.index()));
        Time::ZERO + Span::from_nanos((rng.unit() * self.check.warm_up.as_nanos() as f64) as u64)
    }

    pub(crate) fn is_up(&self, server: ServerId) -> bool {
        self.servers[server.index()].is_up
    }

    /// A check is over: when the next one is, and whether the server is now taken for something else.
    pub(crate) fn ended(&mut self, server: ServerId, has_passed: bool) -> (Span, Option<Change>) {
        let checked = &mut self.servers[server.index()];
        if !has_passed && checked.retried < self.check.retry {
            checked.retried += 1;
            return (self.check.delay_before_retry, None);
        }
        checked.retried = 0;
        let change =
            (checked.is_up != has_passed).then_some(if has_passed { Change::Up } else { Change::Down });
        checked.is_up = has_passed;
        (self.check.delay_loop, change)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::setup::{Asks, BelowQuorum};

    #[test]
    fn a_server_is_down_after_all_retries_and_up_after_one_success() {
        let seconds = Span::from_secs;
        let check = HealthCheck {
            asks: Asks::Connection,
            delay_loop: seconds(6),
            connect_timeout: seconds(5),
            retry: 2,
            delay_before_retry: seconds(1),
            warm_up: seconds(6),
            inhibit_on_failure: false,
            quorum: 0,
            below_quorum: BelowQuorum::GoOn,
        };
        let server = ServerId::new(0);
        let mut checker = Checker::new(check, 1);
        assert_eq!(checker.ended(server, true), (seconds(6), None));
        assert_eq!(checker.ended(server, false), (seconds(1), None));
        assert_eq!(checker.ended(server, false), (seconds(1), None));
        assert_eq!(checker.ended(server, false), (seconds(6), Some(Change::Down)));
        assert!(!checker.is_up(server));
        assert_eq!(checker.ended(server, false), (seconds(1), None));
        assert_eq!(checker.ended(server, true), (seconds(6), Some(Change::Up)));
    }
}
