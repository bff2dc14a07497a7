//! `ipvslab list`: what there is to start from.

use std::path::{Path, PathBuf};

use ipvslab_reports::Metric;
use ipvslab_scenarios::catalog;
use ipvslab_schedulers::SchedulerKind;

use crate::args::{self, Listed};
use crate::exit::{Exit, Failure};
use crate::print::{fold, print};
use crate::scenario_file::{Warnings, load};

/// Lists schedulers or scenarios.
pub(crate) fn list(args: &args::List) -> Result<(), Failure> {
    match args.what {
        Listed::Schedulers => {
            for kind in SchedulerKind::every() {
                print(format_args!("{kind:18} {}\n", kind.full_name()));
            }
            Ok(())
        }
        Listed::Metrics => {
            for metric in Metric::ALL {
                print(format_args!("{:18} {}\n", metric.key(), metric.words()));
            }
            Ok(())
        }
        Listed::Scenarios => scenarios(args),
    }
}

fn scenarios(args: &args::List) -> Result<(), Failure> {
    let files = match &args.directory {
        Some(directory) => below(directory)?,
        None => catalog().map(|entry| PathBuf::from(entry.argument)).collect(),
    };
    for path in files {
        match load(&path, &[], Warnings::Hide) {
            Ok(scenario) => {
                let question = scenario.question.as_deref().unwrap_or(&scenario.title);
                let question = fold(question, 90).replace('\n', "\n    ");
                print(format_args!("{}\n    {question}\n", path.display()));
            }
            Err(_) => print(format_args!("{}\n    (invalid: see ipvslab check)\n", path.display())),
        }
    }
    Ok(())
}

/// The scenario files of a directory.
fn below(directory: &Path) -> Result<Vec<PathBuf>, Failure> {
    let shown = directory.display();
    let entries = std::fs::read_dir(directory)
        .map_err(|error| Failure::new(Exit::InvalidInput, format!("error: cannot list {shown}: {error}")))?;
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    files.sort();
    if files.is_empty() {
        return Err(Failure::new(Exit::NothingSelected, format!("error: no scenario (*.toml) in {shown}")));
    }
    Ok(files)
}
