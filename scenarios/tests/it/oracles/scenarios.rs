//! Scenario files and the traces that they name.

use std::fs;
use std::path::PathBuf;

use ipvslab_scenarios::{Loaded, Problem, Problems, Scenario, parse};
use ipvslab_schedulers::{SchedulerKind, Span};
use ipvslab_sim::{Arrival, RandomStreams, simulate};
use tempfile::TempDir;

/// The most arrivals that are drawn of a scenario.
const ARRIVALS: usize = 500;
/// The largest farm that is run, and for how long connections may come.
const SERVERS: usize = 32;
const LONGEST: Span = Span::from_secs(3600);

/// A trace that scenarios may name as `trace.csv`, and its columns.
const TRACE: &str = "t,client,object,bytes\n1,a,/x,5\n2,10.128.0.7,/y,6\n2.5,b,/x,-\n";

/// A scenario file.
pub(super) fn parsed(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    // Files outside of the directory are not ours.
    if text.contains("\"/") || text.contains("'/") || text.contains("..") {
        return;
    }
    match parse(text, "fuzz.toml", &directory(TRACE.as_bytes())) {
        Ok(loaded) => run(&loaded),
        Err(problems) => within(&problems, text),
    }
}

/// A trace, played by scenarios that read it in different ways.
pub(super) fn played(input: &[u8]) {
    let directory = directory(input);
    for keys in [
        "time = \"arrival_s\"\ntime_format = \"unix_s\"\n[clients.trace]\ncolumn = \"client\"\n\
         [work.trace]\nmissing = \"zero\"\nper = { duration_s = \"1s\" }",
        "time = \"1\"\nheader = false\ntime_format = \"unix_ms\"\nspread = \"1s\"\nspeedup = 3\n[clients.trace]\n\
         column = \"2\"\nport_column = \"3\"\n[work.constant]\ntime = \"1ms\"",
        "time = \"1\"\nheader = false\ntime_format = \"iso8601\"\ndelimiter = \"\\t\"\n[work.empirical]\n\
         file = \"trace.csv\"\ncolumn = \"arrival_s\"\nunit = \"1ms\"",
    ] {
        let text = format!(
            "[service]\naddress = \"10.0.0.1:80\"\nschedulers = [\"rr\"]\n[[servers]]\nname = \"a\"\nslots = 1\n\
             [arrivals.trace]\nfile = \"trace.csv\"\n{keys}\n"
        );
        match parse(&text, "fuzz.toml", &directory) {
            Ok(loaded) => {
                let scenario = &loaded.scenario;
                let arrivals = scenario.arrivals(0).expect("it was surveyed");
                let rows: Vec<Arrival> = arrivals.map(|row| row.expect("it was surveyed")).collect();
                assert!(rows.is_sorted_by_key(|row| row.at), "in order of time");
                assert!(!rows.is_empty(), "a trace has a row");
            }
            Err(problems) => {
                within(&problems, &text);
                let trace_lines = super::lines(input);
                for line in problems.to_string().split("trace.csv: line ").skip(1) {
                    let number = line.split(' ').next().and_then(|number| number.parse::<usize>().ok());
                    let number = number.filter(|_| !input.starts_with(&[0x1f, 0x8b]));
                    assert!(number.is_none_or(|number| number <= trace_lines), "{problems}");
                }
            }
        }
    }
}

/// A scenario that is sound can be drawn from, set up, and, if it is small, run.
fn run(loaded: &Loaded) {
    let Loaded { scenario, warnings, .. } = loaded;
    within_text(warnings, &scenario.source);
    loaded.render_warnings(false);
    let setup = scenario.setup();
    let drawn = scenario.arrivals(0).expect("its trace is there").take(ARRIVALS + 1);
    let drawn: Vec<Arrival> = drawn.map(|row| row.expect("its trace is there")).collect();
    assert!(drawn.is_sorted_by_key(|arrival| arrival.at), "in order of time");
    if drawn.len() <= ARRIVALS && is_small(scenario) {
        let scheduler = scenario.schedulers.first().copied().unwrap_or(SchedulerKind::Rr);
        let arrivals = drawn.into_iter().map(Ok::<_, std::convert::Infallible>);
        let setup = setup.seeded(scenario.seed, 0);
        let chances = RandomStreams::new(scenario.seed, 0);
        // Work of centuries ends the clock, which is said.
        let _ = simulate(&setup, scheduler, chances, arrivals, &mut ());
    }
}

/// What disturbs a run may do so forever.
fn is_small(scenario: &Scenario) -> bool {
    scenario.disturbances.is_none() && scenario.servers.len() <= SERVERS && scenario.duration <= LONGEST
}

/// Problems are of places in the file, and can be shown.
pub(super) fn within(problems: &Problems, text: &str) {
    assert!(!problems.list().is_empty(), "refused without a word");
    within_text(problems.list(), text);
    problems.render(false);
    let most = super::lines(text.as_bytes());
    for line in problems.to_string().lines() {
        let mut parts = line.splitn(3, ':').skip(1);
        let number = parts.next().and_then(|number| number.parse::<usize>().ok());
        assert!(number.is_none_or(|number| number <= most), "{line}");
    }
}

fn within_text(problems: &[Problem], text: &str) {
    for problem in problems {
        for span in problem.span.iter().chain(problem.also.iter().map(|(span, _)| span)) {
            assert!(
                span.start <= span.end && span.end <= text.len(),
                "{span:?} of {}: {problem:?}",
                text.len()
            );
        }
        assert!(!problem.message.is_empty());
    }
}

/// A directory with this `trace.csv`, the same one for all inputs of a thread.
fn directory(trace: &[u8]) -> PathBuf {
    thread_local!(static DIRECTORY: TempDir = tempfile::tempdir().expect("a directory for files"));
    DIRECTORY.with(|directory| {
        fs::write(directory.path().join("trace.csv"), trace).expect("space");
        directory.path().to_owned()
    })
}
