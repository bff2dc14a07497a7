//! `virtual_server`: its keywords in the order of the file, which matters to some.

use std::collections::HashMap;
use std::ops::Range;

use ipvslab_schedulers::SchedulerKind;
use ipvslab_sim::Protocol;

use super::check::Common;
use super::group::{Group, Place, mark};
use super::keyword::Level;
use super::real_server::{self, RealServer};
use super::statement::Statement;
use super::value::{endpoint, granularity, is_ipv6, number, protocol};
use super::{Reading, method, service};
use crate::problem::Problem;
use crate::table::refusal::Refusal;
use crate::table::rules::LONGEST_S;
use crate::table::word::{engine, scheduler, unknown};
use crate::table::{Method, SchedulerFlags};

/// How long a client comes back to its server if nothing says how long (`IPVS_SVC_PERSISTENT_TIMEOUT`).
pub(super) const DEFAULT_PERSISTENCE_S: u32 = 360;

/// What a virtual server says of itself. What is `None` is not said.
pub(super) struct VirtualServer {
    /// Where it is reached.
    pub(super) places: Vec<Place>,
    pub(super) is_group: bool,
    /// What its line says of that.
    pub(super) shown: String,
    pub(super) span: Range<usize>,
    pub(super) scheduler: Option<SchedulerKind>,
    /// Whether a scheduler was named that there is not.
    pub(super) bad_scheduler: bool,
    pub(super) flags: SchedulerFlags,
    pub(super) one_packet: Option<Range<usize>>,
    pub(super) method: Option<Method>,
    pub(super) protocol: Option<(Protocol, Range<usize>)>,
    pub(super) ipv6: Option<bool>,
    pub(super) persistence_s: Option<u32>,
    /// The leading bits of clients' addresses.
    pub(super) granularity: Option<(u8, Range<usize>)>,
    pub(super) engine: Option<String>,
    pub(super) weight: u16,
    pub(super) checks: Common,
    pub(super) quorum: Option<Range<usize>>,
    pub(super) hysteresis: Option<(u32, Range<usize>)>,
    pub(super) servers: Vec<RealServer>,
}

/// Reads a virtual server and adds the services that keepalived makes of it.
pub(super) fn read(statement: &Statement<'_>, groups: &HashMap<&str, Group>, reading: &mut Reading) {
    let (places, is_group) = match places(statement, groups, reading) {
        Ok(places) => places,
        Err(refusal) => {
            reading.warnings.push(refusal.passed_over("keepalived skips this virtual server"));
            return;
        }
    };
    let mut server = VirtualServer {
        ipv6: family(&places),
        places,
        is_group,
        shown: statement.shown(),
        span: statement.words[0].span.start..statement.words[statement.words.len().min(3) - 1].span.end,
        scheduler: None,
        bad_scheduler: false,
        flags: SchedulerFlags::default(),
        one_packet: None,
        method: None,
        protocol: None,
        persistence_s: None,
        granularity: None,
        engine: None,
        weight: 1,
        checks: Common { quorum: 1, ..Common::default() },
        quorum: None,
        hysteresis: None,
        servers: Vec::new(),
    };
    for inner in statement.block() {
        server.take(inner, reading);
    }
    service::add(server, reading);
}

/// The family that all addresses of a virtual server have; `None` for marks that do not say.
fn family(places: &[Place]) -> Option<bool> {
    let mut families = places.iter().filter_map(|place| match place {
        Place::Address(address) => Some(address.is_ipv6()),
        Place::Mark { ipv6, .. } => *ipv6,
    });
    let first = families.next()?;
    families.all(|family| family == first).then_some(first)
}

