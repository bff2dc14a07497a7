//! `ipvslab run`: one scheduler of a scenario, every real server.

use ipvslab_reports::in_depth_text;

use crate::args;
use crate::exit::{Exit, Failure};
use crate::file_output::FileOutput;
use crate::print::talk;
use crate::{decisions, results, study};

/// Runs the study and prints it.
pub(crate) fn run(args: &args::Run) -> Result<(), Failure> {
    let mut scenario = study::scenario(&args.study)?;
    let scheduler = args.scheduler.or(scenario.schedulers.first().copied());
    let scheduler =
        scheduler.ok_or_else(|| Failure::new(Exit::NothingSelected, "error: no scheduler to run"))?;
    scenario.schedulers = vec![scheduler];
    if let Some(path) = &args.decisions {
        let mut output = FileOutput::prepare("--decisions", path, args.study.force)?;
        decisions::write(&scenario, scheduler, path, &mut output)?;
        let shown = output.shown();
        output.publish()?;
        if !args.study.quiet {
            talk(format_args!("wrote {shown}"));
        }
    }
    results::of(&scenario, &args.study, in_depth_text, results::Extras::default())
}
