//! From a file to a scenario: read, parse, conform, check.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use toml::de::{DeTable, DeValue, Deserializer};

use crate::catalog;
use crate::check::{self, About};
use crate::conform::conform;
use crate::problem::{Placed, Problem, ProblemKind, Problems, placed, render};
use crate::raw;
use crate::scenario::Scenario;
use crate::schema::{Rule, SCHEMA};
use crate::setting::{Lines, Setting};
use crate::sources::Sources;
use crate::suggest::{nearest, printable};

/// The largest scenario file.
const LARGEST: u64 = 16 << 20;

/// What stands for stdin on a command line.
const STDIN: &str = "-";

/// A scenario, and what is odd about it.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// What can be run.
    pub scenario: Scenario,
    /// What its author may not have meant.
    pub warnings: Vec<Problem>,
    sources: Sources,
}

impl Loaded {
    /// The warnings with the lines they are about; empty without any. `colour` asks for terminal colours.
    pub fn render_warnings(&self, colour: bool) -> String {
        render(&self.sources, &self.warnings, colour)
    }

    /// The warnings with their places.
    pub fn placed_warnings(&self) -> Vec<Placed> {
        placed(&self.sources, &self.warnings)
    }
}

/// Reads a scenario file, `-` for stdin or `catalog:NAME`, and surveys the trace that it names, if any; paths in it are relative to it.
///
/// # Errors
/// Everything that is wrong with the file or its trace, at once.
pub fn load(path: &Path) -> Result<Loaded, Problems> {
    load_with(path, &[])
}

/// As [`load`], with what a command line says otherwise.
///
/// # Errors
/// Everything that is wrong with the file, the settings or the trace, at once.
pub fn load_with(path: &Path, settings: &[Setting]) -> Result<Loaded, Problems> {
    let origin = if path == Path::new(STDIN) {
        "stdin".to_owned()
    } else {
        printable(&path.display().to_string(), 500)
    };
    if let Some(name) = catalog::named(path) {
        let text = catalog::text(name).map_err(|help| {
            let problem =
                Problem::error("", format!("the catalog has no scenario `{}`", printable(name, 80)));
            Problems::new(ProblemKind::Unreadable, &origin, "", vec![problem.help(help)])
        })?;
        return parse_changed(text, &format!("catalog:{name}"), Path::new("catalog:"), settings, 1.0);
    }
    let text = read(path, &origin)?;
    parse_changed(&text, &origin, path.parent().unwrap_or(Path::new("")), settings, 1.0)
}

/// Parses and checks the text of a scenario file that messages call `origin`; paths in it are relative to `base_dir`.
///
/// # Errors
/// Everything that is wrong with the text or the trace it names, at once.
pub fn parse(text: &str, origin: &str, base_dir: &Path) -> Result<Loaded, Problems> {
    parse_changed(text, origin, base_dir, &[], 1.0)
}

/// As [`parse`], with settings, and connections that come `factor` times as often as they say.
pub(crate) fn parse_changed(
    text: &str,
    origin: &str,
    base_dir: &Path,
    settings: &[Setting],
    factor: f64,
) -> Result<Loaded, Problems> {
    let mut sources = Sources::one(origin, text);
    let lines = Lines::new(settings, &mut sources);
    let fail = |kind, list| Err(Problems::within(kind, sources.clone(), list));
    if text.trim().is_empty() {
        let problem =
            Problem::error("", "the scenario is empty").help("`ipvslab init` writes a starter scenario");
        return fail(ProblemKind::Invalid, vec![problem]);
    }
    let (document, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        let problems = errors.iter().map(|error| syntax_problem(error, document.get_ref(), text)).collect();
        return fail(ProblemKind::Invalid, problems);
    }
    let span = document.span();
    let mut document = document.into_inner();
    let misplaced = lines.apply(&mut document);
    let conformed = conform(document, Rule(&SCHEMA), &sources);
    let mut problems = conformed.problems;
    problems.extend(misplaced);
    let deserializer = Deserializer::from(toml::Spanned::new(span, conformed.readable));
    let file = match <raw::File as serde::Deserialize>::deserialize(deserializer) {
        Ok(file) => file,
        Err(error) => {
            let problem = Problem::error("", error.message());
            problems.push(match error.span() {
                Some(span) => problem.at(&span),
                None => problem,
            });
            return fail(ProblemKind::Invalid, problems);
        }
    };
    let stem = Path::new(origin).file_stem().map_or_else(|| origin.into(), |stem| stem.to_string_lossy());
    let name = catalog::named(Path::new(origin)).map_or(stem, Into::into);
    let about = About { name: &name, base_dir, factor };
    let checked = check::check(&file, about, conformed.unreadable);
    problems.extend(checked.problems);
    match checked.scenario {
        Some(scenario) if problems.is_empty() => Ok(Loaded {
            scenario: Scenario {
                source: text.to_owned(),
                settings: settings.to_vec(),
                origin: origin.to_owned(),
                ..scenario
            },
            warnings: checked.warnings,
            sources,
        }),
        _ => {
            let only_empty = checked.empty_trace && problems.len() == 1;
            fail(if only_empty { ProblemKind::EmptyTrace } else { ProblemKind::Invalid }, problems)
        }
    }
}