/// `<ip> [port]`, `fwmark N`, or `group NAME`.
fn places(
    statement: &Statement<'_>,
    groups: &HashMap<&str, Group>,
    reading: &mut Reading,
) -> Result<(Group, bool), Refusal> {
    match &statement.words[1..] {
        [] => {
            let refusal = Refusal::new("the virtual server's address is missing: keepalived stops here");
            let help = "`virtual_server 10.0.0.1 80 {`, or `fwmark N`, or `group NAME`";
            reading.problems.push(refusal.at(&statement.words[0].span).help(help).into());
            Ok((Vec::new(), false))
        }
        [keyword] if matches!(keyword.text, "fwmark" | "group") => {
            let what = if keyword.text == "group" { "NAME" } else { "N" };
            let refusal = Refusal::new(format!("`{}` has no value: keepalived stops here", keyword.text));
            let help = format!("`virtual_server {} {what} {{`", keyword.text);
            reading.problems.push(refusal.at(&keyword.span).help(help).into());
            Ok((Vec::new(), false))
        }
        [keyword, word, ..] if keyword.text == "fwmark" => {
            Ok((vec![Place::Mark { mark: mark(word)?, ipv6: None }], false))
        }
        [keyword, name, ..] if keyword.text == "group" => match groups.get(name.text) {
            Some(group) => Ok((group.clone(), true)),
            None if groups.is_empty() => {
                let refusal = Refusal::new(format!("there is no group `{}`, and no other", name.text));
                let help = format!(
                    "`virtual_server_group {} {{ … }}` says its addresses; it may be in a file that this one is included with",
                    name.text
                );
                Err(refusal.at(&name.span).help(help))
            }
            None => Err(unknown(name, "group", &groups.keys().copied().collect::<Vec<_>>())),
        },
        words => Ok((vec![Place::Address(endpoint(words)?)], false)),
    }
}

impl VirtualServer {
    fn take(&mut self, statement: &Statement<'_>, reading: &mut Reading) {
        match statement.keyword() {
            "lvs_sched" | "lb_algo" => self.take_scheduler(statement, reading),
            "ops" => self.one_packet = Some(statement.words[0].span.clone()),
            "flag-1" | "flag-2" | "flag-3" | "sh-port" | "sh-fallback" | "mh-port" | "mh-fallback"
            | "hashed" => {
                self.take_flag(statement, reading);
            }
            "lvs_method" | "lb_kind" => {
                self.method = method::taken(statement, reading).or(self.method);
            }
            "persistence_timeout" => self.take_persistence(statement, reading),
            "persistence_granularity" => self.take_granularity(statement, reading),
            "persistence_engine" => {
                let engine = reading.value(statement).map(engine);
                self.engine = engine.and_then(|engine| reading.or_ignored(engine)).or(self.engine.take());
            }
            "protocol" => {
                if let Some(word) = reading.value(statement)
                    && let Some(protocol) = reading.or_ignored(protocol(word))
                {
                    self.protocol = Some((protocol, word.span.clone()));
                }
            }
            "ip_family" => self.take_family(statement, reading),
            "weight" => self.weight = reading.weight(statement, 1).unwrap_or(self.weight),
            "real_server" => {
                self.servers.extend(real_server::read(statement, self.method, &mut self.ipv6, reading))
            }
            "inhibit_on_failure" => self.checks.inhibit = true,
            "quorum" => {
                let quorum = reading.value(statement).map(|word| number(word, "a weight", 1..=u32::MAX));
                if let Some(quorum) = quorum {
                    self.checks.quorum = reading.or_ignored(quorum).unwrap_or(1);
                    self.quorum = Some(statement.words[0].span.clone());
                }
            }
            "hysteresis" => {
                let hysteresis = reading.value(statement).map(|word| number(word, "a weight", 0..=u32::MAX));
                if let Some(hysteresis) = hysteresis.and_then(|hysteresis| reading.or_ignored(hysteresis)) {
                    self.hysteresis = Some((hysteresis, statement.words[0].span.clone()));
                }
                reading.other(statement, Level::Service);
            }
            _ if self.checks.numbers.take(statement, Level::Service, reading) => {}
            keyword => {
                self.checks.has_sorry_server |= keyword == "sorry_server";
                reading.other(statement, Level::Service);
            }
        }
    }

