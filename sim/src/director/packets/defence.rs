//! The director's defence against floods: `drop_packet` and `drop_entry` (kernel spec, sections 2.5 and 2.11).
//!
//! `drop_entry` looks at 1/32 of the connection table's chains once a second. Of the entries there that control no
//! other, half-open ones and unassured templates are dropped, and some of those that have been quiet for a minute
//! after 1 to 8 packets of the client: of those with `i` packets every `i`-th. All others stay. A template of a
//! one-packet service is such a quiet one too, with the datagrams that came by it for its packets.
//!
//! An entry is in the chain that a hash of its protocol and client names, under a key drawn for the run. That a kernel
//! of 7.2 sizes its table by what is in it changes nothing, since it looks at the same part of any.

use alloc::vec::Vec;

use ipvslab_schedulers::{EntryScan, Rng, Span, Time};

use super::PacketDirector;
use super::chains::CHAINS;
use super::entry::{Entry, State};
use super::life::expired_as;
use crate::director::Expired;
use crate::director::connection::ConnectionId;
use crate::director::packets::sctp::SctpState;
use crate::director::tcp::TcpState;
use crate::setup::Sysctls;

/// How many chains are looked at each time.
const LOOKED_AT: u32 = CHAINS / 32;
/// Interval between measurements.
const PERIOD: Span = Span::from_secs(1);
/// For how long an entry is safe after its timer was started.
const QUIET: Span = Span::from_secs(60);
/// Entries of more packets are safe.
const MOST_PACKETS: usize = 8;

/// What is remembered for both.
pub(super) struct Defence {
    scan: EntryScan,
    draws: Rng,
    /// When the table is looked at next; [`Time::NEVER`] while `drop_entry` is off.
    pub(super) looks_at: Time,
    /// By an entry's packets: how many candidates until one is dropped.
    candidates: [usize; MOST_PACKETS + 1],
    /// Packets until one is dropped by `drop_packet`.
    until_drop: i64,
}

/// What is done with an entry that is looked at.
enum Fate {
    Dropped,
    /// It may be quiet enough to be dropped by lot.
    Lot,
    Kept,
}

impl Defence {
    pub(super) fn new(scan: EntryScan, draws: Rng) -> Self {
        let candidates = [0; MOST_PACKETS + 1];
        Self { scan, draws, looks_at: Time::NEVER, candidates, until_drop: 0 }
    }

    /// `drop_packet`: whether this packet is one of those that are dropped.
    pub(super) fn drops_packet(&mut self, sysctls: &Sysctls) -> bool {
        if sysctls.drop_packet != 3 || sysctls.am_droprate == 0 {
            return false;
        }
        self.until_drop -= 1;
        let drops = self.until_drop <= 0;
        if drops {
            self.until_drop = sysctls.am_droprate.into();
        }
        drops
    }

    /// The chains to look at, in order.
    fn draw(&mut self) -> Vec<u32> {
        match self.scan {
            EntryScan::Scattered => (0..LOOKED_AT).map(|_| self.draws.below(CHAINS)).collect(),
            EntryScan::Consecutive => {
                let first = self.draws.below(CHAINS);
                (first..first + LOOKED_AT).map(|chain| chain % CHAINS).collect()
            }
        }
    }

    /// Whether an entry is one of those that are dropped by lot.
    fn loses(&mut self, entry: &Entry, now: Time) -> bool {
        let packets = usize::from(entry.packets);
        if now < entry.armed_at + QUIET || !(1..=MOST_PACKETS).contains(&packets) {
            return false;
        }
        let left = &mut self.candidates[packets];
        if *left > 1 {
            *left -= 1;
            return false;
        }
        *left = packets;
        true
    }
}

impl PacketDirector {
    /// `drop_entry` was set: the table is looked at from the next second on, or no more.
    pub(super) fn schedule_looks(&mut self, now: Time) {
        let on = self.sysctls.drop_entry == 3;
        self.defence.looks_at = if on { self.timers.fires_at(now, PERIOD) } else { Time::NEVER };
    }

    /// Looks at part of the table, and drops what is to go.
    pub(super) fn look_at_entries(&mut self, expired: &mut impl FnMut(Expired)) {
        let now = self.defence.looks_at;
        self.schedule_looks(now);
        for chain in self.defence.draw() {
            for id in self.entries.ids_in(chain) {
                let Some(&entry) = self.entries.find(id) else { continue };
                if self.is_to_go(&entry, now) {
                    self.drop_entry(id, &entry, expired);
                }
            }
        }
    }

    fn is_to_go(&mut self, entry: &Entry, now: Time) -> bool {
        // Without a timer it is in the middle of an exchange of packets.
        if entry.controls > 0 || !entry.timer.is_armed() {
            return false;
        }
        let one_packet = entry.is_template() && self.services.of(entry.server).settings.one_packet;
        match fate(entry.state, one_packet) {
            Fate::Dropped => true,
            Fate::Lot => self.defence.loses(entry, now),
            Fate::Kept => false,
        }
    }

    /// Ends an entry, and an unassured template with its last one.
    fn drop_entry(&mut self, id: ConnectionId, entry: &Entry, expired: &mut impl FnMut(Expired)) {
        expired_as(self.end(id), expired);
        let Some(template) = entry.control else { return };
        let Entry { controls, state, .. } = *self.entries.entry(template);
        if controls == 0 && state == (State::Template { assured: false }) {
            self.end(template);
        }
    }
}

/// What becomes of an entry that controls no other.
fn fate(state: State, of_one_packet_service: bool) -> Fate {
    match state {
        State::Template { .. } if of_one_packet_service => Fate::Lot,
        State::Template { assured: false }
        | State::Tcp(TcpState::SynRecv | TcpState::SynAck)
        | State::Sctp(SctpState::Init1 | SctpState::Init) => Fate::Dropped,
        State::Tcp(TcpState::Established) | State::Udp | State::Sctp(SctpState::Established) => Fate::Lot,
        _ => Fate::Kept,
    }
}
