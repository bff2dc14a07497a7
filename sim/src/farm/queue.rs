//! A real server as a queue: who is in service, who waits, who is refused.

use alloc::vec::Vec;

use ipvslab_schedulers::{Span, Time};

use crate::farm::departures::Due;
use crate::farm::fcfs::FirstComeFirstServed;
use crate::farm::sharing::ProcessorSharing;
use crate::farm::visits::{VisitId, Visits};
use crate::setup::{Discipline, RealServer};

#[derive(Clone, Debug)]
enum Queue {
    FirstComeFirstServed(FirstComeFirstServed),
    ProcessorSharing(ProcessorSharing),
}

/// A connection that left a server before its end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GivenUp {
    pub(crate) job: VisitId,
    /// What was done of its work: nanoseconds of it.
    pub(crate) work_done_ns: f64,
    /// Whether its service had begun.
    pub(crate) was_in_service: bool,
}

/// A real server at work.
#[derive(Clone, Debug)]
pub(crate) struct ServerQueue {
    queue: Queue,
    /// The speed of a slot or core that is not disturbed.
    speed: f64,
    discipline: Discipline,
    /// Connections in service at full speed.
    width: u32,
    /// The most connections it takes.
    capacity: u32,
    in_system: u32,
}

impl ServerQueue {
    pub(crate) fn new(server: &RealServer) -> Self {
        let width = server.discipline.width();
        let queue = match server.discipline {
            Discipline::FirstComeFirstServed { slots } => {
                Queue::FirstComeFirstServed(FirstComeFirstServed::new(slots, server.speed))
            }
            Discipline::ProcessorSharing { cores, workers } => {
                Queue::ProcessorSharing(ProcessorSharing::new(cores, workers, server.speed))
            }
        };
        let room = server.discipline.room();
        let capacity = server.backlog.map_or(u32::MAX, |backlog| room.saturating_add(backlog));
        Self { queue, speed: server.speed, discipline: server.discipline, width, capacity, in_system: 0 }
    }

    #[inline]
    pub(crate) fn is_full(&self) -> bool {
        self.in_system >= self.capacity
    }

    /// Whether it is full once those that are on their way have come.
    pub(crate) fn is_full_with(&self, coming: u32) -> bool {
        self.in_system.saturating_add(coming) >= self.capacity
    }

    /// Connections in service or in the backlog.
    #[inline]
    pub(crate) fn in_system(&self) -> u32 {
        self.in_system
    }

    /// Busy slots or cores.
    #[inline]
    pub(crate) fn busy(&self) -> u32 {
        self.in_system.min(self.width)
    }

    /// Connections in service: under processor sharing, all that share.
    pub(crate) fn in_service(&self) -> u32 {
        self.discipline.in_service(self.in_system)
    }

    /// In how many nanoseconds a new request of this work would be done at `speed` times its speed, nothing else coming: at
    /// once in service if a slot or core is free, else after its part of the work that is there.
    pub(crate) fn done_in_ns(&self, work: Span, speed: f64, jobs: &Visits, now: Time) -> f64 {
        let rate = self.speed * speed;
        let left = match &self.queue {
            _ if self.in_system < self.width => 0.0,
            Queue::FirstComeFirstServed(queue) => queue.work_left(jobs, now),
            Queue::ProcessorSharing(queue) => queue.work_left(jobs, now),
        };
        (left / f64::from(self.width) + work.as_nanos() as f64) / rate
    }

    /// Takes a connection.
    #[inline]
    pub(crate) fn accept(&mut self, job: VisitId, jobs: &mut Visits, now: Time, order: u64) {
        self.in_system += 1;
        match &mut self.queue {
            Queue::FirstComeFirstServed(queue) => queue.accept(job, jobs, now, order),
            Queue::ProcessorSharing(queue) => queue.accept(job, jobs, now, order),
        }
    }

    /// Ends the service of the connection whose departure is due, and begins the next one's.
    #[inline]
    pub(crate) fn depart(&mut self, jobs: &mut Visits, now: Time, order: u64) -> VisitId {
        self.in_system -= 1;
        match &mut self.queue {
            Queue::FirstComeFirstServed(queue) => queue.depart(jobs, now, order),
            Queue::ProcessorSharing(queue) => queue.depart(jobs, now, order),
        }
    }

    /// The next departure, if anything is in service.
    #[inline]
    pub(crate) fn next(&self) -> Option<Due> {
        match &self.queue {
            Queue::FirstComeFirstServed(queue) => queue.next(),
            Queue::ProcessorSharing(queue) => queue.next(),
        }
    }

    /// From `now` on it works at `factor` of the speed it was made with; 0 stops it. What it has goes on from where it is.
    pub(crate) fn set_speed(&mut self, factor: f64, jobs: &Visits, now: Time) {
        match &mut self.queue {
            Queue::FirstComeFirstServed(queue) => queue.set_speed(self.speed * factor, jobs, now),
            Queue::ProcessorSharing(queue) => queue.set_speed(self.speed * factor, now),
        }
    }

    /// Gives up a connection before its end.
    pub(crate) fn remove(&mut self, job: VisitId, jobs: &mut Visits, now: Time, order: u64) -> GivenUp {
        self.in_system -= 1;
        match &mut self.queue {
            Queue::FirstComeFirstServed(queue) => queue.remove(job, jobs, now, order),
            Queue::ProcessorSharing(queue) => queue.remove(job, jobs, now, order),
        }
    }

    /// Everything in the system, in the order of [`clear`](Self::clear).
    pub(crate) fn ids(&self) -> Vec<VisitId> {
        match &self.queue {
            Queue::FirstComeFirstServed(queue) => queue.ids().collect(),
            Queue::ProcessorSharing(queue) => queue.ids().collect(),
        }
    }

    /// Gives up everything in the system, in no particular order.
    pub(crate) fn clear(&mut self, jobs: &Visits, now: Time, give_up: impl FnMut(GivenUp)) {
        self.in_system = 0;
        match &mut self.queue {
            Queue::FirstComeFirstServed(queue) => queue.clear(jobs, now, give_up),
            Queue::ProcessorSharing(queue) => queue.clear(jobs, now, give_up),
        }
    }
}

/// How long `work` takes where a unit of work takes `pace` (1 / speed), to the nearest nanosecond.
#[inline]
pub(crate) fn service_time(work: Span, pace: f64) -> Span {
    Span::from_nanos((work.as_nanos() as f64 * pace + 0.5) as u64)
}
