//! Connections that leave their server before their end, and servers that go on at another speed.

use alloc::vec::Vec;

use ipvslab_schedulers::{ServerId, Span, Time};

use crate::clients::requests::CallId;
use crate::director::Director;
use crate::engine::Engine;
use crate::farm::queue::GivenUp;
use crate::farm::visits::{Job, JobId};
use crate::observer::{Failure, Observer, RequestEnd};
use crate::setup::Discipline;

impl<D: Director> Engine<D> {
    /// The server leaves the list, and its connections in progress are cut off.
    pub(crate) fn remove(&mut self, server: ServerId, observer: &mut impl Observer) {
        self.director.remove(server, self.now);
        self.vanish(server, observer);
    }

    /// Everything that a server has is cut off, without a word to the clients.
    pub(crate) fn vanish(&mut self, server: ServerId, observer: &mut impl Observer) {
        for job in self.clear(server) {
            match job.call {
                CallId::NONE => {
                    self.director.cut(job.connection, self.now);
                    self.ledger.lost += 1;
                    observer.lost(self.now, job.connection, server, job.arrived);
                    if self.travels.is_some() {
                        let (arrived, failure) = (job.arrived, Some(Failure::Lost));
                        observer.ended(&RequestEnd { arrived, ended: self.now, attempts: 1, failure });
                    }
                }
                // Its client has closed it already.
                CallId::NOBODY => {}
                call => self.hang(call, job.connection, observer),
            }
        }
        self.measure(server);
    }

    /// A server gives up all that it has.
    pub(crate) fn clear(&mut self, server: ServerId) -> Vec<Job> {
        let mut given_up = Vec::new();
        self.queues[server.index()].clear(&self.jobs, self.now, |gone| given_up.push(gone));
        self.departures.set(server, None);
        given_up.into_iter().map(|gone| self.account_for(server, gone)).collect()
    }

    /// A connection leaves its server before its end.
    pub(crate) fn take_out(&mut self, server: ServerId, job: JobId) {
        self.order += 1;
        let gone = self.queues[server.index()].remove(job, &mut self.jobs, self.now, self.order);
        self.account_for(server, gone);
        self.departures.set(server, self.queues[server.index()].next());
    }

    /// Counts what was done for a connection that is given up.
    fn account_for(&mut self, server: ServerId, gone: GivenUp) -> Job {
        let job = self.jobs.remove(gone.job);
        self.ledger.residence_ns += u128::from(self.now.since(job.arrived).as_nanos());
        let spec = &self.specs[server.index()];
        let at_full_speed = gone.work_done_ns / spec.speed;
        let served = &mut self.served[server.index()];
        match spec.discipline {
            Discipline::FirstComeFirstServed { .. } if gone.was_in_service => {
                served.add(self.now.since(job.started));
            }
            Discipline::FirstComeFirstServed { .. } => {}
            Discipline::ProcessorSharing { .. } => served.add(Span::from_nanos((at_full_speed + 0.5) as u64)),
        }
        served.add_at_full_speed(at_full_speed);
        job
    }

    /// A server goes on at a factor of its speed.
    pub(crate) fn set_speed(&mut self, server: ServerId, factor: f64) {
        self.measure(server);
        let queue = &mut self.queues[server.index()];
        let busy_ns = self.totals.busy_ns(server.index());
        self.served[server.index()].change_speed(factor, busy_ns, queue.in_service());
        queue.set_speed(factor, &self.jobs, self.now);
        self.departures.set(server, queue.next());
    }

    /// Whether there is something left to watch: more arrivals, departures, or what is to happen once.
    pub(crate) fn goes_on(&self) -> bool {
        self.now < self.horizon || self.departures.next_at() != Time::NEVER || self.agenda.has_more()
    }

    /// At the end of all, connections on servers that will never work again are lost.
    pub(crate) fn give_up_hung(&mut self, observer: &mut impl Observer) {
        for number in 0..self.conditions.len() {
            if self.conditions[number].factor() == 0.0 {
                self.vanish(ServerId::new(number as u32), observer);
            }
        }
    }
}
