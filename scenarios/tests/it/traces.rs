//! Traces: what is read, what is refused, and how much memory it takes.

use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use ipvslab_scenarios::{Loaded, ProblemKind, Problems, parse};
use ipvslab_sim::Arrival;
use tempfile::TempDir;

const FARM: &str = "[service]\naddress = \"10.0.0.1:80\"\nschedulers = [\"rr\"]\n\
                    [[servers]]\nname = \"web\"\nslots = 1_000_000\n";
const PLAIN: &str = "[arrivals.trace]\nfile = \"trace.csv\"\ntime = \"t\"\ntime_format = \"unix_s\"\n\
                     [work.trace]\nper = { bytes = \"1us\" }\n[clients.trace]\ncolumn = \"host\"\n";

fn directory(trace: &[u8]) -> TempDir {
    let directory = tempfile::tempdir().expect("a directory for files");
    fs::write(directory.path().join("trace.csv"), trace).expect("a file can be written");
    directory
}

fn load(trace: &[u8], rest: &str) -> Result<(Loaded, TempDir), Problems> {
    let directory = directory(trace);
    let loaded = parse(&format!("{FARM}{rest}"), "web.toml", directory.path())?;
    Ok((loaded, directory))
}

fn arrivals(trace: &[u8], rest: &str) -> Vec<Arrival> {
    let (loaded, _directory) = load(trace, rest).unwrap_or_else(|problems| panic!("{problems}"));
    loaded.scenario.arrivals(0).expect("a trace").map(|arrival| arrival.expect("a row")).collect()
}

fn message(trace: &[u8], rest: &str) -> String {
    load(trace, rest).map(drop).expect_err("a faulty trace").to_string()
}

fn packed(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text).expect("memory");
    encoder.finish().expect("memory")
}

#[test]
fn rows_become_arrivals() {
    let rows = arrivals(b"t,host,bytes\n100,10.9.8.7,500\n102,some.name,1000\n102.5,some.name,0\n", PLAIN);
    let at: Vec<u64> = rows.iter().map(|row| row.at.as_nanos()).collect();
    assert_eq!(at, [0, 2_000_000_000, 2_500_000_000]);
    assert_eq!(rows[0].flow.client.to_string(), "10.9.8.7");
    assert_eq!(rows[0].work.as_nanos(), 500_000);
    assert_eq!(rows[1].flow.client, rows[2].flow.client);
    assert_eq!(rows[0].flow.destination.to_string(), "10.0.0.1");
}

#[test]
fn gzip_bom_crlf_quotes_and_blank_lines_just_work() {
    let plain = arrivals(b"t,host,bytes\n1,a,5\n2,b,6\n", PLAIN);
    let odd = "\u{feff}t,host,bytes\r\n\r\n1,\"a\",5\r\n\"2\", b ,6";
    assert_eq!(arrivals(odd.as_bytes(), PLAIN), plain);
    assert_eq!(arrivals(&packed(odd.as_bytes()), PLAIN), plain);
    let quoted = "t,host,bytes\n1,\"a, and\nmore\",5\n";
    assert_eq!(arrivals(quoted.as_bytes(), PLAIN).len(), 1);
}

#[test]
fn columns_without_a_header_are_numbered() {
    let rest = "[arrivals.trace]\nfile = \"trace.csv\"\ndelimiter = \" \"\nheader = false\ntime = \"2\"\n\
                time_format = \"iso8601\"\nspeedup = 10\n[work.constant]\ntime = \"1ms\"\n\
                [clients.trace]\ncolumn = \"1\"\nport_column = \"3\"\n";
    let rows = arrivals(b"a 2024-01-01T00:00:00 80\nb 2024-01-01T00:00:05.5 81\n", rest);
    assert_eq!((rows[1].at.as_nanos(), rows[1].flow.client_port), (550_000_000, 81));
}

