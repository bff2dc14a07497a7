//! Health checks: what a service's servers have in common, and a warning for what they have not.
//!
//! Numbers may stand in the check, at its real server, or at the virtual server; the nearest holds, and what none says is the
//! check's own default. A scenario has one checker for all servers: that of the first server that has a check of TCP, HTTP,
//! SMTP or DNS.

use std::ops::Range;

use ipvslab_schedulers::Span;
use ipvslab_sim::{Asks, BelowQuorum, HealthCheck};

use super::Reading;
use super::keyword::{self, Level};
use super::statement::Statement;
use super::value::{number, seconds};
use crate::problem::Problem;
use crate::table::health::{DEFAULT, keys};

/// The most repetitions that a scenario takes.
const MOST_RETRIES: u32 = 1000;
/// The shortest time that keepalived knows.
const SHORTEST: Span = Span::from_nanos(1000);

/// The numbers of one level; `None` leaves one to the level above.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Numbers {
    delay_loop: Option<Span>,
    connect_timeout: Option<Span>,
    retry: Option<u32>,
    delay_before_retry: Option<Span>,
    warmup: Option<Span>,
}

impl Numbers {
    /// Takes a statement that is one of the numbers; false if it is none.
    pub(super) fn take(&mut self, statement: &Statement<'_>, level: Level, reading: &mut Reading) -> bool {
        let (field, least) = match statement.keyword() {
            "delay_loop" => (&mut self.delay_loop, SHORTEST),
            "connect_timeout" => (&mut self.connect_timeout, SHORTEST),
            "delay_before_retry" => (&mut self.delay_before_retry, Span::ZERO),
            "warmup" => (&mut self.warmup, Span::ZERO),
            "retry" | "nb_get_retry" => {
                let least = u32::from(!matches!(level, Level::Check(_) | Level::Host));
                let value =
                    reading.value(statement).map(|word| number(word, "repetitions", least..=u32::MAX));
                if let Some(retry) = value.and_then(|value| reading.or_ignored(value)) {
                    self.retry = Some(retry.min(MOST_RETRIES));
                }
                return true;
            }
            _ => return false,
        };
        let value = reading.value(statement).map(|word| seconds(word, least));
        if let Some(span) = value.and_then(|value| reading.or_ignored(value)) {
            *field = Some(span);
        }
        true
    }

    fn or(self, above: Self) -> Self {
        Self {
            delay_loop: self.delay_loop.or(above.delay_loop),
            connect_timeout: self.connect_timeout.or(above.connect_timeout),
            retry: self.retry.or(above.retry),
            delay_before_retry: self.delay_before_retry.or(above.delay_before_retry),
            warmup: self.warmup.or(above.warmup),
        }
    }
}

/// The check of a real server.
#[derive(Clone, Debug)]
pub(super) struct Check {
    kind: keyword::Check,
    asks: Asks,
    numbers: Numbers,
    /// Where its keyword is.
    span: Range<usize>,
}

impl Check {
    /// How often a check is repeated, and after what time, if nothing says so: `check_http.c`, `check_dns.c`, `check_api.c`.
    fn defaults(&self, delay_loop: Span) -> (u32, Span) {
        match self.kind {
            keyword::Check::Http | keyword::Check::Ssl => (DEFAULT.retry, Span::from_secs(3)),
            keyword::Check::Dns => (3, delay_loop),
            _ => (DEFAULT.retry, DEFAULT.delay_before_retry),
        }
    }
}

/// Reads a check; `None` if no scenario has it.
pub(super) fn read(statement: &Statement<'_>, kind: keyword::Check, reading: &mut Reading) -> Option<Check> {
    let level = Level::Check(kind);
    let mut numbers = Numbers::default();
    let mut urls = 0;
    for inner in statement.block() {
        match inner.keyword() {
            "url" if level.knows("url") => urls += u32::from(url(inner, reading)),
            "host" if level.knows("host") => {
                for inner in inner.block() {
                    if !numbers.take(inner, Level::Host, reading) {
                        reading.other(inner, Level::Host);
                    }
                }
            }
            "nb_get_retry" if level.knows("nb_get_retry") => {
                let word = &inner.words[0];
                let message = "`nb_get_retry` is deprecated, and keepalived says so";
                reading
                    .warnings
                    .push(Problem::warning("", message).at(&word.span).help("`retry` is the same"));
                numbers.take(inner, level, reading);
            }
            keyword if level.knows(keyword) && numbers.take(inner, level, reading) => {}
            _ => reading.other(inner, level),
        }
    }
    let span = statement.words[0].span.clone();
    let asks = match kind {
        keyword::Check::Tcp => Asks::Connection,
        keyword::Check::Smtp | keyword::Check::Dns => Asks::Answer,
        keyword::Check::Http | keyword::Check::Ssl if urls == 0 => {
            let message =
                format!("`{}` has no `url` with a `path`: keepalived ignores the check", kind.name());
            reading.warnings.push(Problem::warning("", message).at(&span));
            return None;
        }
        keyword::Check::Http | keyword::Check::Ssl => Asks::Answer,
        _ => return None,
    };
    Some(Check { kind, asks, numbers, span })
}

