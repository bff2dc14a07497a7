//! Nanoseconds per decision, the upkeep for it included.
//!
//! One iteration is a connection's whole life: schedule, bind and wake, and the oldest connection expires, with the
//! scheduler told of both. Three connections a server, weights 1 to 4, so that ties are many.

use std::collections::VecDeque;
use std::hint::black_box;
use std::net::{IpAddr, Ipv4Addr};
use std::process::ExitCode;
use std::time::Duration;

use ipvslab_bench::{Criterion, Stopwatch, Work, measure};
use ipvslab_schedulers::{
    Activity, AnyScheduler, Draws, Flow, HashFlags, KernelProfile, Rng, Scheduler, SchedulerKind,
    SchedulerOptions, ServerId, ServerIndex, ServerTable, Span, Thresholds, Time, Weight,
};

#[path = "../tests/it/plain_scan.rs"]
mod plain_scan;

const SIZES: [u32; 6] = [4, 16, 64, 256, 1024, 8192];
/// Those that callgrind counts: with more it takes minutes to fill the lists.
const COUNTED: [u32; 2] = [16, 1024];
/// A step each, of which callgrind sees as many.
const WORK: Work = Work { elements: 1, calls: 2_000 };

/// A service in a steady state.
struct Steady {
    table: ServerTable,
    flows: Vec<Flow>,
    next_flow: usize,
    connections: VecDeque<ServerId>,
    now: Time,
}

impl Steady {
    fn new(servers: u32, destinations: u32) -> Self {
        let mut rng = Rng::stream(1, 0, "bench");
        let mut table = ServerTable::new(KernelProfile::TOTAL.accounting);
        for number in 0..servers {
            let endpoint = (Ipv4Addr::from_bits(0x0a00_0000 + number), 80).into();
            let weight = Weight::new(1 + rng.below(4)).expect("a small weight");
            table.add(ServerId::new(number), endpoint, weight, Thresholds::NONE);
        }
        let flows = (0..8192)
            .map(|_| {
                // Uniform on a logarithmic scale: the popularity of rank r falls about as 1/r.
                let rank = f64::from(destinations).powf(rng.unit()) as u32 - 1;
                Flow {
                    client: IpAddr::V4(Ipv4Addr::from_bits(rng.bits() as u32)),
                    client_port: 40_000,
                    destination: IpAddr::V4(Ipv4Addr::from_bits(0x0a01_0000 + rank)),
                    destination_port: 80,
                    protocol: Flow::TCP,
                }
            })
            .collect();
        Self { table, flows, next_flow: 0, connections: VecDeque::new(), now: Time::ZERO }
    }

    fn flow(&mut self) -> Flow {
        self.next_flow = (self.next_flow + 1) % self.flows.len();
        self.now += Span::from_nanos(10_000);
        self.flows[self.next_flow]
    }

    /// Counts the new connection and ends the oldest; `told` hears of each.
    #[inline]
    fn count(&mut self, chosen: Option<ServerIndex>, mut told: impl FnMut(ServerIndex, &ServerTable)) {
        if let Some(at) = chosen {
            let id = self.table.id(at);
            self.table.bind(id);
            self.table.wake(id);
            told(at, &self.table);
            self.connections.push_back(id);
        }
        if self.connections.len() > 3 * self.table.len()
            && let Some(id) = self.connections.pop_front()
        {
            self.table.unbind(id, Activity::Active);
            let at = self.table.position(id).expect("no server is removed here");
            told(at, &self.table);
        }
    }
}

fn sizes(stopwatch: &Stopwatch) -> &'static [u32] {
    if stopwatch.is_counting() { &COUNTED } else { &SIZES }
}

fn scheduled(stopwatch: &mut Stopwatch, group: &str, kinds: &[SchedulerKind], destinations: u32) {
    for &kind in kinds {
        for &servers in sizes(stopwatch) {
            let mut steady = Steady::new(servers, destinations);
            // mh's default table of 4093 slots is too small for the largest list.
            let profile = KernelProfile { mh_table_index: 14, ..KernelProfile::TOTAL };
            let draws = Draws::Stream(Rng::stream(1, 0, "twos"));
            let options = SchedulerOptions { profile, flags: HashFlags::default(), draws };
            let mut scheduler =
                AnyScheduler::new(kind, options, &steady.table, Time::ZERO).expect("16,381 slots suffice");
            let mut step = || {
                let flow = steady.flow();
                let chosen = scheduler.schedule(black_box(&flow), &steady.table, steady.now);
                steady.count(chosen, |at, table| scheduler.load_changed(at, table));
            };
            (0..10 * servers).for_each(|_| step());
            stopwatch.repeated(&format!("{group}/{}/{servers}", kind.name()), WORK, step);
        }
    }
}

fn plain(stopwatch: &mut Stopwatch) {
    for kind in [SchedulerKind::Lc, SchedulerKind::Wlc, SchedulerKind::Sed, SchedulerKind::Nq] {
        for &servers in sizes(stopwatch) {
            let mut steady = Steady::new(servers, 1);
            let mut step = || {
                black_box(steady.flow());
                let chosen = plain_scan::scan(kind, black_box(&steady.table));
                steady.count(chosen, |_, _| {});
            };
            (0..10 * servers.min(1024)).for_each(|_| step());
            stopwatch.repeated(&format!("plain scan/{}/{servers}", kind.name()), WORK, step);
        }
    }
}

fn cases(stopwatch: &mut Stopwatch) {
    scheduled(stopwatch, "decision", &SchedulerKind::ALL, 1);
    scheduled(stopwatch, "1000 destinations", &[SchedulerKind::Lblc, SchedulerKind::Lblcr], 1000);
    plain(stopwatch);
}

fn main() -> ExitCode {
    let criterion = || {
        Criterion::default()
            .warm_up_time(Duration::from_millis(300))
            .measurement_time(Duration::from_secs(1))
            .without_plots()
    };
    measure("decisions", criterion, cases)
}