#[test]
fn faults_say_line_byte_and_what_was_expected() {
    for (trace, expected) in [
        (
            "t,host,bytes\n1,a,5\n2,b\n",
            "web.toml:8:8: arrivals.trace.file: trace.csv: line 3 (byte 19): found 2 fields, expected 3: 2,b",
        ),
        (
            "t,host,bytes\n1,a,nan\n",
            "web.toml:8:8: arrivals.trace.file: trace.csv: line 2 (byte 13): column `bytes`: found \"nan\", expected a \
             number of at least 0",
        ),
        (
            "t,host,bytes\n1,a,-5\n",
            "web.toml:8:8: arrivals.trace.file: trace.csv: line 2 (byte 13): column `bytes`: found \"-5\", expected a \
             number of at least 0",
        ),
        (
            "t,host,bytes\n-1,a,5\n",
            "web.toml:8:8: arrivals.trace.file: trace.csv: line 2 (byte 13): column `t`: found \"-1\", expected a time \
             in seconds, not negative",
        ),
        (
            "t,host,bytes\n5,a,5\n3.5,a,5\n",
            "web.toml:8:8: arrivals.trace.file: trace.csv: line 3 (byte 19): time runs backwards by 1.5 s",
        ),
        (
            "t,host,bytes\n5,,5\n",
            "web.toml:8:8: arrivals.trace.file: trace.csv: line 2 (byte 13): column `host`: found \"\", expected an \
             address or a name",
        ),
        (
            "t,host,bytes\n5,::1,5\n",
            "web.toml:8:8: arrivals.trace.file: trace.csv: line 2 (byte 13): column `host`: found \"::1\", expected an \
             IPv4 address, like the service's",
        ),
        (
            "t,host,size\n5,a,5\n",
            "web.toml:12:17: work.trace.per.bytes: trace.csv: no column `bytes`; found `t`, `host`, `size`",
        ),
        ("t,host,bytes\n", "web.toml:8:8: arrivals.trace.file: trace.csv: the trace has no row"),
        ("", "web.toml:8:8: arrivals.trace.file: trace.csv: the trace has no row"),
    ] {
        assert_eq!(message(trace.as_bytes(), PLAIN), expected);
    }
}

#[test]
fn what_would_be_read_wrongly_is_refused() {
    let open_quote = format!("t,host,bytes\n1,\"a,5\n{}", "2,b,6\n".repeat(40));
    let text = message(open_quote.as_bytes(), PLAIN);
    assert!(text.contains("line 2 (byte 13): a row takes more than 16 lines"), "{text}");
    let text = message(b"t,host,bytes,host\n1,a,5,b\n", PLAIN);
    assert!(text.contains("two columns are called `host`"), "{text}");
    let text = message(b"t,host,bytes\n1,a\0b,5\n", PLAIN);
    assert!(text.contains("line 2 (byte 13): column `host`"), "{text}");
}

#[cfg(unix)]
#[test]
fn a_pipe_in_place_of_a_trace_does_not_wait() {
    let directory = directory(b"");
    let pipe = directory.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs");
    assert!(made.success());
    let rest = PLAIN.replace("trace.csv", "pipe");
    let problems = parse(&format!("{FARM}{rest}"), "web.toml", directory.path()).map(drop);
    let text = problems.expect_err("a pipe is no trace").to_string();
    assert!(text.contains("not a regular file"), "{text}");
}

#[test]
fn an_empty_trace_is_told_from_a_faulty_one() {
    let kind = |trace: &str| load(trace.as_bytes(), PLAIN).map(drop).expect_err("no arrival").kind();
    assert_eq!(kind("t,host,bytes\n"), ProblemKind::EmptyTrace);
    assert_eq!(kind("t,host,bytes\nx,a,1\n"), ProblemKind::Invalid);
}

#[test]
fn missing_numbers_are_refused_unless_they_mean_zero() {
    let trace = b"t,host,bytes\n1,a,-\n2,a,\n3,a,7\n";
    assert!(message(trace, PLAIN).contains("found \"-\""));
    let lenient = PLAIN.replace("[work.trace]\n", "[work.trace]\nmissing = \"zero\"\n");
    let work: Vec<u64> = arrivals(trace, &lenient).iter().map(|row| row.work.as_nanos()).collect();
    assert_eq!(work, [0, 0, 7_000]);
}

