//! `ipvslab run`: one scheduler of a scenario, every real server.

use ipvslab_reports::{Metric, Summary, in_depth_text};

use crate::args;
use crate::exit::{Exit, Failure};
use crate::output::Output;
use crate::print::print;
use crate::{results, study};

/// Runs the study and prints it.
pub(crate) fn run(args: &args::Run) -> Result<(), Failure> {
    let mut scenario = study::scenario(&args.study)?;
    let first = scenario.schedulers.first().copied();
    let scheduler = args.scheduler.or(first);
    let scheduler =
        scheduler.ok_or_else(|| Failure::new(Exit::NothingSelected, "error: no scheduler to run"))?;
    scenario.schedulers = vec![scheduler];
    let output = Output::asked(&args.study)?;
    let study = study::run(&scenario, &args.study)?;
    let summary = Summary::new(&study, Metric::ResponseP99);
    // A disk that is full must not cost the table too.
    let written = output.map_or(Ok(()), |output| results::write(output, &study, &summary));
    let text = results::text(args.study.format, &study, &summary, in_depth_text)?;
    print(format_args!("{text}"));
    results::mention_files(&args.study);
    written
}
