//! `ipvslab check`: says what is wrong with scenario files, and what a valid one amounts to.

use std::path::Path;

use ipvslab_scenarios::{Level, Placed, Scenario};

use crate::args::{self, CheckFormat};
use crate::exit::{Exit, Failure};
use crate::print::{print, talk};
use crate::scenario_file::{Warnings, failure, load, loaded};

/// Checks every file; fails if one is not valid.
pub(crate) fn run(args: &args::Check) -> Result<(), Failure> {
    let mut worst: Option<Exit> = None;
    for path in &args.scenarios {
        let checked = match args.format {
            CheckFormat::Text => as_text(path, args),
            CheckFormat::Json | CheckFormat::Github => as_lines(path, args),
        };
        worst = checked.err().or(worst);
    }
    let sum = format!("error: not all of the {} scenarios are valid", args.scenarios.len());
    worst.map_or(Ok(()), |exit| Err(Failure::new(exit, sum)))
}

/// For people.
fn as_text(path: &Path, args: &args::Check) -> Result<(), Exit> {
    let warnings = if args.strict { Warnings::Refuse } else { Warnings::Tell };
    let scenario = load(path, &args.said.settings, warnings).map_err(|failure| {
        talk(format_args!("{}", failure.message));
        failure.exit
    })?;
    print(format_args!("{}: ok: {}\n", path.display(), in_short(&scenario)));
    Ok(())
}

/// For programs: a line on stdout for each problem.
fn as_lines(path: &Path, args: &args::Check) -> Result<(), Exit> {
    let (placed, exit) = match loaded(path, &args.said.settings) {
        Ok(loaded) => {
            let placed = loaded.placed_warnings();
            let is_refused = args.strict && !placed.is_empty();
            (placed, is_refused.then_some(Exit::InvalidInput))
        }
        Err(problems) => (problems.placed(), Some(failure(&problems).exit)),
    };
    for problem in &placed {
        match args.format {
            CheckFormat::Github => print(format_args!("{}\n", annotation(problem))),
            _ => print(format_args!("{}\n", json(problem))),
        }
    }
    exit.map_or(Ok(()), Err)
}

fn level(problem: &Placed) -> &'static str {
    match problem.level {
        Level::Error => "error",
        Level::Warning => "warning",
    }
}

fn json(problem: &Placed) -> serde_json::Value {
    serde_json::json!({
        "schema": "ipvslab.problem/1",
        "level": level(problem),
        "file": problem.file,
        "line": problem.place.map(|(line, _)| line),
        "column": problem.place.map(|(_, column)| column),
        "message": problem.message,
        "help": problem.help,
    })
}

/// A workflow command of GitHub Actions, which escapes percent signs and line ends.
fn annotation(problem: &Placed) -> String {
    let escaped = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let file = escaped(&problem.file).replace(':', "%3A").replace(',', "%2C");
    let place = problem.place.map_or_else(String::new, |(line, column)| format!(",line={line},col={column}"));
    let help = problem.help.as_ref().map_or_else(String::new, |help| format!("\nhelp: {help}"));
    format!("::{} file={file}{place}::{}", level(problem), escaped(&(problem.message.clone() + &help)))
}

/// What a scenario amounts to, in a line.
fn in_short(scenario: &Scenario) -> String {
    let bound = if scenario.has_caches() { " at most, with nothing found in a cache" } else { "" };
    format!(
        "real servers: {}, schedulers: {}, replications: {}, utilisation: {:.0} %{bound}",
        scenario.servers.len(),
        scenario.schedulers.len(),
        scenario.replications,
        100.0 * scenario.utilisation()
    )
}
