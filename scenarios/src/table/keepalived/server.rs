//! `virtual_server` and its real servers.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::ops::Range;

use ipvslab_schedulers::{Span, Thresholds};
use ipvslab_sim::{Persistence, Protocol, Reached, ServiceKey};

use super::check::{self, Checked, Common};
use super::group::{Group, Place, address, mark_of, port};
use super::keyword::{self, not_simulated};
use super::method;
use super::statement::Statement;
use super::{Reading, protocol};
use crate::suggest::printable;
use crate::table::refusal::Refusal;
use crate::table::rules::LONGEST_S;
use crate::table::word::{engine, netmask, number, scheduler, scheduler_flag, unknown};
use crate::table::{Method, Server, Service, Word};

/// How long `persistence_timeout` without a value is.
const DEFAULT_PERSISTENCE_S: u32 = 360;

/// A real server as it is written: what is `None` comes from its virtual server.
struct RealServer {
    endpoint: SocketAddr,
    has_port: bool,
    method: Option<Method>,
    weight: Option<u16>,
    thresholds: Thresholds,
    checked: Checked,
    span: Range<usize>,
}

/// What the block of a virtual server says.
struct Settings<'a> {
    /// All but its key, which is the same placeholder for all.
    service: Service,
    protocol: Protocol,
    ipv6: Option<bool>,
    persistence_s: Option<u32>,
    granularity: Option<&'a Word<'a>>,
    method: Method,
    weight: u16,
    checks: Common,
    servers: Vec<RealServer>,
}

/// Reads a virtual server and adds a service for each of its places.
pub(super) fn read(
    statement: &Statement<'_>,
    groups: &HashMap<&str, Group>,
    reading: &mut Reading,
) -> Result<(), Refusal> {
    let places = places(statement, groups)?;
    let mut settings = settings(statement, reading)?;
    settings.service.health =
        check::common(&settings.checks, settings.servers.iter().map(|server| &server.checked), reading);
    let span = &statement.words[1].span;
    for place in places {
        let first_family = settings.servers.first().is_some_and(|server| server.endpoint.is_ipv6());
        let reached = match place {
            Place::Address(address) => Reached::Address(address),
            Place::Mark(mark) => Reached::Mark { ipv6: settings.ipv6.unwrap_or(first_family), mark },
        };
        let named = if let Place::Mark(_) = place { Protocol::Tcp } else { settings.protocol };
        let mut service =
            Service { key: ServiceKey { protocol: named, reached }, ..settings.service.clone() };
        service.persistence = persistence(&settings, service.is_ipv6())?;
        let key = service.key;
        reading.draft.add_service(service, span)?;
        let default_port = if let Place::Address(address) = place { address.port() } else { 0 };
        for real in &settings.servers {
            let mut endpoint = real.endpoint;
            if !real.has_port {
                endpoint.set_port(default_port);
            }
            let server = Server {
                endpoint,
                method: real.method.unwrap_or(settings.method),
                weight: real.weight.unwrap_or(settings.weight),
                thresholds: real.thresholds,
            };
            let odd = reading.draft.add_server(key, server, &real.span)?;
            reading.warnings.extend(odd);
        }
    }
    Ok(())
}

/// `<ip> [port]`, `fwmark N`, or `group NAME`.
fn places(statement: &Statement<'_>, groups: &HashMap<&str, Group>) -> Result<Group, Refusal> {
    match &statement.words[1..] {
        [keyword, mark] if keyword.text == "fwmark" => Ok(vec![Place::Mark(mark_of(mark)?)]),
        [keyword, name] if keyword.text == "group" => match groups.get(name.text) {
            Some(group) if group.is_empty() => Err(Refusal::new("this group is empty").at(&name.span)),
            Some(group) => Ok(group.clone()),
            None => {
                let names: Vec<&str> = groups.keys().copied().collect();
                Err(unknown(name, "group", &names))
            }
        },
        [ip, rest @ ..] => Ok(vec![Place::Address(SocketAddr::new(address(ip)?, port(rest, statement)?))]),
        [] => {
            let refusal = Refusal::new("the virtual server's address is missing");
            Err(refusal
                .at(&statement.words[0].span)
                .help("`virtual_server 10.0.0.1 80 {`, or `fwmark N`, or `group NAME`"))
        }
    }
}

