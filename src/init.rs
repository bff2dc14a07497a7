//! `ipvslab init`: a scenario to start from, commented or drafted from a trace.

use std::fs::{File, OpenOptions, canonicalize};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use ipvslab_scenarios::draft::{Draft, DraftError, FactsError, TraceFacts, scenario};

use crate::args;
use crate::exit::{Exit, Failure};
use crate::output::{directory_of, shown};
use crate::print::{print, talk};

/// Writes the starter scenario, or one for a trace, never over another file.
pub(crate) fn run(args: &args::Init) -> Result<(), Failure> {
    let path = args.file.display();
    let text = match &args.trace {
        None => ipvslab_scenarios::STARTER.to_owned(),
        Some(trace) => drafted(trace, args)?,
    };
    if args.file == Path::new("-") {
        print(format_args!("{text}"));
        return Ok(());
    }
    let written = OpenOptions::new().write(true).create_new(true).open(&args.file).and_then(|mut file| {
        let written = file.write_all(text.as_bytes());
        // Half a file would stand in the way of the next try.
        written.inspect_err(|_| drop(std::fs::remove_file(&args.file)))
    });
    match written {
        Ok(()) => {
            talk(format_args!("wrote {path}; now: ipvslab compare {path}"));
            Ok(())
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            Err(Failure::new(Exit::Output, format!("error: {path} already exists; choose another name")))
        }
        Err(error) => Err(Failure::new(Exit::Output, format!("error: cannot write {path}: {error}"))),
    }
}

fn drafted(trace: &Path, args: &args::Init) -> Result<String, Failure> {
    let facts = facts(trace)?;
    let file = seen_from(directory_of(&args.file), trace).display().to_string();
    let draft = Draft { file: &file, facts: &facts, cost: args.cost.as_ref() };
    scenario(&draft).map_err(|error| refused(trace, &error))
}

/// Reads a trace to its end.
///
/// # Errors
/// If it cannot be read, or is a log.
pub(crate) fn facts(trace: &Path) -> Result<TraceFacts, Failure> {
    let origin = shown(trace);
    let fail = |message: String| Failure::new(Exit::InvalidInput, format!("error: {message}"));
    let unreadable = |why: String| fail(format!("cannot read {origin}: {why}"));
    let metadata = std::fs::metadata(trace).map_err(|error| unreadable(error.to_string()))?;
    if !metadata.is_file() {
        return Err(unreadable(
            "it is not a regular file, but a scenario reads its trace more than once".into(),
        ));
    }
    let file = File::open(trace).map_err(|error| unreadable(error.to_string()))?;
    TraceFacts::read(Box::new(file), &origin).map_err(|error| {
        let help = help(&error, &origin).map_or(String::new(), |help| format!("\nhelp: {help}"));
        fail(format!("{error}{help}"))
    })
}

fn help(error: &FactsError, origin: &str) -> Option<String> {
    match error {
        FactsError::NoTrace { .. } => {
            Some(format!("ipvslab trace convert {origin} -o trace.csv.gz; then --trace trace.csv.gz"))
        }
        FactsError::Log(error) => error.help(),
    }
}

/// Why no scenario was drafted.
pub(crate) fn refused(trace: &Path, error: &DraftError) -> Failure {
    let help = error.help.as_ref().map_or(String::new(), |help| format!("\nhelp: {help}"));
    Failure::new(Exit::InvalidInput, format!("error: {}: {error}{help}", shown(trace)))
}

/// The trace's path as a scenario in `directory` must write it.
pub(crate) fn seen_from(directory: &Path, trace: &Path) -> PathBuf {
    if directory == Path::new(".") || trace.is_absolute() {
        return trace.to_owned();
    }
    let (Ok(directory), Ok(trace)) = (canonicalize(directory), canonicalize(trace)) else {
        return trace.to_owned();
    };
    trace.strip_prefix(&directory).map_or_else(|_| trace.clone(), Path::to_owned)
}
