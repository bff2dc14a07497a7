//! `ipvslab init` and `ipvslab list`: where to start.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::PathBuf;

use ipvslab_schedulers::SchedulerKind;

use crate::args::{self, Listed};
use crate::exit::{Exit, Failure};
use crate::print::{fold, print, talk};
use crate::scenario_file::{Warnings, load};

/// Writes the starter scenario, never over another file.
pub(crate) fn init(args: &args::Init) -> Result<(), Failure> {
    let path = args.file.display();
    let written = OpenOptions::new().write(true).create_new(true).open(&args.file).and_then(|mut file| {
        let written = file.write_all(ipvslab_scenarios::STARTER.as_bytes());
        // Half a file would stand in the way of the next try.
        written.inspect_err(|_| drop(std::fs::remove_file(&args.file)))
    });
    match written {
        Ok(()) => {
            talk(format_args!("wrote {path}; now: ipvslab compare {path}"));
            Ok(())
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            Err(Failure::new(Exit::Output, format!("error: {path} exists already; choose another name")))
        }
        Err(error) => Err(Failure::new(Exit::Output, format!("error: cannot write {path}: {error}"))),
    }
}

/// Lists schedulers or scenarios.
pub(crate) fn list(args: &args::List) -> Result<(), Failure> {
    match args.what {
        Listed::Schedulers => {
            for kind in SchedulerKind::ALL.into_iter().chain(SchedulerKind::BASELINES) {
                print(format_args!("{kind:10} {}\n", kind.full_name()));
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
        match load(&path, Warnings::Hide) {
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