    fn take_scheduler(&mut self, statement: &Statement<'_>, reading: &mut Reading) {
        let Some(word) = reading.value(statement) else { return };
        match scheduler(word) {
            Ok(scheduler) => self.scheduler = Some(scheduler),
            Err(refusal) => {
                self.bad_scheduler = true;
                let taken = self.scheduler.unwrap_or(SchedulerKind::Wlc);
                reading.refuse_dialect(word);
                reading
                    .warnings
                    .push(refusal.passed_over(&format!("keepalived ignores it, and takes {taken}")));
            }
        }
    }

    /// Flags by name count only behind the scheduler that they belong to.
    fn take_flag(&mut self, statement: &Statement<'_>, reading: &mut Reading) {
        let scheduler = self.scheduler;
        let bit = match (statement.keyword(), scheduler) {
            ("flag-1", _) => 0,
            ("flag-2", _) => 1,
            ("flag-3", _) => 2,
            ("sh-fallback", Some(SchedulerKind::Sh)) | ("mh-fallback", Some(SchedulerKind::Mh)) => 0,
            ("sh-port", Some(SchedulerKind::Sh)) | ("mh-port", Some(SchedulerKind::Mh)) => 1,
            (keyword, scheduler) => {
                let word = &statement.words[0];
                let message = match scheduler {
                    None => format!("`{keyword}` stands before `lb_algo`: keepalived ignores it"),
                    Some(other) => format!("`{keyword}` is not of {other}: keepalived ignores it"),
                };
                let help =
                    keyword.split_once('-').map(|(of, _)| format!("it takes effect after `lb_algo {of}`"));
                let problem = Problem::warning("", message).at(&word.span);
                reading.warnings.push(help.into_iter().fold(problem, Problem::help));
                return;
            }
        };
        self.flags.0[bit] = true;
    }

    fn take_persistence(&mut self, statement: &Statement<'_>, reading: &mut Reading) {
        let Some(word) = statement.words.get(1) else {
            self.persistence_s = Some(DEFAULT_PERSISTENCE_S);
            return;
        };
        match number(word, "seconds", 1..=LONGEST_S) {
            Ok(seconds) => self.persistence_s = Some(seconds),
            Err(refusal) => {
                let outcome = match self.persistence_s {
                    None => "keepalived ignores the line, and the service is not persistent".to_owned(),
                    Some(seconds) => format!("keepalived ignores the line, and {seconds} s stay"),
                };
                let help =
                    "without the line it is the same; a service is persistent with `persistence_timeout 300`";
                reading.warnings.push(refusal.help(help).passed_over(&outcome));
            }
        }
    }

    /// A granularity alone makes a service persistent too.
    fn take_granularity(&mut self, statement: &Statement<'_>, reading: &mut Reading) {
        let Some(word) = reading.value(statement) else { return };
        match granularity(word, self.ipv6) {
            Ok((prefix, ipv6)) => {
                self.ipv6 = Some(ipv6);
                self.granularity = Some((prefix, word.span.clone()));
                self.persistence_s = self.persistence_s.or(Some(DEFAULT_PERSISTENCE_S));
            }
            // keepalived takes masks with holes, and so it is no word that it would ignore.
            Err(refusal) if self.ipv6 != Some(true) && word.text.parse::<std::net::Ipv4Addr>().is_ok() => {
                reading.problems.push(refusal.into());
            }
            Err(refusal) => reading.warnings.push(refusal.passed_over("keepalived ignores the line")),
        }
    }

    fn take_family(&mut self, statement: &Statement<'_>, reading: &mut Reading) {
        let Some(word) = reading.value(statement) else { return };
        let Some(ipv6) = reading.or_ignored(is_ipv6(word)) else { return };
        if self.ipv6.is_some_and(|known| known != ipv6) {
            let message = format!(
                "`{}` is not the family of what stands before: keepalived ignores the line",
                word.text
            );
            reading.warnings.push(Problem::warning("", message).at(&word.span));
        } else {
            self.ipv6 = Some(ipv6);
        }
    }
}
