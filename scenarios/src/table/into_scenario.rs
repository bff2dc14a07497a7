//! A scenario to start from, made of one service of a table.
//!
//! A table says who is there and how connections are spread, not how many come and how much work they bring: these parts
//! come from a trace, or are made up, scaled to the farm, and marked (`farm`).

mod farm;

use std::fmt::{self, Write as _};

use ipvslab_schedulers::SchedulerKind;
use ipvslab_sim::{Persistence, Protocol, Reached, ipv4_mask};
use thiserror::Error;

use super::{Encapsulation, Method, Named, Service, SetTimeouts, health};
use crate::draft::{Draft, DraftError};
use crate::suggest::printable;

/// What becomes of settings that change decisions and that no scenario can express.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Loss {
    /// They are errors.
    #[default]
    Refuse,
    /// The nearest thing is written, with a comment.
    Comment,
}

/// What a scenario is made of besides a service.
#[derive(Clone, Copy, Default, Debug)]
pub struct Context<'a> {
    /// What the service was read from.
    pub origin: &'a str,
    /// The director's timeouts.
    pub timeouts: Option<SetTimeouts>,
    /// Comments for its top.
    pub notes: &'a [String],
    /// What becomes of what no scenario can express.
    pub loss: Loss,
    /// A trace that is to be played; without one, connections are made up.
    pub trace: Option<&'a Draft<'a>>,
}

/// Why a service makes no scenario.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum NoScenario {
    /// Settings that change decisions cannot be expressed; [`Loss::Comment`] writes the nearest thing.
    #[error("{}", .0.join("\n"))]
    Inexpressible(Vec<String>),
    /// There is no scenario of it at all.
    #[error("{message}")]
    Impossible {
        /// What is wrong.
        message: String,
        /// What to do.
        help: &'static str,
    },
    /// The trace makes no workload for it.
    #[error("{0}")]
    Trace(#[from] DraftError),
}

/// The most groups of servers that a scenario may have.
const MOST_SERVERS: usize = 4096;
/// The columns of a comment.
const WIDTH: usize = 110;

/// The text of a scenario about `service`.
///
/// # Errors
/// What cannot be expressed, unless the context allows for it; a service that has no server, more than a scenario, or none
/// of a weight above 0; and a trace that does not fit it.
pub fn to_scenario(service: &Service, context: &Context<'_>) -> Result<String, NoScenario> {
    check(service)?;
    let translated = Translated::of(service);
    if context.loss == Loss::Refuse && !translated.lost.is_empty() {
        return Err(NoScenario::Inexpressible(translated.lost));
    }
    let is_mark = matches!(service.key.reached, Reached::Mark { .. });
    let played = context.trace.map(|trace| trace.workload(is_mark, service.is_ipv6())).transpose()?;
    let run = context.trace.zip(played.as_ref()).map(|(trace, played)| (trace.facts, played));
    let mut text = String::new();
    let comments = context.notes.iter().chain(&translated.lost).chain(&translated.passed_over);
    head(&mut text, service, context.origin, comments);
    farm::run(&mut text, run);
    section(&mut text, service, &translated);
    context.timeouts.into_iter().for_each(|timeouts| time_outs(&mut text, timeouts));
    if let Some(health) = &service.health {
        put(&mut text, format_args!("\n{}", health::Section(health).to_string().trim_end()));
    }
    farm::write(&mut text, service, run);
    Ok(text)
}

/// Whether a scenario can have such servers at all.
fn check(service: &Service) -> Result<(), NoScenario> {
    let name = Named(service.key);
    let servers = service.servers.len();
    let (message, help) = if servers == 0 || servers > MOST_SERVERS {
        let message = format!("{name} has {servers} real servers, expected 1..={MOST_SERVERS}");
        (
            message,
            "a scenario is about a service with servers: choose another one, or add servers to a copy of the file",
        )
    } else if service.servers.iter().all(|server| server.weight == 0) {
        let message = format!("{name}: all weights are 0, expected a server that takes connections");
        (
            message,
            "such a service refuses every connection; to see what it would do, give a server a weight above 0 in a copy of the file",
        )
    } else {
        return Ok(());
    };
    Err(NoScenario::Impossible { message, help })
}

/// What a scenario says of a service's settings.
struct Translated {
    forwarding: &'static str,
    flags: Vec<&'static str>,
    protocol: &'static str,
    /// Settings that change decisions and are not in the scenario.
    lost: Vec<String>,
    /// Settings that change nothing that is simulated.
    passed_over: Vec<String>,
}

impl Translated {
    fn of(service: &Service) -> Self {
        let (mut lost, mut passed_over) = (Vec::new(), Vec::new());
        let is_mark = matches!(service.key.reached, Reached::Mark { .. });
        let protocol = match service.key.protocol {
            Protocol::Sctp => {
                lost.push("SCTP: scenarios support TCP and UDP; the closest is TCP".to_owned());
                "tcp"
            }
            Protocol::Udp => "udp",
            Protocol::Tcp if is_mark && service.one_packet => "udp",
            Protocol::Tcp => "tcp",
        };
        if is_mark {
            passed_over.push(format!(
                "a firewall mark is for all protocols; the scenario's connections are {protocol}"
            ));
        }
        if let Some(engine) = &service.engine {
            let nearest = "the closest is persistence by the client's address";
            lost.push(format!(
                "persistence engine {engine}: scenarios have no payload to look into; {nearest}"
            ));
        }
        let forwarding = forwarding(service, &mut lost);
        let other_tunnels = service.servers.iter().filter(|server| {
            matches!(server.method, Method::Tunnel(Encapsulation::Gue { .. } | Encapsulation::Gre(_)))
        });
        let other_tunnels = other_tunnels.count();
        if other_tunnels > 0 {
            passed_over.push(format!(
                "{other_tunnels} tunnels of type gue or gre: how packets are wrapped changes no decision"
            ));
        }
        let names: Vec<&str> = service.flags.names(service.scheduler).collect();
        let (flags, unread): (Vec<_>, Vec<_>) =
            names.into_iter().partition(|name| !name.starts_with("flag-"));
        if !unread.is_empty() {
            passed_over.push(format!("{}: {} has no such flag", unread.join(", "), service.scheduler));
        }
        Self { forwarding, flags, protocol, lost, passed_over }
    }
}

