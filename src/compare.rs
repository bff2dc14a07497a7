//! `ipvslab compare`: every scheduler of a scenario in one table, or two scenarios or directories of results side by side.

use std::path::Path;

use ipvslab_reports::{Alike, BeforeAfter, Change, Metric, Study, compare_text};

use crate::args::{self, StudyFormat};
use crate::exit::{Exit, Failure};
use crate::print::print;
use crate::study::Keep;
use crate::{decision_cost, files, report, results, study};

/// Runs the study and prints it.
pub(crate) fn run(args: &args::Compare) -> Result<(), Failure> {
    if let Some(after) = &args.after {
        return two(args, after);
    }
    let mut scenario = study::scenario(&args.study)?;
    study::choose(&mut scenario, &args.schedulers);
    let measure = args.decision_cost.then_some(decision_cost::measure as results::Measure);
    let indifference = args.indifference.map(|said| said.0);
    results::of(&scenario, &args.study, compare_text, results::Extras { measure, indifference })
}

/// A study of a scenario file, which is run, or stored.
fn one(path: &Path, args: &args::Compare) -> Result<Study, Failure> {
    if path.extension().is_none_or(|extension| extension != "toml") {
        return report::stored(path);
    }
    let scenario = study::scenario_at(path, &args.study)?;
    study::run(&scenario, Keep::Numbers, "", args.study.quiet)
}

/// Compares a study before with one after.
fn two(args: &args::Compare, after: &Path) -> Result<(), Failure> {
    let (before, after) = (one(&args.study.scenario, args)?, one(after, args)?);
    let metrics = [Metric::ResponseMean, Metric::ResponseP99, Metric::Failed];
    let compared = BeforeAfter::of(&before, &after, &metrics, args.tolerance / 100.0);
    let Some(worst) = compared.worst() else {
        return Err(Failure::new(Exit::NothingSelected, "error: the two have no scheduler in common"));
    };
    let is_another = before.provenance.scenario_sha256 != after.provenance.scenario_sha256;
    if is_another && compared.pairing == Alike::Nothing && !args.allow_different {
        let message = format!(
            "error: the results are of different scenarios, and met different arrivals:\n  {}\n  help: --allow-different compares them all the same",
            compared.unlike.join("\n  ")
        );
        return Err(Failure::new(Exit::InvalidInput, message));
    }
    match args.study.format {
        StudyFormat::Table => print(format_args!("{}", compared.text(results::width()))),
        StudyFormat::Json => print(format_args!("{}", compared.json().map_err(files::failure)?)),
        StudyFormat::Markdown => print(format_args!("{}", compared.markdown())),
        StudyFormat::Csv | StudyFormat::Junit => {
            let message = "error: two directories of results are compared as table, json or markdown";
            return Err(Failure::new(Exit::Usage, message));
        }
    }
    match worst {
        Change::Better | Change::Same => Ok(()),
        Change::Worse => Err(Failure::new(Exit::Regression, "error: something became worse")),
        Change::Undecided => Err(Failure::new(
            Exit::Inconclusive,
            "error: these runs do not rule out that something became worse; more replications do",
        )),
    }
}
