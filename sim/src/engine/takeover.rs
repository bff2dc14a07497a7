//! Directors that break, take over from others, and come back.
//!
//! A connection in progress sends its next packet at once. Where that comes to a director that does not know the connection,
//! it is reset, unless the director takes packets in the middle of connections (`sloppy_tcp`) and its scheduler chooses the
//! server that has it.

use alloc::vec::Vec;

use ipvslab_schedulers::{Span, Time};

use super::Engine;
use super::world::Full;
use crate::agenda::Due;
use crate::clients::request::{Bound, Phase};
use crate::director::{Director, Silent};
use crate::farm::visits::{Visit, VisitId};
use crate::observer::{Failure, Observer};
use crate::request::RequestId;
use crate::setup::{Failover, Fault, Protocol};

/// After how long TCP sends data again that nobody acknowledged: Linux' TCP_RTO_MIN.
const DATA_AGAIN: Span = Span::from_millis(200);

/// A connection in progress at a director.
struct InProgress {
    bound: Bound,
    /// Whose it is, if somebody still waits.
    request: Option<RequestId>,
    /// At its server, if the request is there.
    visit: Option<VisitId>,
}

impl<D: Director> Engine<Full<D>> {
    /// Another director takes the place of number `director`.
    pub(super) fn fail_over(&mut self, director: u32, failover: Failover, seen: &mut impl Observer) {
        match failover {
            Failover::Synchronised => {
                self.director.fail_over(director, failover, self.now);
                self.lose_line(director, seen);
            }
            Failover::Cold => self.lose_table(director, seen, |all, director, now| {
                all.fail_over(director, Failover::Cold, now);
            }),
        }
        self.farm.ids().for_each(|server| self.measure(server));
    }

    /// Routers send nothing to a director any more, which has lost all it knew, or send packets to it again.
    pub(super) fn set_present(&mut self, director: u32, is_present: bool, seen: &mut impl Observer) {
        self.lose_table(director, seen, |all, director, now| {
            all.fail_over(director, Failover::Cold, now);
            all.set_present(director, is_present);
        });
        self.farm.ids().for_each(|server| self.measure(server));
    }

    /// A director begins anew by `change`, which may send connections of others elsewhere too.
    fn lose_table(
        &mut self,
        director: u32,
        seen: &mut impl Observer,
        change: impl FnOnce(&mut D, u32, Time),
    ) {
        let is_datagram = self.service.protocol == Protocol::Udp;
        if is_datagram && !self.service.forwarding.sees_replies() {
            // What is with a server is answered past the director, whichever that is.
            self.around.lives[director as usize] += 1;
            change(&mut self.director, director, self.now);
            return self.lose_line(director, seen);
        }
        let all = self.in_progress();
        let is_here = |one: &InProgress, all: &D| all.director_of(one.bound.connection) == director;
        for one in &all {
            // Who has gone has closed it before.
            if one.request.is_some() && is_here(one, &self.director) {
                self.director.cut(one.bound.connection, self.now);
            }
        }
        self.around.lives[director as usize] += 1;
        change(&mut self.director, director, self.now);
        self.lose_line(director, seen);
        let mut broken: Vec<InProgress> = Vec::new();
        for one in all {
            let was_here = is_here(&one, &self.director);
            match one.request {
                Some(id) if was_here || self.has_moved(id, one.bound) => {
                    if !was_here {
                        self.director.cut(one.bound.connection, self.now);
                    }
                    if is_datagram || !self.adopt(id, &one) {
                        broken.push(one);
                    }
                }
                // Its server hears of it when its answer is reset.
                None if was_here => broken.push(one),
                _ => {}
            }
        }
        self.take_out(&broken);
        for one in broken {
            let Some(id) = one.request else { continue };
            if let Phase::ToServer(bound, opening) = self.around.requests.get(id).phase
                && opening.is_handshake()
            {
                self.farm.expect_no_more(bound.server);
            }
            let failure = if is_datagram { Failure::Lost } else { Failure::Reset };
            self.fail_after(self.around.path.client, id, failure, seen);
        }
    }

