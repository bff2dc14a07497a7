//! From a line's options to what it adds.

use std::net::{IpAddr, SocketAddr};
use std::ops::Range;

use ipvslab_schedulers::{Span, Thresholds};
use ipvslab_sim::{Persistence, Protocol, Reached, ServiceKey};

use super::method::method;
use super::option::{Given, Line, Meaning, take_apart};
use crate::suggest::printable;
use crate::table::names::HostNames;
use crate::table::refusal::Refusal;
use crate::table::rules::LONGEST_S;
use crate::table::word::{endpoint, engine, netmask, number, scheduler, scheduler_flag};
use crate::table::{SchedulerFlags, Server, Service, SetTimeouts, Word};

/// How long `-p` without a value is; ipvsadm's manual says 300.
const DEFAULT_PERSISTENCE_S: u32 = 360;

/// What a line does.
pub(super) enum Command {
    /// `-A`, and where the service is named.
    AddService(Box<Service>, Range<usize>),
    /// `-a`, and where the server is named.
    AddServer(ServiceKey, Server, Range<usize>),
    /// `--set`.
    Set(SetTimeouts),
}

/// Reads a line that has words.
pub(super) fn read(words: &[Word<'_>], names: &HostNames) -> Result<Command, Refusal> {
    let error = |message: &str, span: &Range<usize>| Refusal::new(message).at(span);
    let words = match words {
        [first, rest @ ..] if first.text == "ipvsadm" && !rest.is_empty() => rest,
        all => all,
    };
    let first = &words[0];
    if first.text.starts_with('#') {
        let refusal = error("comments are not part of the format", &first.span);
        return Err(refusal.help("`ipvsadm -R` stops at them, with the lines before them carried out"));
    }
    let mut line = take_apart(words)?;
    let command = match line.given.first() {
        Some(given) if given.span.start == first.span.start => line.given.remove(0),
        _ => {
            let refusal = error("a line begins with a command", &first.span);
            return Err(refusal.help("`-A` adds a service, `-a` a real server, `--set` sets timeouts"));
        }
    };
    let refused = |why: &str| Err(error(&format!("`{}` {why}", command.name), &command.span));
    match command.meaning {
        Meaning::AddService => add_service(line, names),
        Meaning::AddServer => add_server(line, names),
        Meaning::Set => set(&line, &command.span),
        Meaning::Changes => {
            refused("changes an existing table; only commands that add to one are read: -A, -a, --set")
        }
        Meaning::Shows => {
            refused("shows an existing table; only commands that add to one are read: -A, -a, --set")
        }
        Meaning::Daemon => refused("is about the synchronisation of directors, which is not modelled"),
        _ => refused("is not a command; a line begins with -A, -a or --set"),
    }
}

fn add_service(line: Line<'_>, names: &HostNames) -> Result<Command, Refusal> {
    let (key, span) = key(&line.given, names)?;
    let mut service = Service::new(key);
    let mut mask = None;
    let mut one_packet: Option<Range<usize>> = None;
    no_duplicates(&line.given)?;
    for given in &line.given {
        let value = given.value.as_ref();
        match (given.meaning, value) {
            (meaning, _) if names_service(meaning) => {}
            (Meaning::Scheduler, Some(word)) => service.scheduler = scheduler(word)?,
            (Meaning::Persistent, word) => {
                let seconds =
                    word.map_or(Ok(DEFAULT_PERSISTENCE_S), |word| number(word, "seconds", 1..=LONGEST_S))?;
                let prefix = if service.is_ipv6() { 128 } else { 32 };
                service.persistence = Some(Persistence { timeout: Span::from_secs(seconds.into()), prefix });
            }
            (Meaning::Netmask, Some(word)) => mask = Some((netmask(word, service.is_ipv6())?, &word.span)),
            (Meaning::OnePacket, _) => one_packet = Some(given.span.clone()),
            (Meaning::Engine, Some(word)) => service.engine = Some(engine(word)?),
            (Meaning::Flags, Some(word)) => service.flags = flags(word)?,
            _ => return Err(misplaced(given, "-A", "a service")),
        }
    }
    if let Some((prefix, span)) = mask {
        let Some(persistence) = &mut service.persistence else {
            let refusal =
                Refusal::new("`-M` is about persistence, but the service is not persistent").at(span);
            return Err(refusal.help("`-p 300` makes the service persistent"));
        };
        persistence.prefix = prefix;
    }
    // Old saves have the word without dashes, which `-R` of today does not read.
    if let [word] = line.bare.as_slice()
        && word.text == "ops"
        && one_packet.is_none()
    {
        one_packet = Some(word.span.clone());
    } else {
        no_bare_words(&line.bare)?;
    }
    service.one_packet = one_packet.is_some();
    Ok(Command::AddService(Box::new(service), span))
}

fn add_server(line: Line<'_>, names: &HostNames) -> Result<Command, Refusal> {
    let (key, _) = key(&line.given, names)?;
    no_duplicates(&line.given)?;
    no_bare_words(&line.bare)?;
    let named = line.given.iter().find(|given| given.meaning == Meaning::RealServer);
    let Some(named) = named.and_then(|given| given.value.as_ref()) else {
        let place = line.given.first().map_or(0..0, |given| given.span.clone());
        return Err(Refusal::new("the real server is missing").at(&place).help("`-r 10.1.0.1:80`"));
    };
    let mut server = Server::new(server_endpoint(named, key, names)?);
    let (mut upper, mut lower) = (0, None);
    for given in &line.given {
        match (given.meaning, given.value.as_ref()) {
            (meaning, _) if names_service(meaning) => {}
            (Meaning::RealServer | Meaning::DirectRoute | Meaning::Tunnel | Meaning::Masquerade, _) => {}
            (Meaning::TunnelType | Meaning::TunnelPort, _) => {}
            (Meaning::NoChecksum | Meaning::OwnChecksum | Meaning::RemoteChecksum, _) => {}
            (Meaning::Weight, Some(word)) => server.weight = number(word, "a weight", 0..=65_535)? as u16,
            (Meaning::UpperThreshold, Some(word)) => upper = threshold(word)?,
            (Meaning::LowerThreshold, Some(word)) => lower = Some((threshold(word)?, &word.span)),
            _ => return Err(misplaced(given, "-a", "a real server")),
        }
    }
    server.method = method(&line.given)?;
    server.thresholds = match lower {
        None => Thresholds::new(upper, 0),
        Some((lower, _)) => Thresholds::new(upper, lower),
    }
    .ok_or_else(|| {
        let (lower, span) = lower.expect("a lower threshold is above the upper one");
        let message = format!("found the lower threshold {lower}, expected 0..={upper}, the upper one");
        Refusal::new(message).at(span)
    })?;
    Ok(Command::AddServer(key, server, named.span.clone()))
}

fn set(line: &Line<'_>, span: &Range<usize>) -> Result<Command, Refusal> {
    if let Some(given) = line.given.first() {
        return Err(misplaced(given, "--set", "timeouts"));
    }
    let [tcp, tcp_fin, udp] = line.bare.as_slice() else {
        let message = format!("found {} numbers, expected three", line.bare.len());
        let help = "`--set 900 120 300`: seconds of TCP, of TCP after a FIN, of UDP; 0 keeps the current one";
        return Err(Refusal::new(message).at(span).help(help));
    };
    let seconds = |word| number(word, "seconds", 0..=LONGEST_S);
    Ok(Command::Set(SetTimeouts { tcp_s: seconds(tcp)?, tcp_fin_s: seconds(tcp_fin)?, udp_s: seconds(udp)? }))
}

fn names_service(meaning: Meaning) -> bool {
    use Meaning::{Ipv6, Mark, SctpService, TcpService, UdpService};
    matches!(meaning, TcpService | UdpService | SctpService | Mark | Ipv6)
}

/// Which service a line is about, and where it says so.
fn key(given: &[Given<'_>], names: &HostNames) -> Result<(ServiceKey, Range<usize>), Refusal> {
    let mut named =
        given.iter().filter(|given| names_service(given.meaning) && given.meaning != Meaning::Ipv6);
    let ipv6 = given.iter().position(|given| given.meaning == Meaning::Ipv6);
    let Some((first, word)) = named.next().and_then(|given| Some((given, given.value.as_ref()?))) else {
        let place = given.first().map_or(0..0, |given| given.span.clone());
        let refusal = Refusal::new("the service is missing").at(&place);
        return Err(refusal.help("`-t 10.0.0.1:80`, `-u`, `--sctp-service` or `-f MARK`"));
    };
    if let Some(second) = named.next() {
        let refusal = Refusal::new("a line is about one service").at(&second.span);
        return Err(refusal.also(&first.span, "the other one"));
    }
    let protocol = match first.meaning {
        Meaning::UdpService => Protocol::Udp,
        Meaning::SctpService => Protocol::Sctp,
        _ => Protocol::Tcp,
    };
    if first.meaning == Meaning::Mark {
        let at = given.iter().position(|given| given.meaning == Meaning::Mark);
        if let Some(ipv6) = ipv6.filter(|&ipv6| Some(ipv6) < at) {
            let refusal = Refusal::new("`-6` stands before `-f`, expected after it");
            return Err(refusal.at(&given[ipv6].span));
        }
        let mark = number(word, "a firewall mark", 1..=u32::MAX)?;
        let reached = Reached::Mark { ipv6: ipv6.is_some(), mark };
        return Ok((ServiceKey { protocol, reached }, word.span.clone()));
    }
    if let Some(ipv6) = ipv6 {
        let refusal = Refusal::new("`-6` is for services by firewall mark").at(&given[ipv6].span);
        return Err(refusal.help("an address already implies its family"));
    }
    let (ip, port) = endpoint(word, protocol, names)?;
    let reached = Reached::Address(SocketAddr::new(ip, port.unwrap_or(0)));
    Ok((ServiceKey { protocol, reached }, word.span.clone()))
}

/// A server's endpoint: without a port, the service's, and 0 for a mark.
fn server_endpoint(word: &Word<'_>, key: ServiceKey, names: &HostNames) -> Result<SocketAddr, Refusal> {
    let port = match key.reached {
        Reached::Address(address) => address.port(),
        Reached::Mark { .. } => 0,
    };
    match endpoint(word, key.protocol, names)? {
        (ip, Some(port)) => Ok(SocketAddr::new(ip, port)),
        (ip @ IpAddr::V4(_), None) => Ok(SocketAddr::new(ip, port)),
        (ip @ IpAddr::V6(_), None) => {
            let refusal = Refusal::new("ipvsadm takes no IPv6 server without a port").at(&word.span);
            Err(refusal.help(format!("`[{ip}]:{port}`")))
        }
    }
}

fn threshold(word: &Word<'_>) -> Result<u32, Refusal> {
    // The manual says 65535; ipvsadm takes what the kernel takes.
    number(word, "a number of connections", 0..=i32::MAX as u32)
}

fn flags(word: &Word<'_>) -> Result<SchedulerFlags, Refusal> {
    let mut flags = SchedulerFlags::default();
    for name in word.text.split(',') {
        flags.0[scheduler_flag(&Word { text: name, span: word.span.clone() })?] = true;
    }
    Ok(flags)
}

fn misplaced(given: &Given<'_>, command: &str, about: &str) -> Refusal {
    let message = format!("`{}` does not belong to `{command}`, which is about {about}", given.name);
    Refusal::new(message).at(&given.span)
}

fn no_duplicates(given: &[Given<'_>]) -> Result<(), Refusal> {
    for (at, later) in given.iter().enumerate() {
        if let Some(first) = given[..at].iter().find(|first| first.meaning == later.meaning) {
            let refusal = Refusal::new(format!("`{}` is given twice", later.name)).at(&later.span);
            return Err(refusal.also(&first.span, "first given here"));
        }
    }
    Ok(())
}

fn no_bare_words(bare: &[Word<'_>]) -> Result<(), Refusal> {
    match bare.first() {
        None => Ok(()),
        Some(word) => {
            let message = format!("`{}` does not belong to an option", printable(word.text, 60));
            Err(Refusal::new(message).at(&word.span))
        }
    }
}
