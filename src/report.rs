//! `ipvslab report`: everything that is made of a study, from what is stored of it.

use std::fs;
use std::path::{Path, PathBuf};

use ipvslab_reports::{STORED_STUDY, STORED_SWEEP, Study, Summary, artifacts, compare_text, read_study};

use crate::args;
use crate::exit::{Exit, Failure};
use crate::files;
use crate::output::Output;
use crate::print::{print, talk, why};
use crate::{results, sweep};

/// Makes the files again, or prints one of them.
pub(crate) fn run(args: &args::Report) -> Result<(), Failure> {
    if let Some(path) = stored_sweep(&args.results) {
        return sweep::report(args, &path);
    }
    let study = stored(&args.results)?;
    let summary = Summary::new(&study, args.rank_by);
    match args.format {
        None => {
            let target = args.out.as_deref().unwrap_or(&args.results);
            let output = Output::prepare(target, args.out.is_none() || args.force)?;
            files::write(output, artifacts(&study, &summary))?;
            if !args.quiet {
                talk(format_args!("wrote {}", target.join("report.html").display()));
            }
        }
        Some(format) => {
            print(format_args!("{}", results::text(format, &study, &summary, compare_text)?));
        }
    }
    results::verdict(&study, &summary)
}

/// The file of a sweep, if that is what the results are of.
fn stored_sweep(results: &Path) -> Option<PathBuf> {
    let path = if results.is_dir() { results.join(STORED_SWEEP) } else { results.to_owned() };
    (path.is_file() && path.file_name().is_some_and(|name| name == STORED_SWEEP)).then_some(path)
}

/// Reads the study of a directory of results.
pub(crate) fn stored(directory: &Path) -> Result<Study, Failure> {
    let path = if directory.is_file() { directory.to_owned() } else { directory.join(STORED_STUDY) };
    let shown = path.display();
    let invalid = |message: String| Failure::new(Exit::InvalidInput, message);
    let bytes = fs::read(&path).map_err(|error| {
        let help = match directory.is_dir() {
            true if stored_sweep(directory).is_some() => "it holds a sweep; use ipvslab report",
            true => "is it a directory that compare --out or run --out wrote?",
            false => "name the directory that compare --out wrote",
        };
        invalid(format!("error: {shown}: {}\n  help: {help}", why(&error)))
    })?;
    let study = read_study(&bytes).map_err(|error| invalid(format!("error: {shown}: {error}")))?;
    if study.runs.is_empty() {
        return Err(Failure::new(Exit::NothingSelected, format!("error: {shown}: the study has no runs")));
    }
    Ok(study)
}