    /// Connections in progress: those at servers first, in the order of the servers.
    fn in_progress(&self) -> Vec<InProgress> {
        let mut all = Vec::new();
        for server in self.farm.ids() {
            all.extend(self.farm.at(server).into_iter().map(|(visit, job)| {
                let Visit { connection, request, .. } = job;
                InProgress { bound: Bound { connection, server }, request, visit: Some(visit) }
            }));
        }
        let travels = |phase| matches!(phase, Phase::ToServer(..) | Phase::Returning(..));
        for id in self.around.requests.which(travels) {
            if let Some(bound) = self.around.requests.phase(id).bound() {
                all.push(InProgress { bound, request: Some(id), visit: None });
            }
        }
        all
    }

    /// Whether a connection's packets come to another director than the one that has its entry.
    fn has_moved(&mut self, id: RequestId, bound: Bound) -> bool {
        let asked = self.around.requests.get(id).asked;
        self.director.chosen(&asked.flow, asked.class) != self.director.director_of(bound.connection)
    }

    /// A packet in the middle of a connection comes to a director that does not know it: whether it goes on.
    fn adopt(&mut self, id: RequestId, one: &InProgress) -> bool {
        let request = self.around.requests.get(id);
        let Some((connection, server)) =
            self.director.adopt(&request.asked.flow, request.asked.class, self.now)
        else {
            return false;
        };
        if server != one.bound.server {
            // That server does not know the connection either, and resets it.
            self.director.abort(connection, self.now);
            return false;
        }
        request.phase = request.phase.rebound(connection);
        if let Some(visit) = one.visit {
            self.farm.rename(visit, connection);
        }
        true
    }

    /// Takes what is broken out of the servers' hands: all at once where a server loses everything.
    fn take_out(&mut self, broken: &[InProgress]) {
        for server in self.farm.ids() {
            let visits: Vec<VisitId> =
                broken.iter().filter(|one| one.bound.server == server).filter_map(|one| one.visit).collect();
            let jobs = if visits.len() == self.farm.level(server).in_system as usize {
                self.farm.drain(server, self.now)
            } else {
                visits.into_iter().map(|visit| self.farm.abort(server, visit, self.now)).collect()
            };
            jobs.iter().for_each(|job| self.meters.left(job.arrived, self.now));
        }
    }

    /// What waited in a director's line is lost with it: SYNs and data are sent again.
    fn lose_line(&mut self, director: u32, seen: &mut impl Observer) {
        self.around.path.restart(director);
        if !self.around.path.has_lines() {
            return;
        }
        let now = self.now;
        for id in self.around.requests.in_line(now) {
            let request = self.around.requests.get(id);
            request.in_line_until = now;
            let (phase, asked) = (request.phase, request.asked);
            let waits_here = match phase {
                Phase::Returning(bound, _) => self.director.director_of(bound.connection) == director,
                _ => self.director.chosen(&asked.flow, asked.class) == director,
            };
            match phase {
                Phase::ToDirector(silent) if waits_here => self.unanswered(id, silent, seen),
                Phase::Following(_) if waits_here => self.send_again(id, phase, Due::AtDirector),
                Phase::Returning(..) if waits_here => self.send_again(id, phase, Due::AnswerAtDirector),
                _ => {}
            }
        }
    }

    fn send_again(&mut self, id: RequestId, phase: Phase, due: Due) {
        self.around.requests.get(id).move_to(phase);
        self.later(self.now + DATA_AGAIN, id, due);
    }

    /// The entry of an open connection without a request, where its client's packets come to: `None` if they come to another
    /// director, which does not know it.
    pub(super) fn entry_of(&mut self, id: RequestId, silent: Silent) -> Option<Silent> {
        let asked = self.around.requests.get(id).asked;
        let is_here = self.director.chosen(&asked.flow, asked.class) == self.director.director_of(silent.id);
        if !is_here {
            self.director.forget(silent);
        }
        is_here.then_some(silent)
    }

    /// Something happens to a director.
    pub(super) fn strike_director(&mut self, fault: Fault, seen: &mut impl Observer) {
        match fault {
            Fault::FailOver(director, failover) => self.fail_over(director, failover, seen),
            Fault::DirectorDown(director) => self.set_present(director, false, seen),
            Fault::DirectorUp(director) => self.set_present(director, true, seen),
            _ => {}
        }
    }
}
