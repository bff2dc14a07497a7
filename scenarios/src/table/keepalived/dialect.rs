//! DPVS's dialect: its keepalived is for another data plane, in user space, with keywords of its own.

use super::Reading;
use super::keyword::Level;
use crate::problem::Problem;
use crate::suggest::printable;
use crate::table::Word;

const TOP: [&str; 4] = ["local_address_group", "deny_address_group", "allow_address_group", "tunnel_group"];

const SERVICE: [&str; 16] = [
    "bps",
    "daddr_group_name",
    "dst-range",
    "establish_timeout",
    "expire_quiescent_conn",
    "hash_target",
    "iif",
    "laddr_group_name",
    "limit_proportion",
    "oif",
    "proxy_protocol",
    "quic",
    "src-range",
    "syn_proxy",
    "vip_bind_dev",
    "waddr_group_name",
];

/// Its ways to reach servers, and its scheduler.
const VALUES: [&str; 3] = ["FNAT", "SNAT", "conhash"];

/// Whether a keyword is DPVS's.
pub(super) fn is_dpvs(keyword: &str, level: Level) -> bool {
    match level {
        Level::Top => TOP.contains(&keyword),
        Level::Service => SERVICE.contains(&keyword),
        _ => false,
    }
}

impl Reading {
    /// Says of a word that it is DPVS's, if it is, once.
    pub(super) fn refuse_dialect(&mut self, word: &Word<'_>) {
        let known = TOP.iter().chain(&SERVICE).chain(&VALUES).find(|known| **known == word.text);
        let Some(known) = known else { return };
        if self.warned.is_first(known) {
            let message = format!(
                "`{}` belongs to DPVS's keepalived: DPVS is not IPVS and is not simulated",
                printable(word.text, 60)
            );
            let help = "to see what IPVS would do with the rest, import a copy without it";
            self.problems.push(Problem::error("", message).at(&word.span).help(help));
        }
    }
}