#[test]
fn a_gzip_file_that_is_cut_short_is_refused() {
    let rows: String = (0..10_000).map(|n| format!("{n},host-{n},{n}\n")).collect();
    let mut cut = packed(format!("t,host,bytes\n{rows}").as_bytes());
    cut.truncate(cut.len() / 2);
    let message = message(&cut, PLAIN);
    assert!(message.contains("line ") && message.ends_with("the gzip stream is truncated"), "{message}");
}

#[test]
fn a_row_without_end_is_refused_before_it_fills_the_memory() {
    let mut trace = b"t,host,bytes\n1,\"".to_vec();
    trace.resize(20 << 20, b'x');
    assert!(message(&trace, PLAIN).contains("a row takes more than 1 MiB"));
    let packed = packed(&trace);
    assert!(message(&packed, PLAIN).contains("a row takes more than 1 MiB"));
}

#[test]
fn the_rows_of_a_tick_are_spread_over_it_in_order() {
    let rows: String = (0..5_000).map(|n| format!("{},h,1\n", n / 100)).collect();
    let trace = format!("t,host,bytes\n{rows}");
    let spread = PLAIN.replace("time_format", "spread = \"1s\"\ntime_format");
    let (loaded, _directory) = load(trace.as_bytes(), &spread).expect("sound");
    let at = |replication| -> Vec<u64> {
        let arrivals = loaded.scenario.arrivals(replication).expect("a trace");
        arrivals.map(|row| row.expect("a row").at.as_nanos()).collect()
    };
    let first = at(0);
    assert!(first.is_sorted());
    for (number, instant) in first.iter().enumerate() {
        assert_eq!(*instant / 1_000_000_000, number as u64 / 100);
    }
    assert_eq!(first, at(0));
    assert_ne!(first, at(1));
    assert_eq!(loaded.scenario.duration.as_nanos(), 50_000_000_000);
}

#[test]
fn duration_and_limit_end_a_trace() {
    let trace = b"t,host,bytes\n1,a,5\n2,b,6\n3,c,7\n4,d,what?\n";
    let short = format!("[run]\nduration = \"2s\"\n{PLAIN}");
    assert_eq!(arrivals(b"t,host,bytes\n1,a,5\n2,b,6\n3,c,7\n", &short).len(), 2);
    let limited = PLAIN.replace("time_format", "limit = 3\ntime_format");
    assert_eq!(arrivals(trace, &limited).len(), 3, "the fourth row is not read");
}

#[test]
fn a_rate_holds_until_the_next_row() {
    let rest = "[run]\nseed = 1\n[arrivals.piecewise]\nfile = \"trace.csv\"\ntime = \"t\"\ntime_format = \"unix_s\"\n\
                value = \"n\"\nbucket = \"100s\"\nscale = 10\n[work.constant]\ntime = \"1ms\"\n";
    // 10/s for 100 s, nothing for 200 s since a row is missing, 5/s for 100 s.
    let rows = arrivals(b"t,n\n0,100\n100,0\n300,50\n", rest);
    let between = |from: f64, to: f64| {
        rows.iter().filter(|row| (from..to).contains(&row.at.as_secs_f64())).count() as f64
    };
    assert!((between(0.0, 100.0) - 1000.0).abs() < 4.0 * 32.0);
    assert_eq!(between(100.0, 300.0), 0.0);
    assert!((between(300.0, 400.0) - 500.0).abs() < 4.0 * 23.0);
    assert_eq!(rows.len() as f64, between(0.0, 400.0));
}

#[test]
fn a_trace_that_changes_between_replications_is_noticed() {
    // More rows than are kept in memory.
    let rows: String = (0..300_000).map(|n| format!("{n},h,1\n")).collect();
    let (loaded, directory) = load(format!("t,host,bytes\n{rows}").as_bytes(), PLAIN).expect("sound");
    fs::write(directory.path().join("trace.csv"), "t,host,bytes\n1,a,1\n").expect("a file can be written");
    let error = loaded.scenario.arrivals(1).map(drop).expect_err("another file");
    assert_eq!(error.to_string(), "trace.csv: the file has changed since the scenario was loaded");
}

