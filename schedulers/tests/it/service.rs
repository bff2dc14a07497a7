//! A virtual service small enough to write down in a line.

use core::net::{IpAddr, Ipv4Addr, SocketAddr};

use ipvslab_schedulers::{
    Accounting, Activity, AnyScheduler, Draws, Flow, HashFlags, KernelProfile, Scheduler, SchedulerOptions,
    Server, ServerId, ServerTable, Span, TableChange, Thresholds, Time, Weight,
};

/// A service, its scheduler and a clock. Servers are called A, B, C…, and A is 10.0.0.1:80, B is 10.0.0.2:80.
pub(crate) struct Service {
    pub(crate) table: ServerTable,
    pub(crate) scheduler: AnyScheduler,
    pub(crate) flow: Flow,
    pub(crate) now: Time,
    profile: KernelProfile,
}

/// A server as the tests write it: `B3` has weight 3, `B3x10` the upper threshold 10 too, `B3x10y4` the lower one 4.
struct Described {
    id: ServerId,
    weight: Weight,
    thresholds: Thresholds,
}

pub(crate) fn id(name: char) -> ServerId {
    ServerId::new(name as u32 - 'A' as u32)
}

pub(crate) fn endpoint(id: ServerId) -> SocketAddr {
    SocketAddr::new(Ipv4Addr::from_bits(0x0a00_0001 + id.index() as u32).into(), 80)
}

pub(crate) fn address(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

pub(crate) fn options(profile: KernelProfile) -> SchedulerOptions {
    SchedulerOptions { profile, flags: HashFlags::default(), draws: Draws::Recorded([].into()) }
}

pub(crate) fn profile(accounting: Accounting) -> KernelProfile {
    match accounting {
        Accounting::Classic => KernelProfile::CLASSIC,
        Accounting::Total => KernelProfile::TOTAL,
    }
}

pub(crate) const BOTH: [Accounting; 2] = [Accounting::Classic, Accounting::Total];

impl Service {
    /// The scheduler is bound when the list (written head first) is complete.
    pub(crate) fn bound(scheduler: &str, accounting: Accounting, list: &str) -> Self {
        Self::bound_with(scheduler, options(profile(accounting)), list)
    }

    pub(crate) fn bound_with(scheduler: &str, options: SchedulerOptions, list: &str) -> Self {
        let profile = options.profile;
        let mut table = ServerTable::new(profile.accounting);
        for word in list.split_whitespace().rev() {
            let server = describe(word);
            table.add(server.id, endpoint(server.id), server.weight, server.thresholds);
        }
        let kind = scheduler.parse().expect("a scheduler");
        let scheduler = AnyScheduler::new(kind, options, &table, Time::ZERO).expect("few servers");
        let flow = Flow {
            client: address("192.168.1.100"),
            client_port: 40_000,
            destination: address("10.0.0.1"),
            destination_port: 80,
            protocol: Flow::TCP,
        };
        Self { table, scheduler, flow, now: Time::ZERO, profile }
    }

    /// Servers are added one by one, the first word first, to a service that has its scheduler.
    pub(crate) fn grown(scheduler: &str, accounting: Accounting, in_order: &str) -> Self {
        let mut service = Self::bound(scheduler, accounting, "");
        in_order.split_whitespace().for_each(|word| service.add(word));
        service
    }

    /// Switches the service to another scheduler.
    pub(crate) fn switch(&mut self, scheduler: &str) {
        let kind = scheduler.parse().expect("a scheduler");
        self.scheduler =
            AnyScheduler::new(kind, options(self.profile), &self.table, self.now).expect("few servers");
    }

    pub(crate) fn add(&mut self, word: &str) {
        let server = describe(word);
        let change = self.table.add(server.id, endpoint(server.id), server.weight, server.thresholds);
        self.changed(change);
    }

    /// Writes weight and thresholds; several words make several edits.
    pub(crate) fn edit(&mut self, words: &str) {
        for word in words.split_whitespace() {
            let server = describe(word);
            let change = self.table.edit(server.id, server.weight, server.thresholds);
            self.changed(change);
        }
    }

    pub(crate) fn remove(&mut self, name: char) {
        let change = self.table.remove(id(name));
        self.changed(change);
    }

    fn changed(&mut self, change: TableChange) {
        self.scheduler.table_changed(change, &self.table);
    }

    pub(crate) fn set_flags(&mut self, flags: &str) {
        self.scheduler
            .set_flags(HashFlags { fallback: flags.contains("fallback"), port: flags.contains("port") });
    }

    /// One decision, nothing counted: the server's name, or `-`.
    pub(crate) fn decide(&mut self) -> char {
        match self.scheduler.schedule(&self.flow, &self.table, self.now) {
            Some(at) => char::from(b'A' + self.table.id(at).index() as u8),
            None => '-',
        }
    }

    /// `count` decisions, nothing counted.
    pub(crate) fn decide_times(&mut self, count: usize) -> String {
        (0..count).map(|_| self.decide()).collect()
    }

    /// `count` TCP connections that never end; `-` for one that found no server.
    pub(crate) fn connect_times(&mut self, count: usize) -> String {
        (0..count).map(|_| self.connect(Activity::Active)).collect()
    }

    /// `count` UDP flows that never end.
    pub(crate) fn datagram_times(&mut self, count: usize) -> String {
        (0..count).map(|_| self.connect(Activity::Inactive)).collect()
    }

    fn connect(&mut self, activity: Activity) -> char {
        let name = self.decide();
        if name != '-' {
            self.bind(name, activity);
        }
        name
    }

    /// Binds a connection that the scheduler was not asked about (persistence, say).
    pub(crate) fn bind(&mut self, name: char, activity: Activity) {
        self.table.bind(id(name));
        if activity == Activity::Active {
            self.table.wake(id(name));
        }
        self.told(name);
    }

    pub(crate) fn unbind(&mut self, name: char, was: Activity) {
        self.table.unbind(id(name), was);
        self.told(name);
    }

    fn told(&mut self, name: char) {
        if let Some(at) = self.table.position(id(name)) {
            self.scheduler.load_changed(at, &self.table);
        }
    }

    /// Binds connections until the server has this many active and inactive ones.
    pub(crate) fn load(&mut self, name: char, active: i32, inactive: i32) {
        while self.server(name).active() < active {
            self.bind(name, Activity::Active);
        }
        while self.server(name).inactive() < inactive {
            self.bind(name, Activity::Inactive);
        }
        let counts = (self.server(name).active(), self.server(name).inactive());
        assert_eq!(counts, (active, inactive), "connections can only be added here");
    }

    pub(crate) fn server(&self, name: char) -> &Server {
        self.table.find(id(name)).expect("the server was added")
    }

    pub(crate) fn from(mut self, client: &str) -> Self {
        self.flow.client = address(client);
        self
    }

    pub(crate) fn towards(&mut self, destination: &str) -> &mut Self {
        self.flow.destination = address(destination);
        self
    }

    pub(crate) fn wait(&mut self, seconds: u64) {
        self.now += Span::from_secs(seconds);
    }
}

fn describe(word: &str) -> Described {
    let name = word.chars().next().expect("a name");
    let mut numbers = word[1..].split(['x', 'y']).map(|number| number.parse::<u32>().expect("a number"));
    let weight = numbers.next().and_then(Weight::new).expect("a weight");
    let (upper, lower) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    let thresholds = Thresholds::new(upper, lower).expect("lower is not above upper");
    Described { id: id(name), weight, thresholds }
}
