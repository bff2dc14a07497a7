//! `ipvslab list`: what there is to start from.

use std::path::PathBuf;

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
        Listed::Scenarios => scenarios(args),
    }
}

fn scenarios(args: &args::List) -> Result<(), Failure> {
    let shown = args.directory.display();
    let entries = std::fs::read_dir(&args.directory)
        .map_err(|error| Failure::new(Exit::InvalidInput, format!("error: cannot list {shown}: {error}")))?;
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    files.sort();
    if files.is_empty() {
        return Err(Failure::new(Exit::NothingSelected, format!("error: no scenario (*.toml) in {shown}")));
    }
    for path in files {
        match load(&path, &[], Warnings::Hide) {
            Ok(scenario) => {
                let question = scenario.question.as_deref().unwrap_or(&scenario.title);
                let question = fold(question, 90).replace('\n', "\n    ");
                print(format_args!("{}\n    {question}\n", path.display()));
            }
            Err(_) => print(format_args!("{}\n    (not sound: see ipvslab check)\n", path.display())),
        }
    }
    Ok(())
}