/// Peak memory of this process in KiB.
fn peak_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux tells");
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).expect("the peak is among it");
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).expect("a number")
}

/// Ignored: run in a process of its own by the test below, which measures it.
#[test]
#[ignore = "started by memory_does_not_grow_with_the_trace"]
fn read_the_long_trace() {
    let Some(directory) = std::env::var_os("IPVSLAB_LONG_TRACE") else { return };
    let text = format!("{FARM}{}", PLAIN.replace("time_format", "spread = \"1s\"\ntime_format"));
    let loaded = parse(&text, "web.toml", Path::new(&directory)).expect("sound");
    let count = loaded.scenario.arrivals(0).expect("a trace").filter(Result::is_ok).count();
    println!("rows {count} peak_kib {}", peak_kib());
}

#[test]
fn memory_does_not_grow_with_the_trace() {
    let peak = |rows: u32| {
        let directory = tempfile::tempdir().expect("a directory for files");
        let file = fs::File::create(directory.path().join("trace.csv")).expect("a file can be written");
        let mut trace = GzEncoder::new(std::io::BufWriter::new(file), Compression::fast());
        trace.write_all(b"t,host,bytes\n").expect("space");
        for row in 0..rows {
            writeln!(trace, "{},host-{},{}", row / 50, row % 977, row % 4096).expect("space");
        }
        trace.finish().expect("space").flush().expect("space");
        let output = std::process::Command::new(std::env::current_exe().expect("this test"))
            .args(["--exact", "traces::read_the_long_trace", "--ignored", "--nocapture"])
            .env("IPVSLAB_LONG_TRACE", directory.path())
            .output()
            .expect("this test runs");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let found = text.split("peak_kib ").nth(1).and_then(|rest| rest.split_whitespace().next());
        assert!(text.contains(&format!("rows {rows} ")), "{text}");
        found.and_then(|number| number.parse::<u64>().ok()).expect("the peak is printed")
    };
    let (short, long) = (peak(300_000), peak(3_000_000));
    assert!(long < short + 4096, "{short} KiB for 300,000 rows, {long} KiB for ten times as many");
}

/// JSON lines are played as the trace that would be made of them.
#[test]
fn a_log_with_fields_of_its_own_is_played_by_its_map() {
    let log = "{\"t\":\"2024-05-01T12:00:02Z\",\"ip\":\"192.0.2.1\",\"took\":1.5,\"n\":100}\n\
               {\"t\":\"2024-05-01T12:00:02Z\",\"ip\":\"192.0.2.2\",\"took\":2,\"n\":300}\n";
    let map = "map = \"time=t:iso8601:end,client=ip,bytes=n,duration=took:s\"\n";
    let rest = format!(
        "[arrivals.trace]\nfile = \"trace.csv\"\n{map}[work.trace]\nper = {{ response_bytes = \"1ms\" }}\n[clients.trace]\ncolumn = \"client\"\n"
    );
    let rows = arrivals(log.as_bytes(), &rest);
    let seen: Vec<(u64, u64)> = rows.iter().map(|row| (row.at.as_nanos(), row.work.as_nanos())).collect();
    assert_eq!(seen, [(0, 300_000_000), (500_000_000, 100_000_000)]);
    let faulty = message(log.replace("1.5", "\"x\"").as_bytes(), &rest);
    assert!(faulty.contains("trace.csv:1:53: took: found"), "{faulty}");
    let both = message(log.as_bytes(), &rest.replace("map =", "time = \"t\"\nmap ="));
    assert!(both.contains("found `time` together with `map`"), "{both}");
    let bad = message(log.as_bytes(), &rest.replace("iso8601", "soon"));
    assert!(bad.contains("arrivals.trace.map: found time=t:soon:end, expected iso8601, clf"), "{bad}");
}
