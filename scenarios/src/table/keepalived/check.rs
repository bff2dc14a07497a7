//! Health checks: what a service's servers have in common, and a warning for what they have not.
//!
//! Numbers may stand in the check, at its real server, or at the virtual server; the nearest holds. A scenario has one
//! checker for all servers: that of the first server that has a check of TCP or HTTP.

use std::ops::Range;

use ipvslab_schedulers::Span;
use ipvslab_sim::{Asks, BelowQuorum, HealthCheck};

use super::Reading;
use super::statement::Statement;
use crate::problem::Problem;
use crate::suggest::printable;
use crate::table::health::{DEFAULT, keys};
use crate::table::refusal::Refusal;
use crate::table::word::number;

/// The longest time that a scenario takes, in seconds: a year.
const LONGEST_S: f64 = 365.0 * 86_400.0;
/// The most repetitions that a scenario takes.
const MOST_RETRIES: u32 = 1000;

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
    pub(super) fn take(&mut self, statement: &Statement<'_>) -> Result<bool, Refusal> {
        let field = match statement.keyword() {
            "delay_loop" => {
                let span = seconds(statement)?;
                if span == Span::ZERO {
                    let message = "found no time between checks, expected more";
                    return Err(Refusal::new(message).at(&statement.words[0].span));
                }
                self.delay_loop = Some(span);
                return Ok(true);
            }
            "retry" | "nb_get_retry" => {
                self.retry = Some(number(statement.value()?, "repetitions", 0..=MOST_RETRIES)?);
                return Ok(true);
            }
            "connect_timeout" => &mut self.connect_timeout,
            "delay_before_retry" => &mut self.delay_before_retry,
            "warmup" => &mut self.warmup,
            _ => return Ok(false),
        };
        *field = Some(seconds(statement)?);
        Ok(true)
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
    asks: Asks,
    numbers: Numbers,
    /// Its keyword, and where that is.
    keyword: String,
    span: Range<usize>,
}

/// Reads a check; `None` if it is not one of TCP or HTTP.
pub(super) fn read(statement: &Statement<'_>) -> Result<Option<Check>, Refusal> {
    let asks = match statement.keyword() {
        "TCP_CHECK" => Asks::Connection,
        "HTTP_GET" | "SSL_GET" => Asks::Answer,
        _ => return Ok(None),
    };
    let mut numbers = Numbers::default();
    for inner in statement.block() {
        numbers.take(inner)?;
    }
    let (keyword, span) = (statement.keyword().to_owned(), statement.words[0].span.clone());
    Ok(Some(Check { asks, numbers, keyword, span }))
}

/// What a real server says of being checked.
#[derive(Clone, Default, Debug)]
pub(super) struct Checked {
    /// Its checks of TCP and HTTP, in the order of the file.
    pub(super) checks: Vec<Check>,
    /// Its own numbers.
    pub(super) numbers: Numbers,
    /// Whether it keeps its place when it is down.
    pub(super) inhibit: bool,
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
            let (keyword, name) = (printable(&further.keyword, 60), &server.name);
            let message = format!("`{keyword}`: {name} has a check already, and a scenario has one a server");
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
    let health = HealthCheck {
        asks: check.asks,
        delay_loop,
        connect_timeout: numbers.connect_timeout.unwrap_or(DEFAULT.connect_timeout),
        retry: numbers.retry.unwrap_or(DEFAULT.retry),
        delay_before_retry: numbers.delay_before_retry.unwrap_or(DEFAULT.delay_before_retry),
        warm_up: numbers.warmup.unwrap_or(delay_loop),
        inhibit_on_failure: server.inhibit || common.inhibit,
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

/// A time in seconds, with decimals.
fn seconds(statement: &Statement<'_>) -> Result<Span, Refusal> {
    let word = statement.value()?;
    let is_number = word.text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let value = word.text.parse::<f64>().ok().filter(|value| is_number && *value <= LONGEST_S);
    value.map(|value| Span::from_nanos((value * 1e9 + 0.5) as u64)).ok_or_else(|| {
        let message = format!("found `{}`, expected seconds, up to a year", printable(word.text, 60));
        Refusal::new(message).at(&word.span)
    })
}
