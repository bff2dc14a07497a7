//! The event loop: one thread holds every client's and every server's sockets, whichever namespace they are in.
//!
//! A socket stays in the namespace that it was opened in, so one thread can play all hosts. Servers hold a connection
//! for as long as the simulator's servers would ([`LoneServer`](ipvslab_sim::LoneServer)); everything between them and
//! the clients is the kernel's own TCP and IPVS.

use std::os::fd::AsFd;

use ipvslab_schedulers::Time;
use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};
use rustix::time::{ClockId, Timespec, clock_gettime};

use super::clients::Clients;
use super::lab::Lab;
use super::record::{Connection, End};
use super::servers::Servers;
use super::situation::Situation;
use super::{ServeError, record::Served};
use crate::script::Action;

/// About how often progress is told.
const PARTS: usize = 20;
/// How many looks at the servers there are.
const LOOKS: u64 = 240;
/// When nothing has happened for this long after the last arrival, what is still open has hung.
const PATIENCE_NS: u64 = 600_000_000_000;

/// What an event is about: the high bit tells sockets of servers from those of clients.
pub(super) const SERVER_SIDE: u64 = 1 << 63;
/// A server's listening socket.
pub(super) const LISTENER: u64 = 1 << 62;

/// Builds a situation in namespaces that live as long as this call, and plays it with real TCP. Tells `progress` now
/// and then how much of it is done, in per cent.
///
/// # Errors
/// If the lab cannot be built, or a socket fails in a way that no scenario explains.
pub fn serve(situation: &Situation, mut progress: impl FnMut(usize) + Send) -> Result<Served, ServeError> {
    let mut lab = Lab::new(situation)?;
    let kernel = lab.kernel()?;
    let configuration = lab.configuration()?;
    let servers = Servers::open(situation, &lab)?;
    let epoll = epoll::create(CreateFlags::CLOEXEC).map_err(|error| ServeError::Socket(error.into()))?;
    servers.listen(&epoll)?;
    let mut play = Play {
        situation,
        clients: Clients::default(),
        servers,
        records: vec![
            Connection { server: None, end: End::Open, started_ns: 0, ended_ns: 0 };
            situation.arrivals.len()
        ],
        epoll,
        start: now_ns(),
        open: 0,
        next_arrival: 0,
        next_edit: 0,
        looks: Vec::new(),
    };
    let clients = lab.clients().namespace().try_clone().map_err(ServeError::Socket)?;
    clients.enter(|| play.run(&mut lab, &mut progress)).map_err(ServeError::Socket)??;
    // The kernel tells its statistics up to two seconds late.
    std::thread::sleep(std::time::Duration::from_secs(5));
    let (connections, looks) = (play.records, play.looks);
    let scheduled = lab.scheduled()?;
    Ok(Served { kernel, configuration, connections, looks, scheduled })
}

struct Play<'a> {
    situation: &'a Situation,
    clients: Clients,
    servers: Servers,
    records: Vec<Connection>,
    epoll: rustix::fd::OwnedFd,
    start: u64,
    /// Connections in progress.
    open: usize,
    next_arrival: usize,
    next_edit: usize,
    looks: Vec<(u64, Vec<crate::log::Counters>)>,
}

