//! What the kernel did with a script, event by event, and what it said of itself.

use ipvslab_schedulers::{Accounting, Time};
use ipvslab_sim::{TimerClock, Wheel};
use serde::{Deserialize, Serialize};

/// The kernel's answer to a script.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Log {
    /// Who answered.
    pub kernel: KernelFacts,
    /// The service and its servers as the kernel gave them back before the first event.
    pub configuration: Vec<String>,
    /// The jiffy of time zero.
    pub first_jiffy: i64,
    /// For each event, how many jiffies after the event before it was handled.
    pub jiffies: Vec<u32>,
    /// For each event, what came out.
    pub outcomes: Vec<Outcome>,
    /// The looks at the counters, one a checkpoint.
    pub checkpoints: Vec<Look>,
    /// Packets and edits during which the jiffy changed, so that it is known to one only.
    pub straddled: u64,
}

impl Log {
    /// The kernel's timer wheel.
    pub(crate) fn clock(&self) -> TimerClock {
        TimerClock::Wheel(Wheel::new(self.kernel.hz, self.first_jiffy as u64))
    }

    /// When each event was handled: the start of its jiffy, counted from the first.
    pub(crate) fn times(&self) -> impl Iterator<Item = Time> + '_ {
        let elapsed = self.jiffies.iter().scan(0, |elapsed, &jiffies| {
            *elapsed += u64::from(jiffies);
            Some(*elapsed)
        });
        elapsed.map(|jiffies| self.start_of(jiffies))
    }

    /// When a look that was an event was over: the start of its last jiffy.
    pub(crate) fn end_of(&self, look: &Look, event: usize) -> Time {
        let begun: u64 = self.jiffies[..=event].iter().map(|&jiffies| u64::from(jiffies)).sum();
        self.start_of(begun + u64::from(look.lasted))
    }

    /// The start of a jiffy, counted from the first.
    fn start_of(&self, jiffy: u64) -> Time {
        Time::from_nanos((u128::from(jiffy) * 1_000_000_000).div_ceil(self.kernel.hz.into()) as u64)
    }
}

/// What the kernel says of itself.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct KernelFacts {
    /// `uname -r`.
    pub release: String,
    /// `uname -v`.
    pub version: String,
    /// Ticks per second.
    pub hz: u32,
    /// How it counts connections, found by a probe.
    pub accounting: Generation,
}

/// [`Accounting`], as it travels.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Generation {
    /// See [`Accounting::Classic`].
    Classic,
    /// See [`Accounting::Total`].
    Total,
}

impl From<Accounting> for Generation {
    fn from(accounting: Accounting) -> Self {
        match accounting {
            Accounting::Classic => Self::Classic,
            Accounting::Total => Self::Total,
        }
    }
}

impl From<Generation> for Accounting {
    fn from(generation: Generation) -> Self {
        match generation {
            Generation::Classic => Self::Classic,
            Generation::Total => Self::Total,
        }
    }
}

/// What came of an event.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Outcome {
    /// Nothing came out: the packet was dropped. For edits: done.
    Nothing,
    /// A client's packet was passed on.
    Server {
        /// The first server at the address that it went to.
        host: u16,
        /// The destination port that it left with.
        port: u16,
    },
    /// A server's packet reached the client in the service's name.
    Answered,
    /// A server's packet came out as it went in: IPVS had no entry for it.
    Untouched,
    /// The client got ICMP port unreachable.
    Refused,
    /// The director's own stack answered the client: a reset, or that it does not speak the protocol.
    Reset,
    /// Not played, because no packet of the flow had come out.
    Skipped,
}

/// A look at the counters of all servers.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Look {
    /// The servers of all services, each service's in the order of its list.
    pub servers: Vec<Counters>,
    /// How many jiffies passed while they were listed: 0 unless the list takes longer than a jiffy.
    pub lasted: u32,
}

/// A real server as the kernel counts it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Counters {
    /// Which server.
    pub server: u16,
    /// Its weight.
    pub weight: u32,
    /// Active connections.
    pub active: u32,
    /// Inactive connections.
    pub inactive: u32,
    /// Persistence templates.
    pub persistent: u32,
}