/// Reads what is asked for. Whether it has a path, without which keepalived ignores it.
fn url(statement: &Statement<'_>, reading: &mut Reading) -> bool {
    for inner in statement.block() {
        reading.other(inner, Level::Url);
    }
    statement.block().iter().any(|inner| inner.keyword() == "path" && inner.words.len() > 1)
}

/// What a real server says of being checked.
#[derive(Clone, Default, Debug)]
pub(super) struct Checked {
    /// Its checks that a scenario can have, in the order of the file.
    pub(super) checks: Vec<Check>,
    /// Its own numbers.
    pub(super) numbers: Numbers,
    /// Whether it keeps its place when it is down; `None` leaves it to its virtual server.
    pub(super) inhibit: Option<bool>,
    /// Whether it has a check that no scenario has.
    pub(super) has_other: bool,
    /// What it is called, and where.
    pub(super) name: String,
    pub(super) span: Range<usize>,
}

/// What a virtual server says of its checks.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Common {
    pub(super) numbers: Numbers,
    pub(super) inhibit: bool,
    pub(super) quorum: u32,
    pub(super) has_sorry_server: bool,
}

/// The one checker of all servers, if any server is checked; warns of servers that have another one or none.
pub(super) fn common<'a>(
    common: &Common,
    servers: impl Iterator<Item = &'a Checked> + Clone,
    reading: &mut Reading,
) -> Option<HealthCheck> {
    let (first, health) = servers.clone().find_map(|server| Some((server, of(common, server)?.1)))?;
    for server in servers {
        let Some((check, own)) = of(common, server) else {
            if !server.has_other {
                let message =
                    format!("{} is not checked; in the scenario it is, as all servers are", server.name);
                reading.warnings.push(Problem::warning("", message).at(&server.span));
            }
            continue;
        };
        let differences = differences(&own, &health);
        if !differences.is_empty() {
            let (name, first) = (&server.name, &first.name);
            let message = format!("{name} is checked with {differences}; in the scenario as {first} is");
            reading.warnings.push(Problem::warning("", message).at(&check.span));
        }
        for further in server.checks.iter().filter(|further| further.span != check.span) {
            let (keyword, name) = (further.kind.name(), &server.name);
            let message =
                format!("`{keyword}`: {name} already has a check, and a scenario has one per server");
            reading.warnings.push(Problem::warning("", message).at(&further.span));
        }
    }
    Some(health)
}

/// The check of a server that asks most, and all its numbers.
fn of<'a>(common: &Common, server: &'a Checked) -> Option<(&'a Check, HealthCheck)> {
    let strictest = server.checks.iter().find(|check| check.asks == Asks::Answer);
    let check = strictest.or(server.checks.first())?;
    let numbers = check.numbers.or(server.numbers).or(common.numbers);
    let delay_loop = numbers.delay_loop.unwrap_or(DEFAULT.delay_loop);
    // A quorum of 1 fails when no server is left, and then there is nothing more to close.
    let quorum = if common.quorum > 1 { common.quorum } else { 0 };
    let closes = quorum > 0 && common.has_sorry_server;
    let (retry, delay_before_retry) = check.defaults(delay_loop);
    let health = HealthCheck {
        asks: check.asks,
        delay_loop,
        connect_timeout: numbers.connect_timeout.unwrap_or(DEFAULT.connect_timeout),
        retry: numbers.retry.unwrap_or(retry),
        delay_before_retry: numbers.delay_before_retry.unwrap_or(delay_before_retry),
        warm_up: numbers.warmup.unwrap_or(delay_loop),
        inhibit_on_failure: server.inhibit.unwrap_or(common.inhibit),
        quorum,
        below_quorum: if closes { BelowQuorum::Close } else { BelowQuorum::GoOn },
    };
    Some((check, health))
}

/// The keys of `own` that are not those of `other`, as a scenario would write them.
fn differences(own: &HealthCheck, other: &HealthCheck) -> String {
    let (own, other) = (keys(own), keys(other));
    let differs = |key: &&(&str, String)| !other.contains(key);
    let mut parts: Vec<String> =
        own.iter().filter(differs).map(|(name, value)| format!("{name} = {value}")).collect();
    let is_missing = |&&(name, _): &&(&str, String)| own.iter().all(|&(known, _)| known != name);
    parts.extend(other.iter().filter(is_missing).map(|(name, _)| format!("no {name}")));
    parts.join(", ")
}
