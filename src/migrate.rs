//! `ipvslab migrate`: the same connections under today's rule and under those of other data planes.

mod spread;

use ipvslab_reports::migrate_text;
use ipvslab_schedulers::SchedulerKind;

use crate::args::{self, StudyFormat};
use crate::exit::{Exit, Failure};
use crate::print::{fold, print};
use crate::{results, study};

/// Runs the study and prints it, with how far each rule spreads a client's connections.
pub(crate) fn run(args: &args::Migrate) -> Result<(), Failure> {
    let mut scenario = study::scenario(&args.study)?;
    let today = args.from.unwrap_or(scenario.schedulers[0]);
    let others = args.to.iter().flat_map(|args::Planes(rules)| rules).copied().map(SchedulerKind::Plane);
    let kinds: Vec<SchedulerKind> = [today].into_iter().chain(others).collect();
    if kinds.iter().all(|&kind| kind == today) {
        let message = format!("error: {today} is today's rule already\n  help: --to nftables,cilium");
        return Err(Failure::new(Exit::NothingSelected, message));
    }
    study::choose(&mut scenario, &kinds);
    let ended = results::of(&scenario, &args.study, migrate_text, results::Extras::default());
    if args.study.format == StudyFormat::Table {
        let spread = spread::text(&scenario)?;
        print(format_args!("{}\n", fold(&format!("* {spread}"), results::width())));
    }
    ended
}
