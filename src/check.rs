//! `ipvslab check`: says what is wrong with scenario files, and what a sound one amounts to.

use ipvslab_scenarios::Scenario;

use crate::args;
use crate::exit::{Exit, Failure};
use crate::print::{print, talk};
use crate::scenario_file::{Warnings, load};

/// Checks every file; fails if one is not sound.
pub(crate) fn run(args: &args::Check) -> Result<(), Failure> {
    let warnings = if args.strict { Warnings::Refuse } else { Warnings::Tell };
    let mut worst: Option<Exit> = None;
    for path in &args.scenarios {
        match load(path, &args.said.settings, warnings) {
            Ok(scenario) => print(format_args!("{}: ok: {}\n", path.display(), in_short(&scenario))),
            Err(failure) => {
                talk(format_args!("{}", failure.message));
                worst = Some(failure.exit);
            }
        }
    }
    let sum = format!("error: of {} scenarios, not all are sound", args.scenarios.len());
    worst.map_or(Ok(()), |exit| Err(Failure::new(exit, sum)))
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
