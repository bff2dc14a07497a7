//! Laws over all 14 schedulers, under histories that proptest invents and shrinks.

use std::net::Ipv4Addr;

use ipvslab_schedulers::{
    Accounting, Activity, AnyScheduler, Draws, Flow, HashFlags, Rng, Scheduler, SchedulerKind,
    SchedulerOptions, Server, ServerId, ServerIndex, ServerTable, Span, Thresholds, Time, Weight,
};
use proptest::prelude::*;

use crate::service::{BOTH, endpoint, profile};

/// One thing that happens to a service.
#[derive(Clone, Debug)]
enum Happening {
    Connect { client: u32, destination: u8, activity: Activity },
    End { connection: prop::sample::Index },
    Weight { server: prop::sample::Index, weight: u32 },
    Limit { server: prop::sample::Index, upper: u32 },
    Remove { server: prop::sample::Index },
    Add { weight: u32 },
}

fn happening() -> impl Strategy<Value = Happening> {
    let any_index = any::<prop::sample::Index>;
    let activity = prop_oneof![3 => Just(Activity::Active), 1 => Just(Activity::Inactive)];
    prop_oneof![
        10 => (any::<u32>(), 0..4u8, activity).prop_map(|(client, destination, activity)| {
            Happening::Connect { client, destination, activity }
        }),
        4 => any_index().prop_map(|connection| Happening::End { connection }),
        1 => (any_index(), 0..4u32).prop_map(|(server, weight)| Happening::Weight { server, weight }),
        1 => (any_index(), 0..5u32).prop_map(|(server, upper)| Happening::Limit { server, upper }),
        1 => any_index().prop_map(|server| Happening::Remove { server }),
        1 => (0..4u32).prop_map(|weight| Happening::Add { weight }),
    ]
}

/// A service that makes a history happen and checks every decision of it.
struct Checked {
    kind: SchedulerKind,
    flags: HashFlags,
    table: ServerTable,
    scheduler: AnyScheduler,
    connections: Vec<(ServerId, Activity)>,
    added: u32,
    now: Time,
}

impl Checked {
    fn new(kind: SchedulerKind, accounting: Accounting, flags: HashFlags) -> Self {
        let table = ServerTable::new(accounting);
        let draws = Draws::Stream(Rng::stream(1, 0, "laws"));
        let options = SchedulerOptions { profile: profile(accounting), flags, draws };
        let scheduler = AnyScheduler::new(kind, options, &table, Time::ZERO).expect("an empty list fits");
        Self { kind, flags, table, scheduler, connections: Vec::new(), added: 0, now: Time::ZERO }
    }

    fn happen(&mut self, happening: &Happening) {
        self.now += Span::from_secs(1);
        match happening {
            Happening::Connect { client, destination, activity } => {
                let flow = Flow {
                    client: Ipv4Addr::from_bits(*client).into(),
                    client_port: *client as u16,
                    destination: Ipv4Addr::new(10, 0, 0, *destination).into(),
                    destination_port: 80,
                    protocol: Flow::TCP,
                };
                if let Some(at) = self.decide(&flow) {
                    let id = self.table.id(at);
                    self.table.bind(id);
                    if *activity == Activity::Active {
                        self.table.wake(id);
                    }
                    self.connections.push((id, *activity));
                    self.told(id);
                }
            }
            Happening::End { connection } if !self.connections.is_empty() => {
                let (id, activity) = self.connections.swap_remove(connection.index(self.connections.len()));
                self.table.unbind(id, activity);
                self.told(id);
            }
            Happening::Add { weight } => {
                let id = ServerId::new(self.added);
                self.added += 1;
                let weight = Weight::new(*weight).expect("a small weight");
                let change = self.table.add(id, endpoint(id), weight, Thresholds::NONE);
                self.scheduler.table_changed(change, &self.table);
            }
            Happening::Weight { server, weight } if !self.table.is_empty() => {
                let id = self.pick(server);
                let change = self.table.set_weight(id, Weight::new(*weight).expect("a small weight"));
                self.scheduler.table_changed(change, &self.table);
            }
            Happening::Limit { server, upper } if !self.table.is_empty() => {
                let id = self.pick(server);
                let limits = Thresholds::new(*upper, 0).expect("0 is below every upper threshold");
                let change = self.table.edit(id, Weight::ONE, limits);
                self.scheduler.table_changed(change, &self.table);
            }
            Happening::Remove { server } if !self.table.is_empty() => {
                let change = self.table.remove(self.pick(server));
                self.scheduler.table_changed(change, &self.table);
            }
            _ => {}
        }
    }

    fn pick(&self, server: &prop::sample::Index) -> ServerId {
        self.table.id(ServerIndex::new(server.index(self.table.len())))
    }

    fn told(&mut self, id: ServerId) {
        if let Some(at) = self.table.position(id) {
            self.scheduler.load_changed(at, &self.table);
        }
    }

    fn decide(&mut self, flow: &Flow) -> Option<ServerIndex> {
        let before = self.table.servers().to_vec();
        let chosen = self.scheduler.schedule(flow, &self.table, self.now);
        assert_eq!(before, self.table.servers(), "{}: a decision changes no server", self.kind);
        match chosen {
            Some(at) => {
                let server = self.table.server(at);
                assert!(server.weight() > 0, "{}: quiesced server chosen", self.kind);
                let may_be_overloaded = self.kind == SchedulerKind::Lblc;
                assert!(may_be_overloaded || !server.overloaded(), "{}: overloaded server chosen", self.kind);
            }
            None => assert!(self.may_refuse(), "{}: refused with {:?}", self.kind, self.table.servers()),
        }
        chosen
    }

    /// Whether the scheduler's own rule lets it find no server.
    fn may_refuse(&self) -> bool {
        let mut rows = self.table.servers().iter();
        match self.kind {
            SchedulerKind::Dh => !rows.all(Server::is_open) || self.table.is_empty(),
            // Weights here are below 4 and servers few, so that everybody owns a bucket.
            SchedulerKind::Sh if self.flags.fallback => !rows.any(Server::is_open),
            SchedulerKind::Sh | SchedulerKind::Mh => !rows.all(Server::is_open) || self.table.is_empty(),
            SchedulerKind::Ovf => !rows.any(|server| server.is_open() && server.active() <= server.weight()),
            _ => !rows.any(Server::is_open),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_scheduler_picks_a_closed_server_or_refuses_against_its_rule(
        start in prop::collection::vec(0..4u32, 0..50),
        history in prop::collection::vec(happening(), 1..150),
        fallback: bool,
        port: bool,
    ) {
        for kind in SchedulerKind::ALL {
            for accounting in BOTH {
                let mut service = Checked::new(kind, accounting, HashFlags { fallback, port });
                start.iter().for_each(|&weight| service.happen(&Happening::Add { weight }));
                history.iter().for_each(|happening| service.happen(happening));
            }
        }
    }
}
