//! Nanoseconds per arrival, by kind of workload: what the engine has to add to its own cost per connection.

use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ipvslab_scenarios::{load, parse};

const ARRIVALS: usize = 100_000;
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

fn arrivals(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("arrivals");
    group.throughput(Throughput::Elements(ARRIVALS as u64)).sample_size(30);
    let uniform = "[clients.uniform]\ncount = 10_000\n";
    let zipf = "[clients.zipf]\ncount = 10_000\nexponent = 1.1\n";
    let exponential = "[work.exponential]\nmean = \"20ms\"\n";
    let lognormal = "[work.lognormal]\nmean = \"20ms\"\nscv = 4\n";
    let pareto = "[work.bounded_pareto]\nshape = 1.5\nlow = \"1ms\"\nhigh = \"10s\"\n";
    let cases = [
        ("poisson/exponential/uniform", exponential, uniform),
        ("poisson/exponential/zipf", exponential, zipf),
        ("poisson/lognormal/uniform", lognormal, uniform),
        ("poisson/bounded_pareto/uniform", pareto, uniform),
    ];
    for (name, work, clients) in cases {
        let text = format!("{FARM}[arrivals.poisson]\nrate = \"2000/s\"\n{work}{clients}");
        let scenario = parse(&text, "bench.toml", Path::new("")).expect("a sound scenario").scenario;
        group.bench_function(name, |bencher| {
            bencher.iter_batched_ref(
                || scenario.arrivals(0).expect("drawn arrivals cannot fail"),
                |arrivals| {
                    for arrival in arrivals.take(ARRIVALS) {
                        black_box(arrival.expect("drawn arrivals cannot fail"));
                    }
                },
                criterion::BatchSize::LargeInput,
            );
        });
    }
    group.finish();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("catalog/nasa-1995.toml");
    let nasa = load(&path).expect("a sound scenario").scenario;
    let mut group = criterion.benchmark_group("trace");
    group.throughput(Throughput::Elements(30_969)).sample_size(30);
    group.bench_function("survey", |bencher| bencher.iter(|| load(&path)));
    group.bench_function("replay", |bencher| {
        bencher.iter(|| {
            for arrival in nasa.arrivals(0).expect("a trace in memory") {
                black_box(arrival.expect("a row in memory"));
            }
        });
    });
    // More rows than are kept in memory, so that they are read from the file.
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
    group.throughput(Throughput::Elements(STREAMED));
    group.bench_function("stream", |bencher| {
        bencher.iter(|| {
            for arrival in long.arrivals(0).expect("a trace in a file") {
                black_box(arrival.expect("a row of the file"));
            }
        });
    });
    group.finish();
}

criterion_group!(benches, arrivals);
criterion_main!(benches);
