//! What `keepalived.conf` says about virtual servers, as keepalived 2.2.7 reads it; 2.3.4 does the same.
//!
//! Read: `virtual_server`, `virtual_server_group`, and the timeouts in `global_defs`, with all files that are included, definitions,
//! conditions and sequences (`text`). Where keepalived complains and goes on, so does this, with a warning that says what keepalived
//! does; errors are what keepalived stops at, braces and quotes that do not match, and what is not IPVS. VRRP, BFD and the like are passed over.

mod check;
mod dialect;
mod fate;
mod group;
mod keyword;
mod method;
mod real_server;
mod service;
mod statement;
#[cfg(test)]
mod tests;
mod text;
mod value;
mod virtual_server;

use std::collections::HashMap;
use std::ops::Range;

use self::group::Group;
use self::keyword::Level;
use self::statement::Statement;
pub use self::text::{Files, NoFiles, Unreadable};
use self::text::{Identity, Line};
use super::rules::{Draft, Once};
use super::{Imported, SetTimeouts, Table, Word};
use crate::problem::{Problem, ProblemKind, Problems};
use crate::sources::Sources;
use crate::suggest::{listed, nearest, printable};
use crate::table::refusal::Refusal;
use crate::table::rules::LONGEST_S;

/// What a reader should know of the order of servers.
const ORDER: &str = "servers are in the order of the file, as keepalived adds them at its start; servers that failed and came back are at the head of the kernel's list, regardless of the file";

/// The most directors that a file may tell apart.
const MOST_DIRECTORS: usize = 64;

/// Reads a configuration that is one file, which messages call `origin`.
///
/// # Errors
/// As of [`read`]; a file that is included is not there.
pub fn parse(text: &str, origin: &str) -> Result<Imported, Problems> {
    read(text, origin, None, &NoFiles)
}

/// Reads the configuration that is at `path`, and the files that it includes. `director` is which one reads it (`keepalived --config-id`),
/// for lines that begin with `@`.
///
/// # Errors
/// Everything at which keepalived stops, and what could be read only in part, at once; warnings are among them then, since
/// they may say why.
pub fn read(
    text: &str,
    path: &str,
    director: Option<&str>,
    files: &impl Files,
) -> Result<Imported, Problems> {
    if super::ipvsadm::is_ipvsadm_s(text) {
        let help = "`ipvslab import ipvsadm FILE` reads it";
        let problem = Problem::error("", "this is what ipvsadm saves or shows")
            .at(&(0..text.trim_end().len()))
            .help(help);
        return Err(Problems::new(ProblemKind::Invalid, path, text, vec![problem]));
    }
    let read = Configuration::read(text, path, director, files);
    match (director, &read.condition) {
        (None, Some(condition)) => {
            let condition = condition.clone();
            let others = read.ids.iter().take(MOST_DIRECTORS);
            let differs = |id: &String| {
                Configuration::read(text, path, Some(id), files).reading.draft.table
                    != read.reading.draft.table
            };
            let ids: Vec<String> = others.filter(|id| differs(id)).cloned().collect();
            read.finish(&ids, &condition)
        }
        _ => read.finish(&[], &(0..0)),
    }
}

/// What one director makes of a configuration.
struct Configuration {
    reading: Reading,
    sources: Sources,
    /// The directors that lines are for, and the first of these lines.
    ids: std::collections::BTreeSet<String>,
    condition: Option<Range<usize>>,
}

impl Configuration {
    fn read(text: &str, path: &str, director: Identity<'_>, files: &impl Files) -> Self {
        let text::Read { lines, sources, problems, ids, condition } = text::read(path, text, director, files);
        let mut reading = Reading::default();
        for problem in problems {
            reading.add(problem);
        }
        reading.lines(&lines, &sources);
        Self { reading, sources, ids, condition }
    }

    /// The table, unless there are errors; it depends on the director if there are `ids`, by lines such as that at `condition`.
    fn finish(self, ids: &[String], condition: &Range<usize>) -> Result<Imported, Problems> {
        let Reading { draft, mut problems, warnings, .. } = self.reading;
        if !ids.is_empty() {
            let names = listed(ids.iter().map(String::as_str));
            let message = format!("lines are for one director only: {names}");
            let help =
                ids.iter().map(|id| format!("`--config-id {}`", printable(id, 60))).collect::<Vec<_>>();
            let help = format!("{}; any other name selects none of these lines", help.join(" or "));
            problems.push(Problem::error("", message).at(condition).help(help));
        }
        let Table { services, .. } = &draft.table;
        if problems.is_empty() && services.is_empty() {
            let left = if warnings.is_empty() { "" } else { " left" };
            problems.push(Problem::error("", format!("there is no virtual_server with real servers{left}")));
        }
        if problems.is_empty() {
            Ok(Imported { table: draft.table, warnings, order: ORDER, sources: self.sources })
        } else {
            problems.extend(warnings);
            Err(Problems::within(ProblemKind::Invalid, self.sources, problems))
        }
    }
}