/// The text of a scenario file, or why there is none.
fn read(path: &Path, origin: &str) -> Result<String, Problems> {
    let fail = |kind, problem| Err(Problems::new(kind, origin, "", vec![problem]));
    let cannot = |reason: &str| Problem::error("", format!("cannot read the scenario: {reason}"));
    let unreadable = |error: io::Error| {
        let mut problem = cannot(&error_text(&error));
        if error.kind() == io::ErrorKind::NotFound {
            problem.help = near_file(path, path);
        }
        fail(ProblemKind::Unreadable, problem)
    };
    let is_stdin = path == Path::new(STDIN);
    match fs::metadata(path) {
        _ if is_stdin => {}
        Ok(metadata) if metadata.is_file() => {}
        Ok(metadata) => {
            let what =
                if metadata.is_dir() { "a directory; name a .toml file in it" } else { "not a regular file" };
            return fail(ProblemKind::Unreadable, cannot(&format!("it is {what}")));
        }
        Err(error) => return unreadable(error),
    }
    let mut bytes = Vec::new();
    let taken = if is_stdin {
        io::stdin().lock().take(LARGEST + 1).read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes))
    };
    if let Err(error) = taken {
        return unreadable(error);
    }
    let content =
        |message: &str, help: &str| fail(ProblemKind::Invalid, Problem::error("", message).help(help));
    if bytes.len() as u64 > LARGEST {
        return content("the scenario is larger than 16 MiB", "put traces in files of their own");
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return content("the scenario is UTF-16, expected UTF-8", "`iconv -f UTF-16 -t UTF-8` converts it");
    }
    String::from_utf8(bytes).or_else(|error| {
        let at = error.utf8_error().valid_up_to();
        content(
            &format!("the scenario is not UTF-8: byte {at} is not"),
            "`iconv -f LATIN1 -t UTF-8` may convert it",
        )
    })
}

/// What the system says, without the error number.
pub(crate) fn error_text(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "not found".into(),
        io::ErrorKind::PermissionDenied => "permission denied".into(),
        _ => error.to_string(),
    }
}

/// Asks whether a file next to where `path` should be, whose name is much like it, was meant; `shown` is how the author
/// writes `path`.
pub(crate) fn near_file(path: &Path, shown: &Path) -> Option<String> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let entries = fs::read_dir(directory).ok()?;
    let mut names: Vec<String> = entries
        .take(10_000)
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort_unstable();
    let wanted = path.file_name()?.to_string_lossy();
    let near = nearest(&wanted, names.iter().map(String::as_str))?;
    Some(format!("did you mean `{}`?", shown.with_file_name(near).display()))
}

/// A problem that the TOML parser found; for a duplicate key the first place too.
fn syntax_problem(error: &toml::de::Error, document: &DeTable<'_>, text: &str) -> Problem {
    let problem = Problem::error("", format!("not TOML: {}", error.message().trim().replace('\n', " ")));
    let Some(span) = error.span() else { return problem };
    let problem = problem.at(&span);
    let key = text.get(span.clone()).unwrap_or_default().trim();
    if !error.message().contains("duplicate") || key.is_empty() {
        return problem;
    }
    // A table that is there twice is known by its header only.
    let header = text[..span.start].rfind(&format!("[{key}]"));
    let mut places: Vec<_> = header.into_iter().map(|at| at + 1..at + 1 + key.len()).collect();
    key_places(document, key, &mut places);
    match places.into_iter().filter(|place| place.end <= span.start).max_by_key(|place| place.start) {
        Some(first) => problem.also(&first, "first given here"),
        None => problem,
    }
}

fn key_places(table: &DeTable<'_>, key: &str, places: &mut Vec<std::ops::Range<usize>>) {
    for (name, value) in table.iter() {
        if name.get_ref() == key {
            places.push(name.span());
        }
        match value.get_ref() {
            DeValue::Table(inner) => key_places(inner, key, places),
            DeValue::Array(array) => {
                for inner in array.iter().filter_map(|element| element.get_ref().as_table()) {
                    key_places(inner, key, places);
                }
            }
            _ => {}
        }
    }
}
