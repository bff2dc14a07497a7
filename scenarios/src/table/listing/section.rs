//! Which output a part of a text is, by its headings.

use crate::table::refusal::Refusal;

/// An output of the director.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(in crate::table) enum Section {
    /// `ipvsadm -Ln`, sorted or not.
    List,
    /// `ipvsadm -Ln --tun-info`.
    Tunnels,
    /// `/proc/net/ip_vs`.
    Proc,
    /// `ipvsadm -Ln --thresholds`.
    Thresholds,
    /// `ipvsadm -Ln --persistent-conn`.
    Persistent,
    /// `ipvsadm -Ln --stats`.
    Stats,
    /// `ipvsadm -Ln --rate`.
    Rate,
    /// `ipvsadm -Lnc`.
    Connections,
    /// `/proc/net/ip_vs_conn`, or `ip_vs_conn_sync`.
    ProcConnections,
    /// `/proc/net/ip_vs_stats`.
    ProcStats,
    /// `/proc/net/ip_vs_stats_percpu`.
    ProcStatsPerCpu,
    /// `ipvsadm -Ln --timeout`.
    Timeout,
    /// What node_exporter says.
    Exporter,
    /// No heading came yet.
    Unknown,
}

impl Section {
    /// The section that a heading begins; `None` for other lines.
    pub(super) fn begun_by(line: &str) -> Option<Self> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let has = |word: &str| words.contains(&word);
        Some(match words.as_slice() {
            ["IP", "Virtual", "Server", "version", ..] => Self::Unknown,
            ["Prot", "LocalAddress:Port", ..] if has("Scheduler") => Self::List,
            ["Prot", "LocalAddress:Port", ..] if has("Conns") => Self::Stats,
            ["Prot", "LocalAddress:Port", ..] if has("CPS") => Self::Rate,
            ["Prot", "LocalAddress:Port", ..] if has("Uthreshold") => Self::Thresholds,
            ["Prot", "LocalAddress:Port", ..] if has("PersistConn") => Self::Persistent,
            ["->", "RemoteAddress:Port", "Forward", "TunnelInfo", ..] => Self::Tunnels,
            // The kernel puts one blank between its columns, ipvsadm more.
            ["->", "RemoteAddress:Port", "Forward", ..] if line.contains("Port Forward") => Self::Proc,
            ["IPVS", "connection", "entries"] | ["pro", "expire", ..] => Self::Connections,
            ["Pro", "FromIP", ..] => Self::ProcConnections,
            ["Total", "Incoming", "Outgoing", "Incoming", "Outgoing"] => Self::ProcStats,
            ["CPU", "Conns", ..] => Self::ProcStatsPerCpu,
            ["Timeout", "(tcp", "tcpfin", "udp):", ..] => Self::Timeout,
            ["#", "HELP" | "TYPE", name, ..] if name.starts_with("node_ipvs_") => Self::Exporter,
            [name, ..] if name.starts_with("node_ipvs_") => Self::Exporter,
            _ => return None,
        })
    }

    /// Whether a line is a heading and nothing else.
    pub(super) fn is_heading(line: &str) -> bool {
        let first = line.split_whitespace().next().unwrap_or_default();
        let second = line.split_whitespace().nth(1);
        matches!(first, "IP" | "Prot" | "IPVS" | "pro" | "Pro" | "#" | "Total" | "CPU" | "Conns" | "Conns/s")
            || (first == "->" && second == Some("RemoteAddress:Port"))
    }

    /// Whether it shows schedulers, weights, and how servers are reached.
    pub(super) fn is_table(self) -> bool {
        matches!(self, Self::List | Self::Tunnels | Self::Proc)
    }

    /// Whose output it is, and what it lacks for a table.
    fn described(self) -> (&'static str, &'static str) {
        match self {
            Self::List => ("ipvsadm -Ln", "nothing"),
            Self::Tunnels => ("ipvsadm -Ln --tun-info", "nothing"),
            Self::Proc => ("/proc/net/ip_vs", "nothing"),
            Self::Thresholds => ("ipvsadm -Ln --thresholds", "no weights, and not how servers are reached"),
            Self::Persistent => ("ipvsadm -Ln --persistent-conn", "not how servers are reached"),
            Self::Stats => ("ipvsadm -Ln --stats", "neither schedulers nor weights"),
            Self::Rate => ("ipvsadm -Ln --rate", "neither schedulers nor weights"),
            Self::Connections => ("ipvsadm -Lnc", "connections, and no schedulers or weights"),
            Self::ProcConnections => ("/proc/net/ip_vs_conn", "connections, and no schedulers or weights"),
            Self::ProcStats => ("/proc/net/ip_vs_stats", "totals of the whole director"),
            Self::ProcStatsPerCpu => ("/proc/net/ip_vs_stats_percpu", "totals of the whole director"),
            Self::Timeout => ("ipvsadm -Ln --timeout", "timeouts alone"),
            Self::Exporter => ("node_exporter", "no schedulers, and not how servers are reached"),
            Self::Unknown => ("ipvsadm -Ln", "no service"),
        }
    }
}

/// Whether a text is something that a director shows, by its first line of several words.
pub(in crate::table) fn is_shown(text: &str) -> bool {
    let line = text.lines().find(|line| !line.trim().is_empty());
    line.is_some_and(|line| Section::begun_by(line).is_some() || super::row::is_row(line))
}

/// Whether any of the sections of a text is a table.
///
/// # Errors
/// Otherwise: whose output it is, and what to run instead.
pub(super) fn has_a_table(
    sections: impl Iterator<Item = Section> + Clone,
    text: &str,
) -> Result<(), Refusal> {
    if sections.clone().any(Section::is_table) {
        return Ok(());
    }
    let is_named = |section: &Section| !matches!(section, Section::Timeout | Section::Unknown);
    let headed = || text.lines().filter_map(Section::begun_by);
    let named = sections.clone().find(is_named).or_else(|| headed().find(is_named));
    let section = named.or_else(|| headed().next_back()).unwrap_or(Section::Unknown);
    let (program, shown) = section.described();
    let begin = text.len() - text.trim_start().len();
    let end = text[begin..].find('\n').map_or(text.len(), |end| begin + end);
    let message = match section {
        Section::List | Section::Tunnels | Section::Proc | Section::Unknown => {
            format!("`{program}` shows no service")
        }
        _ => format!("this is what `{program}` shows: {shown}"),
    };
    let help = "`ipvsadm -Sn` or `ipvsadm -Ln` on the director shows what a scenario needs";
    Err(Refusal::new(message).at(&(begin..end)).help(help))
}
