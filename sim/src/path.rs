//! The path between clients and servers: delays, and a director that can carry only so much.
//!
//! The way of a connection whose client sends its SYN at `t`, with `c` from client to director, `s` from director to server
//! and `b` from server to client (`s + c` under masquerading, where replies pass the director):
//!
//! | instant | what |
//! |---|---|
//! | `t + c` | the SYN is at the director, and waits for it to be free; or it is dropped, and sent again as Linux does |
//! | `d`, when the director is through with it | the connection is scheduled; a server that refuses it resets it: the reset is at the client at `d + s + b` |
//! | `d + s + b + c + s` | handshake and request have come: the server takes the request, and works on it until `e` |
//! | `e + b`, masquerading: `e + s`, when the director is through with it, and `c` | the answer is at the client |
//! | `c` later | the client's last packet passes the director, and the entry becomes inactive |

pub(crate) mod line;
pub(crate) mod packets;

use alloc::vec::Vec;

use ipvslab_schedulers::{Span, Time};

use crate::outcome::DirectorTotals;
use crate::outcome::Volume;
use crate::setup::Protocol;
use crate::setup::{Network, Setup};
use line::Line;

/// When something passes the director.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Crossing {
    Now,
    /// At this time, after this wait for what came before.
    At(Time, Span),
    Dropped,
}

/// What lies between clients and servers.
pub(crate) struct Path {
    /// From a client to the director, and back.
    pub(crate) client: Span,
    /// From the director to a server, and back.
    pub(crate) server: Span,
    /// From the director to a server with all that comes before a connection's first request there.
    pub(crate) opening: Span,
    /// From a server to the client, waiting for no director.
    pub(crate) back: Span,
    /// By director; empty where every director carries all that comes.
    lines: Vec<Line>,
}

impl Path {
    pub(crate) fn new(setup: &Setup) -> Self {
        let passage = setup.passage.unwrap_or_default();
        let Network { client, server, back } = passage.network;
        let back = if setup.service.forwarding.sees_replies() { server + client } else { back };
        let has_handshake = setup.service.protocol == Protocol::Tcp;
        let opening = if has_handshake { server + back + client + server } else { server };
        let window = (setup.warm_up, setup.horizon);
        let directors = setup.directors.as_ref().map_or(1, |directors| directors.count);
        let line = passage.capacity.map(|capacity| Line::new(capacity, window));
        let lines = line.map_or_else(Vec::new, |line| alloc::vec![line; directors as usize]);
        Self { client, server, opening, back, lines }
    }

    /// Packets of a new connection come to a director.
    pub(crate) fn enter(&mut self, director: u32, load: impl FnOnce() -> Volume, now: Time) -> Crossing {
        let is_dropped = self.lines.get_mut(director as usize).is_some_and(|line| line.drops(now));
        if is_dropped { Crossing::Dropped } else { self.pass(director, load, now) }
    }

    /// Packets that are not dropped come to a director.
    pub(crate) fn pass(&mut self, director: u32, load: impl FnOnce() -> Volume, now: Time) -> Crossing {
        match self.lines.get_mut(director as usize) {
            Some(line) => {
                let (begins, through) = line.take(load(), now);
                Crossing::At(through, begins.since(now))
            }
            None => Crossing::Now,
        }
    }

    /// Whether packets may wait for a director.
    pub(crate) fn has_lines(&self) -> bool {
        !self.lines.is_empty()
    }

    /// A director begins with an empty line.
    pub(crate) fn restart(&mut self, director: u32) {
        if let Some(line) = self.lines.get_mut(director as usize) {
            line.restart();
        }
    }

    /// What the directors did together, if their capacity has bounds.
    pub(crate) fn totals(&self) -> Option<DirectorTotals> {
        let sum = |sum: DirectorTotals, one: DirectorTotals| DirectorTotals {
            busy_ns: sum.busy_ns + one.busy_ns,
            came: sum.came + one.came,
            dropped: sum.dropped + one.dropped,
        };
        self.lines.iter().map(|line| line.totals).reduce(sum)
    }
}
