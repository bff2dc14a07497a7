//! What a run is made of: two worlds, the plain one and the full one.
//!
//! Both live the same life of a request ([`lifecycle`](super::lifecycle)). In the plain world nothing lies between clients and
//! servers, nobody reacts and nothing breaks, so that nothing has to be kept of a request but its place at its server.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::marker::PhantomData;

use ipvslab_schedulers::{Scheduler, ServerId};

use super::Engine;
use crate::agenda::Event;
use crate::clients::follow_ups::FollowUps;
use crate::clients::request::Bound;
use crate::clients::requests::Requests;
use crate::director::fast::FastDirector;
use crate::director::{Director, Reopened, Silent};
use crate::farm::visits::Visit;
use crate::observer::{Failure, Finished, Observer};
use crate::operations::Operations;
use crate::outcome::DirectorTotals;
use crate::path::Path;
use crate::request::{Arrival, RequestId};
use crate::setup::Fault;
use crate::setup::{Intervention, Setup};

/// What a run is made of, and where the lives of requests part for it.
pub(crate) trait World: Sized {
    type Director: Director;
    /// What a run has besides a director and a farm.
    type Around;
    /// The client that a request is of.
    type Client: Copy;
    /// Whether servers break, slow down, have caches, or are seen by a baseline.
    const SERVERS_VARY: bool;

    /// What is noted before the run.
    fn prepare(run: &mut Engine<Self>, setup: &Setup);
    /// A client makes its first request.
    fn arrive(run: &mut Engine<Self>, arrival: &Arrival, seen: &mut impl Observer);
    /// A SYN is given to the scheduler, or meets its entry.
    fn open(run: &mut Engine<Self>, client: Self::Client, asked: &Arrival) -> Reopened;
    /// There is no server for a connection.
    fn turned_away(run: &mut Engine<Self>, client: Self::Client, seen: &mut impl Observer);
    /// A server resets a half-open connection.
    fn refused(
        run: &mut Engine<Self>,
        client: Self::Client,
        bound: Bound,
        why: Failure,
        seen: &mut impl Observer,
    );
    /// A SYN gets no answer; the entry that it made, if it made one.
    fn unanswered(run: &mut Engine<Self>, client: Self::Client, silent: Silent, seen: &mut impl Observer);
    /// A server accepts a connection.
    fn accepted(
        run: &mut Engine<Self>,
        client: Self::Client,
        bound: Bound,
        asked: &Arrival,
        seen: &mut impl Observer,
    );
    /// A server is done with a request.
    fn served(run: &mut Engine<Self>, server: ServerId, job: &Visit, seen: &mut impl Observer);
    /// A server is gone in the middle of a request.
    fn cut(run: &mut Engine<Self>, server: ServerId, job: &Visit, seen: &mut impl Observer);
    /// A server was started.
    fn started(run: &mut Engine<Self>, server: ServerId);
    /// An administrator acts.
    fn intervene(run: &mut Engine<Self>, what: Intervention, seen: &mut impl Observer);
    /// Something breaks, or is repaired.
    fn break_down(run: &mut Engine<Self>, fault: Fault, seen: &mut impl Observer);
    /// What arose during the run is due.
    fn arisen(run: &mut Engine<Self>, event: Event, seen: &mut impl Observer);
    /// At the end of all, what will never end is given up.
    fn give_up(run: &mut Engine<Self>, seen: &mut impl Observer);
    /// The most connections or requests that were ever in progress at once.
    fn most_in_progress(run: &Engine<Self>) -> usize;
    /// Whether requests are followed beyond their first connection.
    fn follows_requests(run: &Engine<Self>) -> bool;
    /// What the directors did, if their capacity has bounds.
    fn director_totals(run: &Engine<Self>) -> Option<DirectorTotals>;
}

/// Clients next to servers that never break, one plain service, one director.
pub(crate) struct Plain<S>(PhantomData<S>);

/// Everything that a setup can say.
pub(crate) struct Full<D>(PhantomData<D>);

/// What a full run has besides a director and a farm.
pub(crate) struct Surroundings {
    pub(super) requests: Requests,
    pub(super) path: Path,
    pub(super) follow_ups: Option<Box<dyn FollowUps>>,
    pub(super) operations: Option<Operations>,
    /// How often each director has lost its table.
    pub(super) lives: Vec<u32>,
    /// Whether observers hear of arrivals: where they hear of requests, or tell classes apart.
    pub(super) tells_arrivals: bool,
    /// Whether observers hear of requests, and not of connections only.
    pub(super) tells_requests: bool,
    /// Whether the scheduler is shown what no director can see.
    pub(super) has_oracle: bool,
}

impl Surroundings {
    pub(crate) fn new(setup: &Setup, follow_ups: Option<Box<dyn FollowUps>>, has_oracle: bool) -> Self {
        let directors = setup.directors.as_ref().map_or(1, |directors| directors.count);
        let tells_requests = setup.follows_requests() || follow_ups.is_some();
        Self {
            requests: Requests::new(setup),
            path: Path::new(setup),
            tells_arrivals: tells_requests || setup.has_classes,
            tells_requests,
            follow_ups,
            operations: Operations::new(setup),
            lives: alloc::vec![0; directors as usize],
            has_oracle,
        }
    }
}

impl<S: Scheduler + Clone> World for Plain<S> {
    type Director = FastDirector<S>;
    type Around = ();
    type Client = ();
    const SERVERS_VARY: bool = false;

    fn prepare(_: &mut Engine<Self>, _: &Setup) {}

    #[inline(always)]
    fn arrive(run: &mut Engine<Self>, arrival: &Arrival, seen: &mut impl Observer) {
        run.schedule((), arrival, seen);
    }

