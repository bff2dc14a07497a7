//! What a run that is more than plain asks and does besides, from a connection's arrival to its server.

use alloc::vec::Vec;

use ipvslab_schedulers::{Seen, ServerId, Span};

use crate::director::Director;
use crate::director::connection::ConnectionId;
use crate::engine::Engine;
use crate::farm::condition::Condition;
use crate::farm::queue::ServerQueue;
use crate::observer::Observer;
use crate::path::packets::Carried;
use crate::request::Arrival;

impl<D: Director> Engine<D> {
    /// How far the director is from the clients.
    #[inline(never)]
    pub(crate) fn lead(&self) -> Span {
        self.travels.as_ref().map_or(Span::ZERO, |travels| travels.lead())
    }

    /// A connection comes in a run that is more than plain.
    #[inline(never)]
    pub(crate) fn arrive_specially(&mut self, arrival: &Arrival, observer: &mut impl Observer) {
        if self.travels.is_some() {
            return self.set_out(arrival, observer);
        }
        observer.arrived(self.now, arrival.class);
        if self.calls.is_some() {
            return self.call(arrival, observer);
        }
        if self.director.is_clairvoyant() {
            self.show(arrival.work);
        }
        self.let_in::<false>(arrival, observer);
    }

    /// Shows a clairvoyant scheduler what a request of this work would meet.
    #[inline(never)]
    pub(crate) fn show(&mut self, work: Span) {
        let see = |(number, queue): (usize, &ServerQueue)| {
            let speed = self.conditions.get(number).map_or(1.0, Condition::factor);
            let done_in_ns = queue.done_in_ns(work, speed, &self.jobs, self.now);
            Seen { in_system: queue.in_system(), done_in_ns }
        };
        let seen: Vec<Seen> = self.queues.iter().enumerate().map(see).collect();
        self.director.show(&seen);
    }

    /// Remembers the class of a connection that was opened.
    pub(crate) fn classify(&mut self, connection: ConnectionId, class: u16) {
        let Some(classes) = &mut self.classes else { return };
        if classes.len() <= connection.index() {
            classes.resize(connection.index() + 1, 0);
        }
        classes[connection.index()] = class;
    }

    /// The class of a connection in progress.
    pub(crate) fn class_of(&self, connection: ConnectionId) -> u16 {
        self.classes.as_ref().map_or(0, |classes| classes[connection.index()])
    }

    /// Counts what a request carries, if somebody asked, and finds the work that it is.
    pub(crate) fn look_at(&mut self, server: ServerId, asked: &Arrival, is_first: bool) -> Span {
        self.count(asked, is_first);
        if self.caches.are_there() { self.look_up(server, asked) } else { asked.work }
    }

    /// Counts the packets of a request that a server takes, and of its connection with the first.
    fn count(&mut self, asked: &Arrival, is_first: bool) {
        let is_measured = self.warm_up <= self.now && self.now < self.horizon;
        let Some(traffic) = self.traffic.as_mut().filter(|_| is_measured) else { return };
        let carried = Carried::of(&self.service, asked.sizes);
        let carried = if is_first { carried } else { carried.on_an_open_connection(&self.service) };
        traffic.connections += u64::from(is_first);
        traffic.inbound += carried.inbound();
        traffic.outbound += carried.response;
    }
}
