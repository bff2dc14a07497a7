//! `ipvslab compare`: every scheduler of a scenario in one table, or two directories of results side by side.

use std::path::Path;

use ipvslab_reports::{BeforeAfter, Change, Metric, compare_text};

use crate::args::{self, StudyFormat};
use crate::exit::{Exit, Failure};
use crate::print::print;
use crate::{decision_cost, files, report, results, study};

/// Runs the study and prints it.
pub(crate) fn run(args: &args::Compare) -> Result<(), Failure> {
    if let Some(after) = &args.after {
        return stored(args, after);
    }
    let mut scenario = study::scenario(&args.study)?;
    study::choose(&mut scenario, &args.schedulers);
    let measure = args.decision_cost.then_some(decision_cost::measure as results::Measure);
    results::of(&scenario, &args.study, compare_text, measure)
}

/// Compares stored results.
fn stored(args: &args::Compare, after: &Path) -> Result<(), Failure> {
    let (before, after) = (report::stored(&args.study.scenario)?, report::stored(after)?);
    let metrics = [Metric::ResponseMean, Metric::ResponseP99, Metric::Failed];
    let compared = BeforeAfter::of(&before, &after, &metrics, args.tolerance / 100.0);
    let Some(worst) = compared.worst() else {
        return Err(Failure::new(Exit::NothingSelected, "error: the two have no scheduler in common"));
    };
    if before.provenance.scenario_sha256 != after.provenance.scenario_sha256 && !args.allow_different {
        let message = format!(
            "error: the results are of different scenarios:\n  {}\n  help: --allow-different compares them anyway",
            compared.unlike.join("\n  ")
        );
        return Err(Failure::new(Exit::InvalidInput, message));
    }
    match args.study.format {
        StudyFormat::Table => print(format_args!("{}", compared.text(results::width()))),
        StudyFormat::Json => print(format_args!("{}", compared.json().map_err(files::failure)?)),
        StudyFormat::Markdown => print(format_args!("{}", compared.markdown())),
        StudyFormat::Csv | StudyFormat::Junit => {
            let message = "error: two directories of results can be compared as table, json or markdown only";
            return Err(Failure::new(Exit::Usage, message));
        }
    }
    match worst {
        Change::Better | Change::Same => Ok(()),
        Change::Worse => Err(Failure::new(Exit::Regression, "error: a metric became worse")),
        Change::Undecided => Err(Failure::new(
            Exit::Inconclusive,
            "error: these runs cannot rule out that a metric became worse; use more replications",
        )),
    }
}
