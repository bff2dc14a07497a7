//! A real server by itself, outside a simulation: what the live lab's servers work as, so that both sides of a
//! validation serve connections alike.

use alloc::vec::Vec;

use ipvslab_schedulers::{Span, Time};

use crate::director::connection::ConnectionId;
use crate::farm::queue::ServerQueue;
use crate::farm::visits::{Visit, Visits};
use crate::setup::RealServer;

/// A real server: its queue, and the connections in it, which are known by tickets of the owner's choice.
#[derive(Clone, Debug)]
pub struct LoneServer {
    queue: ServerQueue,
    jobs: Visits,
    order: u64,
}

/// A connection whose service is over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Departure {
    /// The ticket it was accepted under.
    pub ticket: u32,
    /// When its service began (its arrival, under processor sharing with a free worker).
    pub started: Time,
    /// When its service ended.
    pub at: Time,
}

impl LoneServer {
    /// An idle server.
    pub fn new(server: &RealServer) -> Self {
        Self { queue: ServerQueue::new(server), jobs: Visits::default(), order: 0 }
    }

    /// Whether it would refuse a connection: its slots or cores and its backlog are taken.
    pub fn is_full(&self) -> bool {
        self.queue.is_full()
    }

    /// Takes a connection. `now` is not before the last departure.
    pub fn accept(&mut self, ticket: u32, work: Span, now: Time) {
        let connection = ConnectionId::new(ticket);
        let job = self.jobs.insert(Visit { arrived: now, started: now, work, connection, request: None });
        self.order += 1;
        self.queue.accept(job, &mut self.jobs, now, self.order);
    }

    /// When the next connection ends, if one is in service.
    pub fn next_departure(&self) -> Option<Time> {
        self.queue.next().map(|due| due.at)
    }

    /// Ends the service that is due next; `None` if nothing is in service.
    pub fn depart(&mut self) -> Option<Departure> {
        let at = self.next_departure()?;
        self.order += 1;
        let ended = self.queue.depart(&mut self.jobs, at, self.order);
        let job = self.jobs.remove(ended);
        Some(Departure { ticket: job.connection.index() as u32, started: job.started, at })
    }

    /// Gives up everything it has, and names the tickets in no particular order.
    pub fn clear(&mut self) -> Vec<u32> {
        let mut given_up = Vec::new();
        // When it happens matters to how much of the work was done, which nobody asks for here.
        self.queue.clear(&self.jobs, Time::ZERO, |gone| given_up.push(gone.job));
        given_up.into_iter().map(|job| self.jobs.remove(job).connection.index() as u32).collect()
    }
}

#[cfg(test)]
mod tests {
    use ipvslab_schedulers::{Thresholds, Weight};

    use super::*;
    use crate::setup::Discipline;

    fn server(discipline: Discipline) -> LoneServer {
        LoneServer::new(&RealServer {
            endpoint: ([10, 0, 0, 1], 80).into(),
            weight: Weight::ONE,
            thresholds: Thresholds::NONE,
            discipline,
            speed: 2.0,
            backlog: Some(1),
            listed: true,
        })
    }

    #[test]
    fn one_slot_serves_in_order_and_refuses_beyond_its_backlog() {
        let mut server = server(Discipline::FirstComeFirstServed { slots: 1 });
        server.accept(7, Span::from_secs(2), Time::ZERO);
        server.accept(8, Span::from_secs(4), Time::ZERO);
        assert!(server.is_full());
        let second = Span::from_secs(1);
        let first = Departure { ticket: 7, started: Time::ZERO, at: Time::ZERO + second };
        assert_eq!(server.depart(), Some(first));
        assert!(!server.is_full());
        let next = Departure { ticket: 8, started: first.at, at: first.at + Span::from_secs(2) };
        assert_eq!(server.depart(), Some(next));
        assert_eq!(server.depart(), None);
    }

    #[test]
    fn a_shared_core_is_cleared_of_all_it_has() {
        let mut server = server(Discipline::ProcessorSharing { cores: 1, workers: None });
        server.accept(1, Span::from_secs(2), Time::ZERO);
        server.accept(2, Span::from_secs(2), Time::ZERO);
        assert_eq!(server.next_departure(), Some(Time::ZERO + Span::from_secs(2)));
        let mut tickets = server.clear();
        tickets.sort_unstable();
        assert_eq!(tickets, [1, 2]);
        assert_eq!(server.next_departure(), None);
    }
}
