//! Files of rows that a scenario names.

use std::ops::Range;
use std::path::Path;

use super::findings::Findings;
use crate::load::{error_text, near_file};
use crate::problem::Problem;
use crate::quoted::{At, Quoted};
use crate::suggest::printable;
use crate::trace::{Cause, Dialect, TraceError, TraceFile};
use crate::words::Delimiter;

/// The file that `name` means, and how it is divided into fields.
pub(super) fn table_file(
    name: &At<String>,
    delimiter: Option<&Quoted<Delimiter>>,
    header: Option<&At<bool>>,
    base_dir: &Path,
) -> TraceFile {
    let plain = name.value.strip_suffix(".gz").unwrap_or(&name.value);
    let usual = if plain.ends_with(".tsv") { b'\t' } else { b',' };
    let dialect = Dialect {
        delimiter: delimiter.map_or(usual, |delimiter| delimiter.value.0),
        header: header.is_none_or(|header| header.value),
    };
    TraceFile { path: base_dir.join(&name.value), shown: name.value.clone(), dialect, conversion: None }
}

/// A key of the scenario that names a column.
pub(super) struct Key<'a> {
    pub(super) path: String,
    pub(super) column: &'a str,
    pub(super) span: &'a Range<usize>,
}

impl<'a> Key<'a> {
    pub(super) fn new(path: String, column: &'a At<String>) -> Self {
        Self { path, column: &column.value, span: &column.span }
    }
}

/// What was read from a file, or a problem at the key that it concerns: `keys` are those that name columns.
pub(super) fn report<T>(
    path: &str,
    name: &At<String>,
    file: &TraceFile,
    read: Result<T, TraceError>,
    keys: &[Key<'_>],
    findings: &mut Findings,
) -> Option<T> {
    let error = match read {
        Ok(read) => return Some(read),
        Err(error) => error,
    };
    let mut place: (&str, &Range<usize>) = (path, &name.span);
    let mut message = error.to_string();
    let mut help = error.help();
    match error.cause() {
        Cause::NoColumn { column, .. } => {
            if let Some(key) = keys.iter().find(|key| key.column == *column) {
                place = (&key.path, key.span);
            }
        }
        Cause::Io(fault) => {
            message = format!("cannot read {}: {}", printable(&file.shown, 200), error_text(fault));
            if fault.kind() == std::io::ErrorKind::NotFound {
                help = near_file(&file.path, Path::new(&file.shown));
            }
        }
        Cause::Empty => findings.empty_trace = true,
        _ => {}
    }
    let mut problem = Problem::error(place.0, message).at(place.1);
    problem.help = help;
    findings.report(problem);
    None
}
