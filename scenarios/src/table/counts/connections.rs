//! Entries of the connection table: `ipvsadm -Lnc`, and `/proc/net/ip_vs_conn`.

use std::net::SocketAddr;

use ipvslab_sim::{Protocol, Reached, ServiceKey};

use super::Entries;
use crate::table::Word;
use crate::table::listing::proc;
use crate::table::listing::section::Section;
use crate::table::names::HostNames;
use crate::table::refusal::Refusal;
use crate::table::word::{endpoint, unknown};

/// An entry, as far as it is counted.
pub(super) struct Entry {
    /// The service at the address that the client asked for; services by firewall mark are not shown.
    pub(super) key: ServiceKey,
    pub(super) endpoint: SocketAddr,
    pub(super) kind: Kind,
}

/// What an entry counts as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Active,
    Inactive,
    Persistent,
}

impl Kind {
    pub(super) fn field(self, entries: &mut Entries) -> &mut u64 {
        match self {
            Self::Active => &mut entries.active,
            Self::Inactive => &mut entries.inactive,
            Self::Persistent => &mut entries.persistent,
        }
    }
}

/// Reads a line; `None` for an entry of another protocol.
pub(super) fn read(
    section: Section,
    words: &[Word<'_>],
    names: &HostNames,
) -> Result<Option<Entry>, Refusal> {
    let protocol = match words[0].text {
        "TCP" => Protocol::Tcp,
        "UDP" => Protocol::Udp,
        "SCTP" => Protocol::Sctp,
        "IP" | "ICMP" => return Ok(None),
        _ => return Err(unknown(&words[0], "protocol", &["TCP", "UDP", "SCTP"])),
    };
    let (client, service, server, state) = match (section, words) {
        (Section::Connections, [_, _, state, client, service, server, ..]) => {
            let read = |word| {
                Ok(endpoint(word, protocol, names)?).map(|(ip, port)| SocketAddr::new(ip, port.unwrap_or(0)))
            };
            (read(client)?, read(service)?, read(server)?, state)
        }
        (Section::ProcConnections, [_, client, from, service, to, server, at, state, ..]) => {
            (proc::pair(client, from)?, proc::pair(service, to)?, proc::pair(server, at)?, state)
        }
        _ => {
            let message = format!("found {} columns, expected an entry of the connection table", words.len());
            return Err(Refusal::new(message).at(&words[0].span));
        }
    };
    let is_open = matches!(
        (protocol, state.text),
        (Protocol::Tcp, "SYN_SENT" | "SYN_RECV" | "SYNACK") | (Protocol::Tcp | Protocol::Sctp, "ESTABLISHED")
    );
    let kind = match client.port() {
        0 => Kind::Persistent,
        _ if is_open => Kind::Active,
        _ => Kind::Inactive,
    };
    let key = ServiceKey { protocol, reached: Reached::Address(service) };
    Ok(Some(Entry { key, endpoint: server, kind }))
}
