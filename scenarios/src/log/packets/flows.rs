//! Which connections of a capture are known already.
//!
//! Connections that have been silent for as long as IPVS keeps them by default are forgotten: 900 s for TCP, 300 s for
//! UDP. Two maps take turns, so that nobody has to look for the silent ones.

use std::collections::HashMap;
use std::net::SocketAddr;

use crate::log::error::Cause;
use crate::log::row::Transport;
use crate::log::stamp::SECOND;

/// IPVS's timeouts, in nanoseconds.
const TCP: u64 = 900 * SECOND;
const UDP: u64 = 300 * SECOND;
/// The most connections of one turn.
const MOST: usize = 1 << 21;

/// The two ends of a flow.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Tuple {
    pub(crate) transport: Transport,
    pub(crate) source: SocketAddr,
    pub(crate) destination: SocketAddr,
}

impl Tuple {
    fn reversed(self) -> Self {
        Self { source: self.destination, destination: self.source, ..self }
    }
}

/// A connection's last packet that counts, and the sequence number of its SYN.
#[derive(Clone, Copy, Debug)]
struct Seen {
    at: i64,
    sequence: u32,
}

/// The connections that have not been silent for too long.
#[derive(Debug, Default)]
pub(crate) struct Flows {
    young: HashMap<Tuple, Seen>,
    old: HashMap<Tuple, Seen>,
    turn: i64,
}

impl Flows {
    /// Whether a SYN begins a connection; if not, it is one that was sent again.
    pub(crate) fn syn(&mut self, tuple: Tuple, sequence: u32, at: i64) -> Result<bool, Cause> {
        let again = self.recent(&tuple, at, TCP).is_some_and(|seen| seen.sequence == sequence);
        self.remember(tuple, Seen { at, sequence })?;
        Ok(!again)
    }

    /// Whether a datagram begins a connection; if not, it belongs to one, in either direction.
    pub(crate) fn datagram(&mut self, tuple: Tuple, at: i64) -> Result<bool, Cause> {
        let known = [tuple, tuple.reversed()].into_iter().find(|tuple| self.recent(tuple, at, UDP).is_some());
        self.remember(known.unwrap_or(tuple), Seen { at, sequence: 0 })?;
        Ok(known.is_none())
    }

    fn recent(&self, tuple: &Tuple, at: i64, timeout: u64) -> Option<Seen> {
        let seen = self.young.get(tuple).or_else(|| self.old.get(tuple)).copied();
        seen.filter(|seen| at < seen.at.saturating_add_unsigned(timeout))
    }

    fn remember(&mut self, tuple: Tuple, seen: Seen) -> Result<(), Cause> {
        if seen.at >= self.turn.saturating_add_unsigned(TCP) || self.young.is_empty() {
            self.old = std::mem::take(&mut self.young);
            self.turn = seen.at;
        }
        self.young.insert(tuple, seen);
        if self.young.len() > MOST { Err(Cause::ManyConnections { most: MOST }) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tuple(transport: Transport) -> Tuple {
        let address = |text: &str| text.parse().expect("an address");
        Tuple { transport, source: address("10.0.0.1:1000"), destination: address("10.0.0.2:53") }
    }

    #[test]
    fn a_syn_sent_again_is_no_second_connection() {
        let mut flows = Flows::default();
        let second = SECOND as i64;
        let tcp = tuple(Transport::Tcp);
        let begins: Vec<bool> = [(7, 0), (7, 1), (8, 2), (8, 3), (8, 2_000)]
            .map(|(sequence, at)| flows.syn(tcp, sequence, at * second).expect("few"))
            .into();
        assert_eq!(begins, [true, false, true, false, true]);
    }

    #[test]
    fn an_answer_is_no_connection_and_silence_ends_one() {
        let mut flows = Flows::default();
        let second = SECOND as i64;
        let udp = tuple(Transport::Udp);
        assert!(flows.datagram(udp, 0).expect("few"));
        assert!(!flows.datagram(udp.reversed(), second).expect("few"));
        assert!(!flows.datagram(udp, 300 * second).expect("few"));
        assert!(flows.datagram(udp, 600 * second).expect("few"));
    }
}
