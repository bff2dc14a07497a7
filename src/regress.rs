//! `ipvslab regress`: two directories of results, and what became worse.

use ipvslab_reports::{Alike, BeforeAfter, Change, Metric, Study};

use crate::args::{self, PairFormat};
use crate::exit::{Exit, Failure};
use crate::print::print;
use crate::{files, report, results};

/// The metrics that two studies are compared by.
const METRICS: [Metric; 3] = [Metric::ResponseMean, Metric::ResponseP99, Metric::Failed];

/// Compares stored results; fails if one became worse.
pub(crate) fn run(args: &args::Regress) -> Result<(), Failure> {
    let (before, after) = (report::stored(&args.before)?, report::stored(&args.after)?);
    let compared = BeforeAfter::of(&before, &after, &METRICS, args.tolerance / 100.0);
    let is_another = before.provenance.scenario_sha256 != after.provenance.scenario_sha256;
    if is_another && compared.pairing == Alike::Nothing && !args.allow_different {
        let message = format!(
            "error: the results are of different scenarios, and met different arrivals:\n  {}\n  help: --allow-different compares them anyway",
            compared.unlike.join("\n  ")
        );
        return Err(Failure::new(Exit::InvalidInput, message));
    }
    match printed(&compared, args.format)? {
        Change::Better | Change::Same => Ok(()),
        Change::Worse => Err(Failure::new(Exit::Regression, "error: a metric became worse")),
        Change::Undecided => Err(Failure::new(
            Exit::Inconclusive,
            "error: these runs cannot rule out that a metric became worse; use more replications",
        )),
    }
}

/// Prints how a second study differs from a first one.
pub(crate) fn difference(first: &Study, second: &Study, format: PairFormat) -> Result<(), Failure> {
    printed(&BeforeAfter::of(first, second, &METRICS, 0.01), format).map(drop)
}

/// Prints the comparison. Returns the worst change.
fn printed(compared: &BeforeAfter, format: PairFormat) -> Result<Change, Failure> {
    let Some(worst) = compared.worst() else {
        return Err(Failure::new(Exit::NothingSelected, "error: the two have no scheduler in common"));
    };
    match format {
        PairFormat::Table => print(format_args!("{}", compared.text(results::width()))),
        PairFormat::Json => print(format_args!("{}", compared.json().map_err(files::failure)?)),
        PairFormat::Markdown => print(format_args!("{}", compared.markdown())),
    }
    Ok(worst)
}