fn settings<'a>(statement: &'a Statement<'_>, reading: &mut Reading) -> Result<Settings<'a>, Refusal> {
    let nowhere = ServiceKey { protocol: Protocol::Tcp, reached: Reached::Mark { ipv6: false, mark: 0 } };
    let mut settings = Settings {
        service: Service::new(nowhere),
        protocol: Protocol::Tcp,
        ipv6: None,
        persistence_s: None,
        granularity: None,
        method: Method::Masquerade,
        weight: 1,
        checks: Common::default(),
        servers: Vec::new(),
    };
    for inner in statement.block() {
        match inner.keyword() {
            "lvs_sched" | "lb_algo" => settings.service.scheduler = scheduler(inner.value()?)?,
            "lvs_method" | "lb_kind" => settings.method = method::read(inner)?,
            "ops" => settings.service.one_packet = true,
            "sh-port" | "sh-fallback" | "mh-port" | "mh-fallback" | "flag-1" | "flag-2" | "flag-3" => {
                settings.service.flags.0[scheduler_flag(&inner.words[0])?] = true;
            }
            "persistence_timeout" => {
                settings.persistence_s = Some(match inner.words.len() {
                    1 => DEFAULT_PERSISTENCE_S,
                    _ => number(inner.value()?, "seconds", 1..=LONGEST_S)?,
                });
            }
            "persistence_granularity" => settings.granularity = Some(inner.value()?),
            "persistence_engine" => settings.service.engine = Some(engine(inner.value()?)?),
            "protocol" => settings.protocol = protocol(inner.value()?)?,
            "ip_family" => settings.ipv6 = Some(is_ipv6(inner.value()?)?),
            "weight" => settings.weight = weight(inner)?,
            "real_server" => settings.servers.push(real_server(inner, reading)?),
            "inhibit_on_failure" => settings.checks.inhibit = true,
            "quorum" => settings.checks.quorum = number(inner.value()?, "a weight", 1..=u32::MAX)?,
            _ if settings.checks.numbers.take(inner)? => {}
            keyword => {
                settings.checks.has_sorry_server |= keyword == "sorry_server";
                other(inner, keyword::Place::Service, reading)?;
            }
        }
    }
    Ok(settings)
}

fn real_server(statement: &Statement<'_>, reading: &mut Reading) -> Result<RealServer, Refusal> {
    let [_, ip, rest @ ..] = statement.words.as_slice() else {
        return Err(Refusal::new("the real server's address is missing").at(&statement.words[0].span));
    };
    let mut server = RealServer {
        endpoint: SocketAddr::new(address(ip)?, port(rest, statement)?),
        has_port: !rest.is_empty(),
        method: None,
        weight: None,
        thresholds: Thresholds::NONE,
        checked: Checked { name: printable(ip.text, 60), span: ip.span.clone(), ..Checked::default() },
        span: ip.span.clone(),
    };
    let (mut upper, mut lower) = (0, 0);
    for inner in statement.block() {
        match inner.keyword() {
            "weight" => server.weight = Some(weight(inner)?),
            "lvs_method" | "lb_kind" => server.method = Some(method::read(inner)?),
            "uthreshold" => upper = threshold(inner)?,
            "lthreshold" => lower = threshold(inner)?,
            "inhibit_on_failure" => server.checked.inhibit = true,
            _ if server.checked.numbers.take(inner)? => {}
            _ => match check::read(inner)? {
                Some(check) => server.checked.checks.push(check),
                None => {
                    server.checked.has_other |= keyword::is_check(inner.keyword());
                    other(inner, keyword::Place::Server, reading)?;
                }
            },
        }
    }
    server.thresholds = Thresholds::new(upper, lower).ok_or_else(|| {
        let message = format!("found the lower threshold {lower}, expected 0..={upper}, the upper one");
        Refusal::new(message).at(&ip.span)
    })?;
    Ok(server)
}

/// A keyword that is not read: warned of, passed over, or unknown.
fn other(statement: &Statement<'_>, place: keyword::Place, reading: &mut Reading) -> Result<(), Refusal> {
    match not_simulated(statement.keyword()) {
        Some((name, Some(why))) => reading.warn(statement, name, why),
        Some((_, None)) => {}
        None => return Err(unknown(&statement.words[0], "keyword", &place.keywords())),
    }
    Ok(())
}

fn persistence(settings: &Settings<'_>, ipv6: bool) -> Result<Option<Persistence>, Refusal> {
    match (settings.persistence_s, settings.granularity) {
        (None, None) => Ok(None),
        (None, Some(word)) => {
            let refusal = Refusal::new("a granularity of persistence, but no persistence").at(&word.span);
            Err(refusal.help("`persistence_timeout 300`"))
        }
        (Some(seconds), granularity) => {
            let all = if ipv6 { 128 } else { 32 };
            let prefix = granularity.map_or(Ok(all), |word| netmask(word, ipv6))?;
            Ok(Some(Persistence { timeout: Span::from_secs(seconds.into()), prefix }))
        }
    }
}

fn weight(statement: &Statement<'_>) -> Result<u16, Refusal> {
    Ok(number(statement.value()?, "a weight", 0..=65_535)? as u16)
}

fn threshold(statement: &Statement<'_>) -> Result<u32, Refusal> {
    number(statement.value()?, "a number of connections", 0..=i32::MAX as u32)
}

fn is_ipv6(word: &Word<'_>) -> Result<bool, Refusal> {
    match word.text {
        "inet" => Ok(false),
        "inet6" => Ok(true),
        _ => Err(unknown(word, "family", &["inet", "inet6"])),
    }
}
