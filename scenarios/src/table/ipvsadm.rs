//! What `ipvsadm -S` writes and `ipvsadm -R` reads; what `ipvsadm -L` shows is read in `listing`.
//!
//! A line is a command line without quotes, `ipvsadm` in front or not: `-A` adds a service, `-a` a real server to one that
//! was added before, `--set` sets timeouts. Anything else that `-R` would carry out changes or shows a running table
//! and is refused here, as comments are, which `-R` refuses too. Blank lines are passed over. As ipvsadm 1.31 does it.

mod command;
mod method;
mod option;
#[cfg(test)]
mod tests;
mod write;

use self::command::Command;
pub use self::write::{Named, Thresholds, write};
use super::names::HostNames;
use super::rules::Draft;
use super::word::lines;
use super::{Imported, Word, listing};
use crate::problem::{Problem, ProblemKind, Problems};
use crate::sources::Sources;

/// What a reader should know of the order of a saved table.
const ORDER: &str = "servers are in the order of the file, as `ipvsadm -R` adds them; `ipvsadm -S` sorts them by address, so the director that saved it may break ties differently (`ipvsadm -Ln --nosort` shows its list, head first)";

/// Reads a table that `ipvsadm -S` saved or the director shows, and that messages call `origin`.
///
/// # Errors
/// Everything that `ipvsadm -R` would refuse or misunderstand, at once; an option is never passed over in silence. Of a listing, what
/// is no table.
pub fn read(text: &str, origin: &str, names: &HostNames) -> Result<Imported, Problems> {
    if listing::section::is_shown(text) {
        return listing::read(text, origin, names);
    }
    if let Some(word) = lines(text).find_map(|line| is_keepalived_s(&line[0]).then(|| line[0].clone())) {
        let help = "`ipvslab import keepalived FILE` reads it";
        let problem = Problem::error("", "this is a configuration of keepalived").at(&word.span).help(help);
        return Err(Problems::new(ProblemKind::Invalid, origin, text, vec![problem]));
    }
    saved(text, origin, names)
}

/// Whether a line that begins with this word is of `keepalived.conf`.
fn is_keepalived_s(word: &Word<'_>) -> bool {
    matches!(word.text, "virtual_server" | "virtual_server_group" | "global_defs" | "vrrp_instance")
}

/// Whether a text is what ipvsadm saves or shows.
pub(super) fn is_ipvsadm_s(text: &str) -> bool {
    let first = lines(text).next().and_then(|line| line.into_iter().find(|word| word.text != "ipvsadm"));
    let is_command = |word: Word<'_>| {
        matches!(word.text, "--set" | "--add-service" | "--add-server")
            || word.text.starts_with("-A")
            || word.text.starts_with("-a")
    };
    listing::section::is_shown(text) || first.is_some_and(is_command)
}

/// As [`read`], with the names of services that Debian has, and of no hosts.
///
/// # Errors
/// As [`read`].
pub fn parse(text: &str, origin: &str) -> Result<Imported, Problems> {
    read(text, origin, &HostNames::default())
}

fn saved(text: &str, origin: &str, names: &HostNames) -> Result<Imported, Problems> {
    let mut draft = Draft::default();
    let (mut problems, mut warnings) = (Vec::new(), Vec::new());
    let mut lost_service = false;
    for line in lines(text) {
        match command::read(&line, names) {
            Ok(Command::AddService(service, span)) => {
                let added = draft.add_service(*service, &span);
                lost_service |= added.is_err();
                problems.extend(added.err().map(Problem::from));
            }
            Ok(Command::AddServer(key, server, span)) => match draft.add_server(key, server, &span) {
                Ok(odd) => warnings.extend(odd),
                // Where a service could not be read, its servers are not at fault.
                Err(_) if lost_service => {}
                Err(refusal) => problems.push(refusal.into()),
            },
            Ok(Command::Set(timeouts)) => draft.table.timeouts = Some(timeouts),
            Err(refusal) => {
                lost_service = true;
                problems.push(refusal.into());
            }
        }
    }
    if problems.is_empty() && draft.table.services.is_empty() {
        problems.push(Problem::error("", "there is no service").help("`ipvsadm -Sn > FILE` saves a table"));
    }
    if problems.is_empty() {
        Ok(Imported { table: draft.table, warnings, order: ORDER, sources: Sources::one(origin, text) })
    } else {
        Err(Problems::new(ProblemKind::Invalid, origin, text, problems))
    }
}
