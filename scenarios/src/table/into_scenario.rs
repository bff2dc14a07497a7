//! A scenario to start from, made of one service of a table.
//!
//! A table says who is there and how connections are spread, not how many come and how much work they bring: these parts
//! are those of `ipvslab init`, scaled to the farm, and marked.

use std::collections::HashMap;
use std::fmt::{self, Write as _};
use std::net::{IpAddr, SocketAddr};

use ipvslab_schedulers::SchedulerKind;
use ipvslab_sim::{Persistence, Protocol, Reached, ipv4_mask};

use super::{Encapsulation, Method, Named, Service, SetTimeouts, health};
use crate::suggest::printable;

/// What becomes of settings that change decisions and that no scenario can express.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Loss {
    /// They are errors.
    Refuse,
    /// The nearest thing is written, with a comment.
    Comment,
}

/// Settings that change decisions and that no scenario can express.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Inexpressible(pub Vec<String>);

impl fmt::Display for Inexpressible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, setting) in self.0.iter().enumerate() {
            write!(f, "{}{setting}", if number == 0 { "" } else { "\n" })?;
        }
        Ok(())
    }
}

impl std::error::Error for Inexpressible {}

/// The most groups of servers that a scenario may have.
const MOST_SERVERS: usize = 4096;
/// The columns of a comment.
const WIDTH: usize = 110;
/// The share of the farm's capacity that the made-up load takes.
const LOAD: f64 = 0.7;
/// The made-up slots of a server, and the mean work of a connection in seconds.
const SLOTS: f64 = 16.0;
const WORK_S: f64 = 0.05;

/// The text of a scenario about `service`, which was read from what `origin` names. `notes` stand at its top, as comments.
///
/// # Errors
/// What cannot be expressed, unless `loss` allows for it; and a service that has no server, more than a scenario, or
/// none of a weight above 0.
pub fn to_scenario(
    service: &Service,
    timeouts: Option<SetTimeouts>,
    origin: &str,
    notes: &[String],
    loss: Loss,
) -> Result<String, Inexpressible> {
    let servers = service.servers.len();
    if servers == 0 || servers > MOST_SERVERS {
        let message =
            format!("{} has {servers} real servers, expected 1..={MOST_SERVERS}", Named(service.key));
        return Err(Inexpressible(vec![message]));
    }
    if service.servers.iter().all(|server| server.weight == 0) {
        let message =
            format!("{}: all weights are 0, expected a server that takes connections", Named(service.key));
        return Err(Inexpressible(vec![message]));
    }
    let translated = Translated::of(service);
    if loss == Loss::Refuse && !translated.lost.is_empty() {
        return Err(Inexpressible(translated.lost));
    }
    let mut text = String::new();
    head(&mut text, service, origin, notes.iter().chain(&translated.lost).chain(&translated.passed_over));
    section(&mut text, service, &translated);
    timeouts.into_iter().for_each(|timeouts| time_outs(&mut text, timeouts));
    if let Some(health) = &service.health {
        put(&mut text, format_args!("\n{}", health::Section(health).to_string().trim_end()));
    }
    let rate = farm(&mut text, service);
    workload(&mut text, service, rate);
    Ok(text)
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
                lost.push("SCTP: scenarios know TCP and UDP; the nearest is TCP".to_owned());
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
            let nearest = "the nearest is persistence by the client's address";
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
            passed_over.push(format!("{}: {} reads no such flag", unread.join(", "), service.scheduler));
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
            "servers reached in different ways ({}): a scenario has one; the nearest is {way}",
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
    put(
        text,
        format_args!(
            "\ntitle = {}\n\n[run]\nduration = \"10min\"\nwarm_up = \"1min\"\nreplications = 5\n",
            Quoted(&title)
        ),
    );
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

/// Writes the servers. The rate of connections that keeps them busy to [`LOAD`].
fn farm(text: &mut String, service: &Service) -> f64 {
    put(
        text,
        format_args!(
            "\n# Made up: how much work a server takes. Here all have 16 slots, as fast as their weights say."
        ),
    );
    let heaviest = service.servers.iter().map(|server| server.weight).max().unwrap_or(0);
    let mut at_address: HashMap<IpAddr, u32> = HashMap::new();
    for server in &service.servers {
        *at_address.entry(server.endpoint.ip()).or_default() += 1;
    }
    let mut capacity = 0.0;
    for server in &service.servers {
        let speed = match server.weight {
            0 => 1.0,
            weight => (f64::from(weight) / f64::from(heaviest) * 1000.0).round().max(1.0) / 1000.0,
        };
        if server.weight > 0 {
            capacity += SLOTS * speed;
        }
        let name = server_name(server.endpoint, at_address[&server.endpoint.ip()] > 1);
        put(text, format_args!("[[servers]]\nname = \"{name}\"\naddress = \"{}\"", server.endpoint));
        put(text, format_args!("weight = {}", server.weight));
        if server.thresholds.upper() > 0 {
            put(text, format_args!("u_threshold = {}", server.thresholds.upper()));
        }
        if server.thresholds.lower() > 0 {
            put(text, format_args!("l_threshold = {}", server.thresholds.lower()));
        }
        put(text, format_args!("slots = {SLOTS}\nspeed = {speed:?}\n"));
    }
    LOAD * capacity / WORK_S
}

/// The address as the name of a server, with the port if others have the address too. Names know no colons.
fn server_name(endpoint: SocketAddr, with_port: bool) -> String {
    let address = endpoint.ip().to_string().replace(':', "-");
    if with_port { format!("{address}_{}", endpoint.port()) } else { address }
}

fn workload(text: &mut String, service: &Service, rate: f64) {
    put(
        text,
        format_args!(
            "# Made up: the connections. These keep the farm busy to 70 % if they are spread well; a trace of your own tells more."
        ),
    );
    put(text, format_args!("[arrivals.poisson]\nrate = \"{}/s\"\n", rate.round().max(1.0)));
    put(
        text,
        format_args!(
            "[work.lognormal]           # time alone on a server of speed 1\nmean = \"50ms\"\nscv = 4\n"
        ),
    );
    put(
        text,
        format_args!("[clients.zipf]             # or uniform, nat, trace\ncount = 10_000\nexponent = 1.1"),
    );
    if let Reached::Mark { ipv6, .. } = service.key.reached {
        put(text, format_args!("\n[destinations.uniform]     # the addresses that get the mark\ncount = 16"));
        let network = if ipv6 { "2001:db8:d::/64" } else { "172.16.0.0/12" };
        put(text, format_args!("network = \"{network}\""));
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
