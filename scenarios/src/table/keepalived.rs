//! What `keepalived.conf` says about virtual servers.
//!
//! Read: `virtual_server`, `virtual_server_group`, and the time-outs in `global_defs`. Checks of TCP and HTTP are read; of other
//! ones, and of the rest of what keepalived does when a server fails, each keyword is warned of once. VRRP, BFD and the
//! like are passed over. What may bring in other text (`include`, `$NAME=`, `@host`, `~SEQ`) is refused; let keepalived write the whole
//! (`keepalived --dump-conf`), or resolve it by hand. Written after keepalived's SYNOPSIS and keyword tables, 2.2.

mod check;
mod group;
mod keyword;
mod method;
mod server;
mod statement;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use ipvslab_sim::Protocol;

use self::group::Group;
use self::statement::Statement;
use super::rules::{Draft, Once};
use super::word::{number, unknown};
use super::{Imported, SetTimeouts};
use crate::problem::{Problem, ProblemKind, Problems};
use crate::table::refusal::Refusal;
use crate::table::rules::LONGEST_S;

/// What a reader should know of the order of servers.
pub const ORDER: &str = "servers are in the order of the file, as keepalived adds them at its start; servers that failed and came back \
are at the head of the kernel's list, whatever the file says";

/// Reads a configuration that messages call `origin`.
///
/// # Errors
/// Everything that keepalived or the kernel would refuse, and what could be read only in part, at once.
pub fn parse(text: &str, origin: &str) -> Result<Imported, Problems> {
    let mut reading = Reading::default();
    match statement::read(text) {
        Ok(statements) => reading.file(&statements),
        Err(refusal) => reading.problems.push(refusal.into()),
    }
    let Reading { draft, mut problems, warnings, .. } = reading;
    if problems.is_empty() && draft.table.services.is_empty() {
        problems.push(Problem::error("", "there is no virtual_server"));
    }
    if problems.is_empty() {
        Ok(Imported { table: draft.table, warnings, origin: origin.to_owned(), text: text.to_owned() })
    } else {
        Err(Problems::new(ProblemKind::Invalid, origin, text, problems))
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
    fn file(&mut self, statements: &[Statement<'_>]) {
        // Groups may stand behind the servers that name them.
        let mut groups: HashMap<&str, Group> = HashMap::new();
        for statement in statements.iter().filter(|statement| statement.keyword() == "virtual_server_group") {
            match group::read(statement) {
                Ok((name, group)) => drop(groups.insert(name, group)),
                Err(refusal) => self.problems.push(refusal.into()),
            }
        }
        for statement in statements {
            match statement.keyword() {
                "virtual_server" => {
                    let result = server::read(statement, &groups, self);
                    self.problems.extend(result.err().map(Problem::from));
                }
                "virtual_server_group" => {}
                "global_defs" => self.global(statement),
                other if keyword::PASSED_OVER.contains(&other) => {}
                _ => self.problems.push(unknown(&statement.words[0], "keyword", &keyword::TOP).into()),
            }
        }
    }

    /// `global_defs`: the names that begin with `lvs_` are known, others have nothing to do with IPVS.
    fn global(&mut self, statement: &Statement<'_>) {
        for inner in statement.block() {
            let word = &inner.words[0];
            match word.text {
                "lvs_timeouts" => match timeouts(inner) {
                    Ok(timeouts) => self.draft.table.timeouts = Some(timeouts),
                    Err(refusal) => self.problems.push(refusal.into()),
                },
                "lvs_sync_daemon" => {
                    self.warn(inner, "lvs_sync_daemon", "the synchronisation of directors is not modelled")
                }
                name if keyword::GLOBAL_LVS.contains(&name) => {}
                name if name.starts_with("lvs_") => {
                    self.problems.push(unknown(word, "keyword", &keyword::GLOBAL_LVS).into());
                }
                _ => {}
            }
        }
    }

    /// Warns of a keyword, once.
    fn warn(&mut self, statement: &Statement<'_>, keyword: &'static str, why: &str) {
        if self.warned.is_first(keyword) {
            let word = &statement.words[0];
            self.warnings.push(Problem::warning("", format!("`{keyword}`: {why}")).at(&word.span));
        }
    }
}

/// `lvs_timeouts tcp 900 tcpfin 120 udp 300`, in any order, not all needed.
fn timeouts(statement: &Statement<'_>) -> Result<SetTimeouts, Refusal> {
    let mut set = SetTimeouts::default();
    let pairs = statement.words[1..].chunks_exact(2);
    if !pairs.remainder().is_empty() || statement.words.len() == 1 {
        let refusal = Refusal::new("expected names with seconds").at(&statement.words[0].span);
        return Err(refusal.help("`lvs_timeouts tcp 900 tcpfin 120 udp 300`"));
    }
    for pair in pairs {
        let field = match pair[0].text {
            "tcp" => &mut set.tcp_s,
            "tcpfin" => &mut set.tcp_fin_s,
            "udp" => &mut set.udp_s,
            _ => return Err(unknown(&pair[0], "time-out", &["tcp", "tcpfin", "udp"])),
        };
        *field = number(&pair[1], "seconds", 0..=LONGEST_S)?;
    }
    Ok(set)
}

/// A protocol as keepalived spells it.
fn protocol(word: &super::Word<'_>) -> Result<Protocol, Refusal> {
    match word.text.to_ascii_uppercase().as_str() {
        "TCP" => Ok(Protocol::Tcp),
        "UDP" => Ok(Protocol::Udp),
        "SCTP" => Ok(Protocol::Sctp),
        _ => Err(unknown(word, "protocol", &["TCP", "UDP", "SCTP"])),
    }
}
