//! `ipvslab compare`: every scheduler of a scenario, one table.

use ipvslab_reports::{Metric, Summary, compare_text};

use crate::args;
use crate::exit::Failure;
use crate::output::Output;
use crate::print::print;
use crate::{results, study};

/// Runs the study and prints it.
pub(crate) fn run(args: &args::Compare) -> Result<(), Failure> {
    let mut scenario = study::scenario(&args.study)?;
    if !args.schedulers.is_empty() {
        scenario.schedulers = args.schedulers.clone();
        scenario.schedulers.dedup();
    }
    let output = Output::asked(&args.study)?;
    let study = study::run(&scenario, &args.study)?;
    let summary = Summary::new(&study, Metric::ResponseP99);
    // A disk that is full must not cost the table too.
    let written = output.map_or(Ok(()), |output| results::write(output, &study, &summary));
    let text = results::text(args.study.format, &study, &summary, compare_text)?;
    print(format_args!("{text}"));
    results::mention_files(&args.study);
    written
}
