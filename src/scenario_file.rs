//! Reading a scenario for a command: problems go to stderr, with frames.

use std::io::{IsTerminal, stderr};
use std::path::Path;

use ipvslab_scenarios::{Loaded, Problem, ProblemKind, Problems, Scenario, Setting};

use crate::args::Colour;
use crate::exit::{Exit, Failure};

/// Whether warnings stop a command.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Warnings {
    /// They are told.
    Tell,
    /// They are errors.
    Refuse,
    /// They are not told.
    Hide,
}

/// Reads and checks a scenario, with what the command line says otherwise.
pub(crate) fn load(path: &Path, settings: &[Setting], warnings: Warnings) -> Result<Scenario, Failure> {
    let loaded = loaded(path, settings).map_err(|problems| failure(&problems))?;
    if !loaded.warnings.is_empty() {
        let text = loaded.render_warnings(colour());
        match warnings {
            Warnings::Refuse => return Err(Failure::new(Exit::InvalidInput, text)),
            Warnings::Tell => crate::print::talk(format_args!("{text}")),
            Warnings::Hide => {}
        }
    }
    let words = |warning: &Problem| format!("{}: {}", warning.path, warning.message);
    let mut scenario = loaded.scenario;
    scenario.warnings = loaded.warnings.iter().map(words).collect();
    Ok(scenario)
}

/// Reads and checks a scenario.
pub(crate) fn loaded(path: &Path, settings: &[Setting]) -> Result<Loaded, Problems> {
    ipvslab_scenarios::load_with(path, settings)
}

/// Problems as what a command ends with.
pub(crate) fn failure(problems: &Problems) -> Failure {
    let exit = match problems.kind() {
        ProblemKind::EmptyTrace => Exit::NothingSelected,
        ProblemKind::Invalid | ProblemKind::Unreadable => Exit::InvalidInput,
    };
    Failure::new(exit, problems.render(colour()))
}

/// Colours on stderr, by `--color`, or on a terminal that is not dumb unless `NO_COLOR` is set.
pub(crate) fn colour() -> bool {
    match Colour::chosen() {
        Colour::Always => return true,
        Colour::Never => return false,
        Colour::Auto => {}
    }
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if set("CLICOLOR_FORCE") {
        return true;
    }
    stderr().is_terminal() && !set("NO_COLOR") && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}