    #[inline(always)]
    fn open(run: &mut Engine<Self>, (): (), asked: &Arrival) -> Reopened {
        match run.director.open(&asked.flow, run.now) {
            Some((connection, server)) => Reopened::Passed { connection, server, is_anew: true },
            None => Reopened::NoServer,
        }
    }

    fn turned_away(run: &mut Engine<Self>, (): (), _: &mut impl Observer) {
        run.meters.ledger.failed(Failure::NoServer);
    }

    fn refused(run: &mut Engine<Self>, (): (), bound: Bound, why: Failure, _: &mut impl Observer) {
        run.director.reset(bound.connection, run.now);
        run.measure(bound.server);
        run.meters.ledger.failed(why);
    }

    fn unanswered(_: &mut Engine<Self>, (): (), _: Silent, _: &mut impl Observer) {
        unreachable!("servers that do not vary answer every SYN");
    }

    #[inline(always)]
    fn accepted(run: &mut Engine<Self>, (): (), bound: Bound, asked: &Arrival, _: &mut impl Observer) {
        run.director.establish(bound.connection);
        run.take(bound, asked.work, None);
    }

    #[inline(always)]
    fn served(run: &mut Engine<Self>, server: ServerId, job: &Visit, seen: &mut impl Observer) {
        run.director.close(job.connection, run.now);
        run.measure(server);
        run.meters.ledger.finished += 1;
        seen.finished(&Finished {
            connection: job.connection,
            server,
            arrived: job.arrived,
            started: job.started,
            finished: run.now,
            work: job.work,
            class: 0,
        });
    }

    fn cut(run: &mut Engine<Self>, server: ServerId, job: &Visit, seen: &mut impl Observer) {
        run.director.cut(job.connection, run.now);
        run.meters.ledger.failed(Failure::Lost);
        seen.lost(run.now, job.connection, server, job.arrived);
    }

    fn started(_: &mut Engine<Self>, _: ServerId) {}

    fn intervene(run: &mut Engine<Self>, what: Intervention, seen: &mut impl Observer) {
        run.intervene(what, seen);
    }

    fn break_down(_: &mut Engine<Self>, _: Fault, _: &mut impl Observer) {
        unreachable!("nothing breaks in a plain run");
    }

    fn arisen(_: &mut Engine<Self>, _: Event, _: &mut impl Observer) {
        unreachable!("nothing arises in a plain run");
    }

    fn give_up(_: &mut Engine<Self>, _: &mut impl Observer) {}

    #[inline(always)]
    fn most_in_progress(run: &Engine<Self>) -> usize {
        run.farm.most_in_system()
    }

    fn follows_requests(_: &Engine<Self>) -> bool {
        false
    }

    fn director_totals(_: &Engine<Self>) -> Option<DirectorTotals> {
        None
    }
}

impl<D: Director> World for Full<D> {
    type Director = D;
    type Around = Surroundings;
    type Client = RequestId;
    const SERVERS_VARY: bool = true;

    fn prepare(run: &mut Engine<Self>, setup: &Setup) {
        run.prepare(setup);
    }

    fn arrive(run: &mut Engine<Self>, arrival: &Arrival, seen: &mut impl Observer) {
        run.begin(arrival, seen);
    }

    fn open(run: &mut Engine<Self>, client: RequestId, asked: &Arrival) -> Reopened {
        run.open(client, asked)
    }

    fn turned_away(run: &mut Engine<Self>, client: RequestId, seen: &mut impl Observer) {
        let delay = run.around.path.client;
        run.fail_after(delay, client, Failure::NoServer, seen);
    }

    fn refused(
        run: &mut Engine<Self>,
        client: RequestId,
        bound: Bound,
        why: Failure,
        seen: &mut impl Observer,
    ) {
        run.reset_half_open(client, bound, why, seen);
    }

    fn unanswered(run: &mut Engine<Self>, client: RequestId, silent: Silent, seen: &mut impl Observer) {
        run.unanswered(client, Some(silent), seen);
    }

    fn accepted(
        run: &mut Engine<Self>,
        client: RequestId,
        bound: Bound,
        asked: &Arrival,
        _: &mut impl Observer,
    ) {
        run.set_out_to_server(client, bound, asked);
    }

    fn served(run: &mut Engine<Self>, server: ServerId, job: &Visit, seen: &mut impl Observer) {
        run.answer(server, job, seen);
    }

    fn cut(run: &mut Engine<Self>, server: ServerId, job: &Visit, seen: &mut impl Observer) {
        // If nobody waits, its client has closed it already.
        if let Some(client) = job.request {
            if !run.around.tells_requests {
                seen.lost(run.now, job.connection, server, job.arrived);
            }
            run.hang(client, job.connection, seen);
        }
    }

    fn started(run: &mut Engine<Self>, server: ServerId) {
        run.start(server);
    }

    fn intervene(run: &mut Engine<Self>, what: Intervention, seen: &mut impl Observer) {
        run.act(what, seen);
    }

    fn break_down(run: &mut Engine<Self>, fault: Fault, seen: &mut impl Observer) {
        run.break_down(fault, seen);
    }

    fn arisen(run: &mut Engine<Self>, event: Event, seen: &mut impl Observer) {
        run.arisen(event, seen);
    }

    fn give_up(run: &mut Engine<Self>, seen: &mut impl Observer) {
        run.give_up_hung(seen);
    }

    fn most_in_progress(run: &Engine<Self>) -> usize {
        run.farm.most_in_system().max(run.around.requests.most())
    }

    fn follows_requests(run: &Engine<Self>) -> bool {
        run.around.tells_requests
    }

    fn director_totals(run: &Engine<Self>) -> Option<DirectorTotals> {
        run.around.path.totals()
    }
}
