//! What a planner is told before anything runs.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use ipvslab_scenarios::{Cell, parse};
use ipvslab_schedulers::SchedulerKind;
use ipvslab_sim::{Finished, Observer};

const FARM: &str = "[service]\naddress = \"10.0.0.1:80\"\nschedulers = [\"wlc\", \"rr\"]\n[[servers]]\nname = \"app\"\ncount = 4\n\
                    slots = 8\n";
const DRAWN: &str = "[arrivals.poisson]\nrate = \"300/s\"\n[work.exponential]\nmean = \"40ms\"\n";

/// The messages of the warnings.
fn warned(run: &str, rest: &str, directory: &Path) -> String {
    let text = format!("[run]\n{run}\n{FARM}{rest}");
    let loaded = parse(&text, "before.toml", directory).unwrap_or_else(|problems| panic!("{problems}"));
    loaded.warnings.iter().map(|warning| format!("{}: {}\n", warning.path, warning.message)).collect()
}

fn drawn(rest: &str) -> String {
    warned("duration = \"20s\"\nwarm_up = \"5s\"\nreplications = 3", &format!("{DRAWN}{rest}"), Path::new(""))
}

#[test]
fn a_duration_that_cuts_or_dilutes_a_trace_is_said_with_both_numbers() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut rows = String::from("at,who\n");
    (0..3_000).for_each(|row| writeln!(rows, "{},c{}", f64::from(row) / 5.0, row % 300).expect("it grows"));
    fs::write(directory.path().join("log.csv"), rows).expect("a file");
    let trace = "[arrivals.trace]\nfile = \"log.csv\"\ntime = \"at\"\n[work.constant]\ntime = \"20ms\"\n[clients.trace]\n\
                 column = \"who\"\n";
    let said = |run: &str| warned(run, trace, directory.path());
    let cut = said("replications = 1\nduration = \"10s\"");
    assert!(cut.contains("lasts 600 s and has 3000 rows") && cut.contains("1.67 % of it (50 rows)"), "{cut}");
    let diluted = said("replications = 1\nduration = \"1h\"");
    assert!(diluted.contains("over after 600 s") && diluted.contains("3600 s"), "{diluted}");
    assert_eq!(said("replications = 1"), "");
    assert_eq!(said("replications = 1\nduration = \"600s\""), "");
}

#[test]
fn an_objective_below_the_work_alone_is_said_with_its_number() {
    let said = drawn("[[objectives]]\nrequire = \"p99 < 100ms\"\n");
    // -ln(0.01) · 40 ms = 184.2 ms; of 50,000 draws to 2 %.
    assert!(said.contains("cannot be held by any number of servers"), "{said}");
    let number = said.split("takes ").nth(1).and_then(|rest| rest.split(' ').next()).expect("a number");
    let number: f64 = number.parse().expect("a number");
    assert!((number / 184.2 - 1.0).abs() < 0.04, "{number}");
    assert_eq!(drawn("[[objectives]]\nrequire = \"p99 < 400ms\"\n"), "");
    // At equality the mean cannot be held either.
    assert!(drawn("[[objectives]]\nrequire = \"mean < 40ms\"\n").contains("cannot be held"));
    assert!(drawn("[[objectives]]\nrequire = \"p99 > 400ms\"\n").contains("asks for what is worse"));
    assert!(drawn("[[objectives]]\nrequire = \"jain < 0.9\"\n").contains("asks for what is worse"));
}

#[test]
fn a_checker_that_cannot_see_a_fault_is_said() {
    let fault = "[[faults]]\nat = \"8s\"\nkind = \"crash\"\nserver = \"app-2\"\nlasting = \"6s\"\n";
    let late = drawn(&format!("{fault}[health]\ndelay_loop = \"2min\"\n"));
    assert!(late.contains("a crash of 6 s is found only if a check falls into it: about 1 in 20"), "{late}");
    let idle = drawn("[health]\ndelay_loop = \"2s\"\n");
    assert!(idle.contains("nothing breaks"), "{idle}");
    assert_eq!(drawn(&format!("{fault}[health]\ndelay_loop = \"2s\"\n")), "");
}

/// Counts who was served, and who of them waited.
#[derive(Default)]
struct Waits {
    served: usize,
    waited: usize,
}

impl Observer for Waits {
    fn finished(&mut self, finished: &Finished) {
        self.served += 1;
        self.waited += usize::from(finished.waiting_time().as_nanos() > 0);
    }
}

/// Jobs that share a core leave before an arrival of the same instant, though their work was summed with rounding.
#[test]
fn a_shared_core_is_not_a_nanosecond_late() {
    let directory = tempfile::tempdir().expect("a directory");
    fs::write(directory.path().join("late.csv"), include_str!("shared_core_late.csv")).expect("a file");
    let text = "[run]\nduration = \"5s\"\nreplications = 1\n[service]\naddress = \"10.0.0.1:80\"\nschedulers = [\"rr\"]\n\
                [[servers]]\nname = \"a\"\ncores = 1\nworkers = 6\n[arrivals.trace]\nfile = \"late.csv\"\ntime = \"t\"\n\
                time_format = \"unix_ns\"\n[work.trace]\nper = { w = \"1ns\" }\n[clients.trace]\ncolumn = \"c\"\nport_column = \"p\"\n";
    let scenario =
        parse(text, "late.toml", directory.path()).unwrap_or_else(|problems| panic!("{problems}")).scenario;
    let cell = Cell { scheduler: SchedulerKind::Rr, replication: 0 };
    let mut counts = Waits::default();
    cell.run(&scenario, &scenario.setup(), &mut counts).expect("it runs");
    assert_eq!((counts.served, counts.waited), (11, 0));
}
