//! A service under random administration and random traffic, with its scheduler told of all of it.

use std::net::{IpAddr, Ipv4Addr};

use ipvslab_schedulers::{
    Activity, AnyScheduler, Flow, KernelProfile, Rng, Scheduler, SchedulerKind, ServerId, ServerIndex,
    ServerTable, Span, TableChange, Thresholds, Time, Weight,
};

use crate::service::{endpoint, options};

/// What its servers may weigh; the last is as likely as the others together.
pub(crate) type Weights = [u32; 5];

/// Ties are frequent, and one server in eight is quiesced.
pub(crate) const SMALL: Weights = [0, 1, 2, 3, 4];

/// The same in large, but for the ties: primes, whose multiples in common are beyond what ranks can be made of.
pub(crate) const PRIME: Weights = [0, 60_013, 120_011, 180_001, 240_007];

pub(crate) struct RandomService {
    pub(crate) table: ServerTable,
    pub(crate) scheduler: AnyScheduler,
    pub(crate) now: Time,
    pub(crate) flow: Flow,
    rng: Rng,
    weights: Weights,
    destinations: u32,
    /// All servers there are; some may be removed at the moment.
    servers: u32,
    connections: Vec<(ServerId, Activity)>,
    target: usize,
}

impl RandomService {
    pub(crate) fn new(
        kind: SchedulerKind,
        profile: KernelProfile,
        (servers, weights): (u32, Weights),
        destinations: u32,
        seed: u64,
    ) -> Self {
        let mut rng = Rng::stream(seed, servers, kind.name());
        let mut table = ServerTable::new(profile.accounting);
        for number in 0..servers {
            let id = ServerId::new(number);
            table.add(id, endpoint(id), weight(&mut rng, weights), Thresholds::NONE);
        }
        let scheduler =
            AnyScheduler::new(kind, options(profile), &table, Time::ZERO).expect("fewer servers than slots");
        let home = Ipv4Addr::new(10, 0, 0, 1).into();
        Self {
            table,
            scheduler,
            now: Time::ZERO,
            flow: Flow {
                client: home,
                client_port: 0,
                destination: home,
                destination_port: 80,
                protocol: Flow::TCP,
            },
            rng,
            weights,
            destinations,
            servers,
            connections: Vec::new(),
            target: servers as usize * 3,
        }
    }

    /// One random step of traffic or, now and then, administration.
    pub(crate) fn step(&mut self) {
        self.now += Span::from_millis(u64::from(self.rng.below(200)));
        match self.rng.below(200) {
            0 => self.reweigh(),
            1 => self.limit(),
            2 if self.table.len() > 1 => self.remove(),
            3..6 => self.bring_back(),
            _ => self.traffic(),
        }
        let number = self.rng.below(self.destinations);
        self.flow.destination = IpAddr::V4(Ipv4Addr::from_bits(0x0a00_0001 + number));
    }

    /// Asks the scheduler, for the flow of the latest step.
    pub(crate) fn schedule(&mut self) -> Option<ServerIndex> {
        self.scheduler.schedule(&self.flow, &self.table, self.now)
    }

    /// Counts the connection that was just scheduled: TCP, or one in eight UDP.
    pub(crate) fn connect(&mut self, at: ServerIndex) {
        let id = self.table.id(at);
        self.table.bind(id);
        let activity = if self.rng.below(8) == 0 { Activity::Inactive } else { Activity::Active };
        if activity == Activity::Active {
            self.table.wake(id);
        }
        self.connections.push((id, activity));
        self.told(id);
    }

    fn traffic(&mut self) {
        while self.connections.len() > self.target {
            let at = self.some_connection();
            let (id, activity) = self.connections.swap_remove(at);
            self.table.unbind(id, activity);
            self.told(id);
        }
        if !self.connections.is_empty() && self.rng.below(3) == 0 {
            let at = self.some_connection();
            let (id, activity) = self.connections[at];
            match activity {
                Activity::Active => self.table.idle(id),
                Activity::Inactive => self.table.wake(id),
            };
            self.connections[at].1 = match activity {
                Activity::Active => Activity::Inactive,
                Activity::Inactive => Activity::Active,
            };
            self.told(id);
        }
        if self.rng.below(500) == 0 {
            // The load rises and falls, so that ties, idle servers and crowded ones all occur.
            self.target = self.rng.below(self.servers * 8) as usize;
        }
    }

    fn reweigh(&mut self) {
        let id = self.some_listed();
        let weight = weight(&mut self.rng, self.weights);
        let change = self.table.set_weight(id, weight);
        self.changed(change);
    }

    fn limit(&mut self) {
        let id = self.some_listed();
        let limit = self.rng.below(12);
        let at = self.table.position(id).expect("the server is listed");
        let weight = Weight::new(self.table.server(at).weight() as u32).expect("it was a weight before");
        let thresholds = if limit < 6 { Thresholds::NONE } else { limits(limit) };
        let change = self.table.edit(id, weight, thresholds);
        self.changed(change);
    }

    fn remove(&mut self) {
        let id = self.some_listed();
        let change = self.table.remove(id);
        self.changed(change);
    }

    fn bring_back(&mut self) {
        let id = ServerId::new(self.rng.below(self.servers));
        if self.table.position(id).is_none() {
            let weight = weight(&mut self.rng, self.weights);
            let change = self.table.add(id, endpoint(id), weight, Thresholds::NONE);
            self.changed(change);
        }
    }

    fn some_listed(&mut self) -> ServerId {
        self.table.id(ServerIndex::new(self.rng.below(self.table.len() as u32) as usize))
    }

    fn some_connection(&mut self) -> usize {
        self.rng.below(self.connections.len() as u32) as usize
    }

    fn changed(&mut self, change: TableChange) {
        self.scheduler.table_changed(change, &self.table);
    }

    fn told(&mut self, id: ServerId) {
        if let Some(at) = self.table.position(id) {
            self.scheduler.load_changed(at, &self.table);
        }
    }
}

fn weight(rng: &mut Rng, weights: Weights) -> Weight {
    Weight::new(weights[rng.below(8).min(4) as usize]).expect("a weight")
}

fn limits(upper: u32) -> Thresholds {
    Thresholds::new(upper, 0).expect("0 is below every upper threshold")
}
