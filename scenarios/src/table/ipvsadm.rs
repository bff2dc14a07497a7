//! What `ipvsadm -Sn` writes and `ipvsadm -R` reads.
//!
//! A line is a command line without quotes, `ipvsadm` in front or not: `-A` adds a service, `-a` a real server to one that
//! was added before, `--set` sets time-outs. Anything else that `-R` would carry out changes or shows a running table
//! and is refused here, as comments are, which `-R` refuses too. Blank lines are passed over. As ipvsadm 1.31 does it.

mod command;
mod method;
mod option;
#[cfg(test)]
mod tests;
mod write;

use self::command::Command;
pub use self::write::{Named, Thresholds, write};
use super::rules::Draft;
use super::{Imported, Word};
use crate::problem::{Problem, ProblemKind, Problems};
use crate::sources::Sources;

/// What a reader should know of the order of a saved table.
pub const ORDER: &str = "servers are in the order of the file, as `ipvsadm -R` adds them; `ipvsadm -S` sorts them by address, so \
the director that saved it may break ties otherwise (`ipvsadm -Ln --nosort` shows its list, head first)";

/// Reads a table that messages call `origin`.
///
/// # Errors
/// Everything that `ipvsadm -R` would refuse or misunderstand, at once; an option is never passed over in silence.
pub fn parse(text: &str, origin: &str) -> Result<Imported, Problems> {
    let mut draft = Draft::default();
    let (mut problems, mut warnings) = (Vec::new(), Vec::new());
    let mut lost_service = false;
    for line in lines(text) {
        match command::read(&line) {
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
        Ok(Imported { table: draft.table, warnings, sources: Sources::one(origin, text) })
    } else {
        Err(Problems::new(ProblemKind::Invalid, origin, text, problems))
    }
}

/// The words of every line that has any.
fn lines(text: &str) -> impl Iterator<Item = Vec<Word<'_>>> {
    let mut start = 0;
    text.split('\n').filter_map(move |line| {
        let begin = start;
        start += line.len() + 1;
        let mut words = Vec::new();
        let mut at = 0;
        for word in line.split([' ', '\t', '\r']) {
            if !word.is_empty() {
                words.push(Word { text: word, span: begin + at..begin + at + word.len() });
            }
            at += word.len() + 1;
        }
        (!words.is_empty()).then_some(words)
    })
}
