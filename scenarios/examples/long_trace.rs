//! How fast a long trace is read, and that memory does not grow with it; docs/traces.md has the figures.
//!
//!     cargo run --release -p ipvslab-scenarios --example long_trace -- write 100000000 > long.csv
//!     /usr/bin/time -v target/release/examples/long_trace read long.csv

use std::error::Error;
use std::io::{BufWriter, Write, stdout};
use std::path::Path;
use std::time::Instant;

use ipvslab_scenarios::parse;
use ipvslab_schedulers::Rng;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["write", rows] => write(rows.parse()?),
        ["read", file] => read(Path::new(file)),
        _ => Err("usage: long_trace write ROWS | long_trace read FILE".into()),
    }
}

/// Rows of `time,client,bytes`: 10,000 a second on average, of 65,536 clients.
fn write(rows: u64) -> Result<(), Box<dyn Error>> {
    let mut out = BufWriter::with_capacity(1 << 20, stdout().lock());
    let mut draws = Rng::stream(1, 0, "long trace");
    let mut nanos = 1_700_000_000_000_000_000u64;
    out.write_all(b"time,client,bytes\n")?;
    for _ in 0..rows {
        nanos += u64::from(draws.below(200_001));
        let (client, bytes) = (draws.below(1 << 16), draws.below(100_000));
        let (seconds, micros) = (nanos / 1_000_000_000, nanos / 1000 % 1_000_000);
        writeln!(out, "{seconds}.{micros:06},10.128.{}.{},{bytes}", client >> 8, client & 255)?;
    }
    out.flush()?;
    Ok(())
}

/// Loads a scenario of the trace, which surveys it, and draws its arrivals once more, as a replication does.
fn read(file: &Path) -> Result<(), Box<dyn Error>> {
    let name = file.file_name().and_then(|name| name.to_str()).ok_or("a file in UTF-8")?;
    let text = format!(
        "[service]\naddress = \"10.0.0.1:80\"\nschedulers = [\"rr\"]\n[[servers]]\nname = \"web\"\nslots = 1000\n\
         [arrivals.trace]\nfile = \"{name}\"\ntime = \"time\"\ntime_format = \"unix_s\"\n\
         [work.trace]\nper = {{ bytes = \"10ns\" }}\n[clients.trace]\ncolumn = \"client\"\n"
    );
    let begin = Instant::now();
    let loaded = parse(&text, "long.toml", file.parent().unwrap_or(Path::new("")))?;
    let survey = begin.elapsed().as_secs_f64();
    let begin = Instant::now();
    let mut rows = 0u64;
    for arrival in loaded.scenario.arrivals(0)? {
        arrival?;
        rows += 1;
    }
    let replay = begin.elapsed().as_secs_f64();
    for (what, seconds) in [("survey", survey), ("replay", replay)] {
        println!("{what}: {rows} rows in {seconds:.1} s, {:.2} M rows/s", rows as f64 / seconds / 1e6);
    }
    Ok(())
}
