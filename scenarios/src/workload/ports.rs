//! Client ports, from Linux's ephemeral range 32768..=60999.

use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU16;

use ipvslab_schedulers::Rng;
use ipvslab_sim::FIRST_PORT;

const COUNT: u16 = 28_232;

/// Which port each connection comes from.
#[derive(Debug)]
pub(crate) enum Ports {
    /// Those of all clients together.
    Shuffled(Shuffled),
    /// Each client has its own.
    InTurn(InTurn),
}

impl Ports {
    pub(crate) fn shuffled(draws: Rng) -> Self {
        Self::Shuffled(Shuffled::new(draws))
    }

    /// `count` ports for each client, from the first one on, over and over.
    pub(crate) fn in_turn(count: NonZeroU16) -> Self {
        Self::InTurn(InTurn { count, used: HashMap::new() })
    }

    #[inline]
    pub(crate) fn next(&mut self, client: IpAddr) -> u16 {
        match self {
            Self::Shuffled(ports) => ports.next(),
            Self::InTurn(ports) => ports.next(client),
        }
    }
}

/// All ephemeral ports in a random order, over and over: a client has the same port again no earlier than 28,232
/// connections later, so that no two open connections have the same client and port.
#[derive(Debug)]
pub(crate) struct Shuffled {
    order: Vec<u16>,
    next: usize,
}

impl Shuffled {
    fn new(mut draws: Rng) -> Self {
        let mut order: Vec<u16> = (FIRST_PORT..FIRST_PORT + COUNT).collect();
        for at in (1..order.len()).rev() {
            order.swap(at, draws.below(at as u32 + 1) as usize);
        }
        Self { order, next: 0 }
    }

    #[inline]
    fn next(&mut self) -> u16 {
        if self.next == self.order.len() {
            self.next = 0;
        }
        let port = self.order[self.next];
        self.next += 1;
        port
    }
}

/// Few ports, by address. A port that is still open when its turn comes is passed over by the client; who knows that is the
/// engine, since it depends on the scheduler.
#[derive(Debug)]
pub(crate) struct InTurn {
    count: NonZeroU16,
    /// How many connections of a client there were, modulo `count`.
    used: HashMap<IpAddr, u16>,
}

impl InTurn {
    fn next(&mut self, client: IpAddr) -> u16 {
        let used = self.used.entry(client).or_default();
        let port = FIRST_PORT + *used;
        *used = (*used + 1) % self.count;
        port
    }
}

/// One of a client's ports, each as likely; `few` if it has no more.
pub(crate) fn any_port(few: Option<NonZeroU16>, draws: &mut Rng) -> u16 {
    FIRST_PORT + draws.below(few.map_or(COUNT, NonZeroU16::get).into()) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_port_comes_once_before_any_comes_twice() {
        let client = IpAddr::from([10, 0, 0, 1]);
        let mut ports = Ports::shuffled(Rng::stream(1, 0, "ports"));
        let first: Vec<u16> = (0..COUNT).map(|_| ports.next(client)).collect();
        let mut sorted = first.clone();
        sorted.sort_unstable();
        assert!(sorted.iter().copied().eq(FIRST_PORT..=60_999));
        assert_ne!(sorted, first, "in a random order");
        assert_eq!(ports.next(client), first[0]);
    }

    #[test]
    fn each_client_s_ports_come_in_turn() {
        let [one, two] = [1, 2].map(|host| IpAddr::from([10, 0, 0, host]));
        let mut ports = Ports::in_turn(NonZeroU16::new(2).expect("two"));
        let seen = [one, one, two, one, two].map(|client| ports.next(client) - FIRST_PORT);
        assert_eq!(seen, [0, 1, 0, 0, 1]);
    }
}