/// The one way in which a scenario's servers are reached: that of most of the service's.
fn forwarding(service: &Service, lost: &mut Vec<String>) -> &'static str {
    let mut ways = [("masq", 0), ("gate", 0), ("tunnel", 0)];
    for server in &service.servers {
        ways[match server.method {
            Method::Masquerade => 0,
            Method::DirectRoute => 1,
            Method::Tunnel(_) => 2,
        }]
        .1 += 1;
    }
    // Only tunnels reach servers of the other family.
    let needs_tunnel = service.servers.iter().any(|server| server.endpoint.is_ipv6() != service.is_ipv6());
    let most = ways.into_iter().rev().max_by_key(|&(_, count)| count).map_or("masq", |(way, _)| way);
    let way = if needs_tunnel { "tunnel" } else { most };
    let used: Vec<String> =
        ways.iter().filter(|(_, count)| *count > 0).map(|(way, count)| format!("{count} by {way}")).collect();
    if used.len() > 1 {
        lost.push(format!(
            "servers reached in different ways ({}): a scenario has one; the closest is {way}",
            used.join(", ")
        ));
    }
    way
}

fn head<'a>(text: &mut String, service: &Service, origin: &str, comments: impl Iterator<Item = &'a String>) {
    let title = format!("{} from {}", Named(service.key), printable(origin, 200));
    put(text, format_args!("# One virtual service of {}.", printable(origin, 200)));
    put(
        text,
        format_args!(
            "# Times, rates and the like have units: \"250ms\", \"10min\", \"2000/s\". Every key: docs/scenario-format.md."
        ),
    );
    for comment in comments {
        put(text, format_args!("{}", Comment(&format!("Note: {}.", printable(comment, 400)))));
    }
    put(text, format_args!("\ntitle = {}\n", Quoted(&title)));
}

fn section(text: &mut String, service: &Service, translated: &Translated) {
    put(text, format_args!("[service]"));
    match service.key.reached {
        Reached::Address(address) => put(text, format_args!("address = \"{address}\"")),
        Reached::Mark { mark, .. } => put(text, format_args!("fwmark = {mark}")),
    }
    if translated.protocol != "tcp" {
        put(text, format_args!("protocol = \"{}\"", translated.protocol));
    }
    put(text, format_args!("forwarding = \"{}\"", translated.forwarding));
    let own = service.scheduler;
    let other = if own == SchedulerKind::Wlc { SchedulerKind::Rr } else { SchedulerKind::Wlc };
    put(
        text,
        format_args!(
            "schedulers = [\"{own}\"]        # ipvslab compare … --schedulers {own},{other} compares others"
        ),
    );
    if !translated.flags.is_empty() {
        let flags: Vec<String> = translated.flags.iter().map(|flag| format!("\"{flag}\"")).collect();
        put(text, format_args!("flags = [{}]", flags.join(", ")));
    }
    if let Some(Persistence { timeout, prefix }) = service.persistence {
        put(text, format_args!("persistent = \"{}s\"", timeout.as_nanos() / 1_000_000_000));
        match service.is_ipv6() {
            true if prefix != 128 => put(text, format_args!("netmask = {prefix}")),
            false if prefix != 32 => put(text, format_args!("netmask = \"{}\"", ipv4_mask(prefix))),
            _ => {}
        }
    }
    if service.one_packet {
        put(text, format_args!("one_packet = true"));
    }
    put(
        text,
        format_args!(
            "# kernel = \"6.1.170\"         # the director's (uname -r): how connections are counted changed in mid-2026"
        ),
    );
}

fn time_outs(text: &mut String, set: SetTimeouts) {
    let given = [("established", set.tcp_s), ("fin_wait", set.tcp_fin_s), ("udp", set.udp_s)];
    let given: Vec<_> = given.iter().filter(|(_, seconds)| *seconds > 0).collect();
    if !given.is_empty() {
        put(text, format_args!("\n[service.timeouts]"));
    }
    for (name, seconds) in given {
        put(text, format_args!("{name} = \"{seconds}s\""));
    }
}

fn put(text: &mut String, line: fmt::Arguments<'_>) {
    writeln!(text, "{line}").expect("memory");
}

/// Text as the lines of a comment.
struct Comment<'a>(&'a str);

impl fmt::Display for Comment<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut column = 1;
        f.write_str("#")?;
        for word in self.0.split(' ') {
            if column + 1 + word.len() > WIDTH {
                f.write_str("\n#  ")?;
                column = 3;
            }
            write!(f, " {word}")?;
            column += 1 + word.len();
        }
        Ok(())
    }
}

/// Printable text as a TOML string.
struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0.replace('\\', "\\\\").replace('"', "\\\""))
    }
}
