//! `ipvslab compare`: every scheduler of a scenario in one table, or several scenarios side by side.

use std::path::Path;

use ipvslab_reports::{Study, compare_text};

use crate::args::{self, PairFormat, StudyFormat};
use crate::exit::{Exit, Failure};
use crate::print::print;
use crate::study::Keep;
use crate::{decision_cost, regress, results, study, threads};

/// Runs the study, or those of several scenarios, and prints it.
pub(crate) fn run(args: &args::Compare) -> Result<(), Failure> {
    for path in std::iter::once(&args.study.scenario).chain(&args.others) {
        refuse_directory(path, args.others.is_empty())?;
    }
    if !args.others.is_empty() {
        return several(args);
    }
    let mut scenario = study::scenario(&args.study)?;
    study::choose(&mut scenario, &args.schedulers);
    let measure = args.decision_cost.then_some(decision_cost::measure as results::Measure);
    let indifference = args.indifference.map(|said| said.0);
    results::of(&scenario, &args.study, compare_text, results::Extras { measure, indifference })
}

/// Compares each further scenario with the first.
fn several(args: &args::Compare) -> Result<(), Failure> {
    let format = match args.study.format {
        StudyFormat::Table => PairFormat::Table,
        StudyFormat::Json => PairFormat::Json,
        StudyFormat::Markdown => PairFormat::Markdown,
        StudyFormat::Csv | StudyFormat::Junit => {
            let message = "error: several scenarios can be compared as table, json or markdown only";
            return Err(Failure::new(Exit::Usage, message));
        }
    };
    threads::limit(args.study.threads)?;
    let ran = |path: &Path| -> Result<Study, Failure> {
        let mut scenario = study::scenario_of(&args.study, path)?;
        study::choose(&mut scenario, &args.schedulers);
        study::run(&scenario, Keep::Numbers, &format!("{}: ", path.display()), args.study.quiet)
    };
    let first = ran(&args.study.scenario)?;
    for other in &args.others {
        let second = ran(other)?;
        if format == PairFormat::Table {
            let (before, after) = (args.study.scenario.display(), other.display());
            print(format_args!("before: {before}\nafter:  {after}\n\n"));
        }
        regress::difference(&first, &second, format)?;
    }
    Ok(())
}

/// Results are not compared here.
fn refuse_directory(path: &Path, alone: bool) -> Result<(), Failure> {
    if !path.is_dir() {
        return Ok(());
    }
    let shown = path.display();
    let help = if alone {
        format!("name a scenario file in it; ipvslab report {shown} shows stored results")
    } else {
        "ipvslab regress BEFORE AFTER compares two directories of results".to_owned()
    };
    Err(Failure::new(
        Exit::InvalidInput,
        format!("error: {shown} is a directory, expected a scenario file\n  help: {help}"),
    ))
}
