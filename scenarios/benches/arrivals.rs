//! Nanoseconds per arrival, by kind of workload: what the engine has to add to its own cost per connection.

use std::hint::black_box;
use std::path::Path;
use std::process::ExitCode;

use ipvslab_bench::{Criterion, Stopwatch, Work, measure};
use ipvslab_scenarios::{Scenario, load, parse};

/// Rows of the catalog's trace of NASA's web site.
const REPLAYED: u64 = 30_969;
/// More rows than are kept in memory, so that they are read from the file.
const STREAMED: u64 = 300_000;

const FARM: &str = "
[run]
duration = \"365d\"
[service]
address = \"10.0.0.1:80\"
schedulers = [\"rr\"]
[[servers]]
name = \"web\"
slots = 1_000_000
";

fn drawn(stopwatch: &mut Stopwatch) {
    let arrivals = stopwatch.elements(100_000, 20_000);
    let uniform = "[clients.uniform]\ncount = 10_000\n";
    let zipf = "[clients.zipf]\ncount = 10_000\nexponent = 1.1\n";
    let exponential = "[work.exponential]\nmean = \"20ms\"\n";
    let lognormal = "[work.lognormal]\nmean = \"20ms\"\nscv = 4\n";
    let pareto = "[work.bounded_pareto]\nshape = 1.5\nlow = \"1ms\"\nhigh = \"10s\"\n";
    let cases = [
        ("arrivals/poisson/exponential/uniform", exponential, uniform),
        ("arrivals/poisson/exponential/zipf", exponential, zipf),
        ("arrivals/poisson/lognormal/uniform", lognormal, uniform),
        ("arrivals/poisson/bounded_pareto/uniform", pareto, uniform),
    ];
    for (name, work, clients) in cases {
        let text = format!("{FARM}[arrivals.poisson]\nrate = \"2000/s\"\n{work}{clients}");
        let scenario = parse(&text, "bench.toml", Path::new("")).expect("a sound scenario").scenario;
        stopwatch.prepared(
            name,
            Work { elements: arrivals, calls: 1 },
            || scenario.arrivals(0).expect("drawn arrivals cannot fail"),
            |drawn| {
                for arrival in drawn.take(arrivals as usize) {
                    black_box(arrival.expect("drawn arrivals cannot fail"));
                }
            },
        );
    }
}

fn replay(scenario: &Scenario) {
    for arrival in scenario.arrivals(0).expect("a trace that was surveyed") {
        black_box(arrival.expect("a row that was surveyed"));
    }
}

fn traces(stopwatch: &mut Stopwatch) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("catalog/nasa-1995.toml");
    let nasa = load(&path).expect("a sound scenario").scenario;
    let work = Work { elements: REPLAYED, calls: 1 };
    stopwatch.repeated("trace/survey", work, || load(&path));
    stopwatch.repeated("trace/replay", work, || replay(&nasa));
    let directory = tempfile::tempdir().expect("a directory for files");
    let rows: String = (0..STREAMED)
        .map(|row| {
            format!(
                "{}.{:06},10.128.{}.{},{}\n",
                row / 10_000,
                row % 10_000 * 100,
                row >> 8 & 255,
                row & 255,
                row % 99_991
            )
        })
        .collect();
    std::fs::write(directory.path().join("long.csv"), format!("time,client,bytes\n{rows}")).expect("space");
    let text = format!(
        "{FARM}[arrivals.trace]\nfile = \"long.csv\"\ntime = \"time\"\ntime_format = \"unix_s\"\n\
         [work.trace]\nper = {{ bytes = \"10ns\" }}\n[clients.trace]\ncolumn = \"client\"\n"
    );
    let long = parse(&text, "bench.toml", directory.path()).expect("a sound scenario").scenario;
    stopwatch.repeated("trace/stream", Work { elements: STREAMED, calls: 1 }, || replay(&long));
}

fn cases(stopwatch: &mut Stopwatch) {
    drawn(stopwatch);
    traces(stopwatch);
}

fn main() -> ExitCode {
    measure("arrivals", || Criterion::default().sample_size(30), cases)
}
