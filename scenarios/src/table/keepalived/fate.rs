//! What becomes of keywords that no scenario has: passed over, warned of, or not known at all.

use super::keyword::{Check, Level};
use super::statement::Statement;
use super::{Reading, dialect};
use crate::problem::Problem;
use crate::suggest::{did_you_mean, printable};
use crate::table::refusal::Refusal;

const SCRIPTS: &str = "scripts are not run";
const SORRY: &str = "sorry servers are not simulated; below a quorum above 1, new connections are refused, and otherwise \
                     when no server is left";
const ALPHA: &str = "servers are listed from the start here, in the order of the file; keepalived adds them as their checks succeed";

/// What changes decisions, and why no scenario does it.
const NOT_SIMULATED: [(&str, &str); 11] = [
    ("omega", "keepalived never stops in a scenario"),
    ("hysteresis", "a scenario's quorum is lost and found at the same weight"),
    ("quorum_up", SCRIPTS),
    ("quorum_down", SCRIPTS),
    ("sorry_server", SORRY),
    ("sorry_server_inhibit", "sorry servers are not simulated"),
    ("sorry_server_lvs_method", "sorry servers are not simulated"),
    ("alpha", ALPHA),
    ("ha_suspend", "addresses that come and go are not simulated: checks continue"),
    ("fast_recovery", "a scenario's checks continue at their usual times"),
    (
        "misc_dynamic",
        "the script's exit code sets the server's weight, and scripts are not run; [controller] of a scenario sets weights by load",
    ),
];

/// Keywords that take a value, and without one keepalived stops.
const VALUED: [&str; 12] = [
    "bind_if",
    "bind_port",
    "bindto",
    "connect_ip",
    "connect_port",
    "digest",
    "fwmark",
    "misc_timeout",
    "sorry_server",
    "sorry_server_lvs_method",
    "track_file",
    "type",
];

impl Reading {
    /// A keyword that is not read: passed over, warned of, or unknown.
    pub(super) fn other(&mut self, statement: &Statement<'_>, level: Level) {
        let keyword = statement.keyword();
        if !level.knows(keyword) {
            // A block that there is not is an error already.
            if level == Level::Top || !statement.has_block() {
                self.unknown(statement, level);
            }
            return;
        }
        if VALUED.contains(&keyword) {
            self.value(statement);
        }
        if let Some(check) = Check::of(keyword).filter(|_| level == Level::Server) {
            let why = "this check is dropped; TCP_CHECK, HTTP_GET, SSL_GET, SMTP_CHECK and DNS_CHECK become [health] of the scenario";
            if !matches!(check, Check::Http | Check::Ssl) {
                self.warn_once(statement, check.name(), why);
            }
        } else if level == Level::Check(Check::File) && keyword == "weight" {
            let why =
                "it adds the number in the file, times this, to the server's weight; such files are not read";
            self.warn_once(statement, "weight", why);
        } else if let Some((name, why)) = NOT_SIMULATED.iter().find(|(name, _)| *name == keyword) {
            self.warn_once(statement, name, why);
        }
    }

    /// A keyword that its block does not know.
    fn unknown(&mut self, statement: &Statement<'_>, level: Level) {
        let word = &statement.words[0];
        if dialect::is_dpvs(word.text, level) {
            return self.refuse_dialect(word);
        }
        let what = if statement.has_block() { "the block" } else { "the line" };
        let message = format!("unknown keyword `{}`", printable(word.text, 60));
        let refusal = Refusal::new(message).at(&word.span);
        let help = former(word.text, level)
            .map(str::to_owned)
            .or_else(|| did_you_mean(word.text, level.keywords()))
            .or_else(|| elsewhere(word.text, level));
        let refusal = help.into_iter().fold(refusal, Refusal::help);
        self.warnings.push(refusal.passed_over(&format!("keepalived ignores {what}")));
    }

    /// Warns of a keyword, once.
    pub(super) fn warn_once(&mut self, statement: &Statement<'_>, keyword: &'static str, why: &str) {
        if self.warned.is_first(keyword) {
            let word = &statement.words[0];
            self.warnings.push(Problem::warning("", format!("`{keyword}`: {why}")).at(&word.span));
        }
    }
}

/// Keywords that other versions have, or other blocks by another name.
fn former(keyword: &str, level: Level) -> Option<&'static str> {
    Some(match (keyword, level) {
        ("nat_mask", Level::Service) => "keepalived 1 had it; keepalived 2 has no equivalent: remove it",
        ("net_mask", Level::Service) => {
            "keepalived 1 had `nat_mask`; keepalived 2 has no equivalent: remove it"
        }
        ("lb_kind", Level::Server) => "in a real server it is called `lvs_method`",
        ("virtualhost", Level::Check(_)) => "only HTTP_GET and SSL_GET have it",
        _ => return None,
    })
}

/// Where a keyword belongs that is known in another block.
fn elsewhere(keyword: &str, level: Level) -> Option<String> {
    let blocks = [(Level::Service, "virtual_server"), (Level::Server, "real_server")];
    let block = blocks.iter().find(|(other, _)| *other != level && other.knows(keyword))?.1;
    Some(format!("`{keyword}` belongs to `{block}`"))
}