impl Play<'_> {
    fn run(&mut self, lab: &mut Lab, progress: &mut impl FnMut(usize)) -> Result<(), ServeError> {
        let last = self.situation.arrivals.last().map_or(0, |arrival| arrival.at_ns);
        let look_every = (last / LOOKS).max(1_000_000_000);
        let part = (self.situation.arrivals.len() / PARTS).max(1);
        let mut next_look = 0;
        let mut quiet_since = 0;
        let mut events = Vec::with_capacity(256);
        loop {
            let now = self.now();
            let arrivals = &self.situation.arrivals;
            let arrival = arrivals.get(self.next_arrival).map_or(u64::MAX, |arrival| arrival.at_ns);
            let edit = self.situation.edits.get(self.next_edit).map_or(u64::MAX, |edit| edit.0);
            let departure = self.servers.next_departure().map_or(u64::MAX, Time::as_nanos);
            if self.open == 0 && arrival == u64::MAX {
                return Ok(());
            }
            if arrival == u64::MAX && departure == u64::MAX && now > quiet_since + PATIENCE_NS {
                return Err(ServeError::Hung { open: self.open });
            }
            // In the order of the engine: edits, departures, arrivals.
            if edit <= now {
                self.edit(lab)?;
            } else if departure <= now {
                self.servers.depart(&mut self.records)?;
                quiet_since = now;
            } else if arrival <= now {
                self.arrive()?;
                quiet_since = now;
                if self.next_arrival.is_multiple_of(part) {
                    progress(100 * self.next_arrival / self.situation.arrivals.len());
                }
            } else if next_look <= now {
                self.looks.push((now, lab.counters()?));
                next_look = now + look_every;
            } else {
                let wake = arrival.min(edit).min(departure).min(next_look).min(quiet_since + PATIENCE_NS + 1);
                self.wait(wake - now, &mut events)?;
                if !events.is_empty() {
                    quiet_since = self.now();
                }
                for data in events.drain(..) {
                    self.handle(data)?;
                }
            }
            // Sockets are looked at between any two of the above, or a burst of arrivals would starve them.
            self.wait(0, &mut events)?;
            for data in events.drain(..) {
                self.handle(data)?;
            }
        }
    }

    fn now(&self) -> u64 {
        now_ns() - self.start
    }

    /// Waits for sockets, `span_ns` at most.
    fn wait(&self, span_ns: u64, events: &mut Vec<u64>) -> Result<(), ServeError> {
        let timeout =
            Timespec { tv_sec: (span_ns / 1_000_000_000) as i64, tv_nsec: (span_ns % 1_000_000_000) as i64 };
        let mut ready = [const { std::mem::MaybeUninit::uninit() }; 128];
        match epoll::wait(&self.epoll, &mut ready, Some(&timeout)) {
            Ok((ready, _)) => events.extend(ready.iter().map(|event| event.data.u64())),
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(ServeError::Socket(error.into())),
        }
        Ok(())
    }

    fn handle(&mut self, data: u64) -> Result<(), ServeError> {
        let now = self.now();
        if data & LISTENER != 0 {
            self.servers.accept((data & !LISTENER) as usize, &self.epoll)?;
        } else if data & SERVER_SIDE != 0 {
            self.servers.receive(
                (data & !SERVER_SIDE) as usize,
                Time::from_nanos(now),
                &self.situation.arrivals,
                &mut self.records,
            )?;
        } else if let Some((number, end, server)) = self.clients.ready(data as usize, &self.epoll)? {
            let record = &mut self.records[number];
            if record.end == End::Open {
                record.end = end;
                record.server = server.or(record.server);
                record.ended_ns = now;
            }
            self.open -= 1;
        }
        Ok(())
    }

    fn arrive(&mut self) -> Result<(), ServeError> {
        let number = self.next_arrival;
        self.next_arrival += 1;
        self.open += 1;
        self.clients.connect(number, &self.situation.arrivals[number], &self.epoll)
    }

    fn edit(&mut self, lab: &mut Lab) -> Result<(), ServeError> {
        let now = self.now();
        let (_, action) = self.situation.edits[self.next_edit];
        self.next_edit += 1;
        match action {
            Action::EditServer { server, weight, thresholds } => lab.edit(server, weight, thresholds)?,
            Action::Add { server, weight } => lab.add(server, weight)?,
            Action::Remove { server } => {
                lab.remove(server)?;
                // As in the simulator, its connections in progress are cut off: no packet of theirs passes any more.
                for number in self.servers.abandon(usize::from(server)) {
                    let record = &mut self.records[number];
                    *record = Connection { server: Some(server), end: End::Lost, ended_ns: now, ..*record };
                    self.clients.abandon(number);
                    self.open -= 1;
                }
            }
            other => unreachable!("a situation has edits of servers only, not {other:?}"),
        }
        Ok(())
    }
}

/// Registers a socket.
pub(super) fn watch(
    epoll: &rustix::fd::OwnedFd,
    socket: &impl AsFd,
    data: u64,
    flags: EventFlags,
) -> Result<(), ServeError> {
    epoll::add(epoll, socket, EventData::new_u64(data), flags)
        .map_err(|error| ServeError::Socket(error.into()))
}

fn now_ns() -> u64 {
    let now = clock_gettime(ClockId::Monotonic);
    now.tv_sec as u64 * 1_000_000_000 + now.tv_nsec as u64
}
