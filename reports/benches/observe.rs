//! What watching costs for every connection that finishes.

use std::hint::black_box;
use std::process::ExitCode;

use ipvslab_bench::{Criterion, Stopwatch, Work, measure};
use ipvslab_reports::Collector;
use ipvslab_schedulers::{Rng, ServerId, Span, Time};
use ipvslab_sim::{ConnectionId, Finished, Observer};

const CONNECTIONS: u64 = 65_536;

/// Connections of 1 µs to 80 ms, of which `waiting` in four waited.
fn connections(waiting: u64) -> Vec<Finished> {
    let mut rng = Rng::stream(1, 0, "connections");
    let connection = |number: u64| {
        let response = Span::from_secs_f64(1e-6 + 0.08 * rng.unit_positive());
        let waited =
            if number % 4 < waiting { Span::from_nanos(response.as_nanos() / 2) } else { Span::ZERO };
        let arrived = Time::from_nanos(number);
        let started = arrived + waited;
        Finished {
            connection: ConnectionId::new(0),
            server: ServerId::new(0),
            arrived,
            started,
            finished: arrived + response,
            work: response,
            class: 0,
        }
    };
    (0..CONNECTIONS).map(connection).collect()
}

fn cases(stopwatch: &mut Stopwatch) {
    let work = Work { elements: CONNECTIONS, calls: 10 };
    for (name, waiting) in [("observe/nobody_waits", 0), ("observe/everybody_waits", 4)] {
        let connections = connections(waiting);
        let mut collector = Collector::new(Time::ZERO, Time::NEVER, 1);
        stopwatch
            .repeated(name, work, || connections.iter().for_each(|done| collector.finished(black_box(done))));
    }
}

fn main() -> ExitCode {
    measure("observe", Criterion::default, cases)
}