/// What is collected on the way.
#[derive(Default)]
struct Reading {
    draft: Draft,
    problems: Vec<Problem>,
    warnings: Vec<Problem>,
    warned: Once,
}

impl Reading {
    fn lines(&mut self, lines: &[Line], sources: &Sources) {
        let statements = statement::read(lines, sources, &mut self.problems);
        // Groups may stand behind the servers that name them.
        let mut groups: HashMap<&str, Group> = HashMap::new();
        for statement in statements.iter().filter(|statement| statement.keyword() == "virtual_server_group") {
            if let Some((name, group)) = group::read(statement, self) {
                groups.entry(name).or_insert(group);
            }
        }
        for statement in &statements {
            match statement.keyword() {
                "virtual_server" => virtual_server::read(statement, &groups, self),
                "virtual_server_group" => {}
                "global_defs" => statement.block().iter().for_each(|inner| self.global(inner)),
                _ => self.other(statement, Level::Top),
            }
        }
    }

    /// A line of `global_defs`: the names that begin with `lvs_` are known, others have nothing to do with IPVS.
    fn global(&mut self, statement: &Statement<'_>) {
        let word = &statement.words[0];
        match word.text {
            "lvs_timeouts" => self.timeouts(statement),
            "lvs_sync_daemon" => {
                let why = "the synchronisation of directors is not modelled";
                self.warn_once(statement, "lvs_sync_daemon", why);
            }
            name if keyword::GLOBAL.contains(&name) => {}
            name => {
                let near = nearest(name, keyword::GLOBAL);
                if name.starts_with("lvs_") || near.is_some() {
                    let refusal =
                        Refusal::new(format!("unknown keyword `{}`", printable(name, 60))).at(&word.span);
                    let help = near.map_or_else(
                        || format!("one of {}", listed(keyword::GLOBAL)),
                        |near| format!("did you mean `{near}`?"),
                    );
                    self.warnings.push(refusal.help(help).passed_over("keepalived ignores the line"));
                }
            }
        }
    }

    /// `lvs_timeouts tcp 900 tcpfin 120 udp 300`, in any order, not all needed.
    fn timeouts(&mut self, statement: &Statement<'_>) {
        let mut set = self.draft.table.timeouts.unwrap_or_default();
        let mut words = statement.words[1..].iter();
        while let Some(name) = words.next() {
            let field = match name.text {
                "tcp" => &mut set.tcp_s,
                "tcpfin" => &mut set.tcp_fin_s,
                "udp" => &mut set.udp_s,
                _ => {
                    let refusal = super::word::unknown(name, "timeout", &["tcp", "tcpfin", "udp"]);
                    self.warnings.push(refusal.passed_over("keepalived ignores it"));
                    continue;
                }
            };
            match words.next().map(|word| value::number(word, "seconds", 0..=LONGEST_S)) {
                Some(Ok(seconds)) => *field = seconds,
                Some(Err(refusal)) => self.warnings.push(refusal.passed_over("keepalived ignores it")),
                None => self.warn(&name.span, format!("`{}` has no value: keepalived ignores it", name.text)),
            }
        }
        if statement.words.len() == 1 {
            let message = "`lvs_timeouts` has no values: keepalived ignores it";
            let help = "`lvs_timeouts tcp 900 tcpfin 120 udp 300`";
            self.warnings.push(Problem::warning("", message).at(&statement.words[0].span).help(help));
        }
        if set != SetTimeouts::default() {
            self.draft.table.timeouts = Some(set);
        }
    }

    fn add(&mut self, problem: Problem) {
        match problem.level {
            crate::problem::Level::Error => self.problems.push(problem),
            crate::problem::Level::Warning => self.warnings.push(problem),
        }
    }

    fn warn(&mut self, span: &Range<usize>, message: String) {
        self.warnings.push(Problem::warning("", message).at(span));
    }

    /// The first value of a keyword. Without one keepalived stops.
    fn value<'s, 'a>(&mut self, statement: &'s Statement<'a>) -> Option<&'s Word<'a>> {
        match statement.value() {
            Ok(word) => Some(word),
            Err(refusal) => {
                self.problems.push(refusal.into());
                None
            }
        }
    }

    /// What keepalived reads of a line, or nothing if it complains and ignores it.
    fn or_ignored<T>(&mut self, value: Result<T, Refusal>) -> Option<T> {
        match value {
            Ok(value) => Some(value),
            Err(refusal) => {
                self.warnings.push(refusal.passed_over("keepalived ignores the line"));
                None
            }
        }
    }
}
