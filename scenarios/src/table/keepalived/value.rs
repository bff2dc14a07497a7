//! The values of keywords, as keepalived reads them.

use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;

use ipvslab_schedulers::Span;
use ipvslab_sim::Protocol;

use super::Reading;
use super::statement::Statement;
use super::text::undefined;
use crate::suggest::printable;
use crate::table::Word;
use crate::table::refusal::Refusal;
use crate::table::word::{netmask, unknown};

/// The longest time that a scenario takes, in seconds: a year.
const LONGEST_S: f64 = 365.0 * 86_400.0;

/// A whole number within `range`; `what` it is. Blanks before it and a plus are keepalived's.
pub(super) fn number(word: &Word<'_>, what: &str, range: RangeInclusive<u32>) -> Result<u32, Refusal> {
    let text = word.text.trim_start();
    let digits = text.strip_prefix('+').unwrap_or(text);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let value = is_number.then(|| digits.parse::<u32>().ok()).flatten();
    value.filter(|value| range.contains(value)).ok_or_else(|| {
        let (least, most) = (range.start(), range.end());
        refuse(word, &format!("{what}, {least}..={most}"))
    })
}

/// A time in seconds, with decimals, longer than none unless `zero` is a time too.
pub(super) fn seconds(word: &Word<'_>, least: Span) -> Result<Span, Refusal> {
    let is_number = word.text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let value = word.text.parse::<f64>().ok().filter(|_| is_number);
    // keepalived counts in microseconds.
    let span = value.map(|value| Span::from_nanos((value.min(LONGEST_S) * 1e6 + 0.5) as u64 * 1000));
    span.filter(|span| *span >= least).ok_or_else(|| {
        let more = if least == Span::ZERO { "" } else { ", more than 0" };
        refuse(word, &format!("seconds{more}"))
    })
}

impl Reading {
    /// The weight that a line says, of at least `least`. keepalived takes more than a scenario does.
    pub(super) fn weight(&mut self, statement: &Statement<'_>, least: u32) -> Option<u16> {
        let word = self.value(statement)?;
        let weight = number(word, "a weight", least..=i32::MAX as u32);
        let weight =
            self.or_ignored(weight.map_err(|_| refuse(word, &format!("a weight, {least}..=65535"))))?;
        let fits = u16::try_from(weight).ok();
        if fits.is_none() {
            let refusal = refuse(word, &format!("a weight, {least}..=65535"));
            self.problems.push(refusal.help("keepalived accepts more than a scenario does").into());
        }
        fits
    }
}

/// `on`, `off` and their synonyms; a keyword alone is on.
pub(super) fn switch(words: &[Word<'_>]) -> Result<bool, Refusal> {
    match words.get(1) {
        None => Ok(true),
        Some(word) => match word.text {
            "true" | "on" | "yes" => Ok(true),
            "false" | "off" | "no" => Ok(false),
            _ => Err(refuse(word, "`on` or `off`")),
        },
    }
}

/// An address and the port behind it, if any; port 0 is none.
pub(super) fn endpoint(words: &[Word<'_>]) -> Result<SocketAddr, Refusal> {
    let Some((ip, rest)) = words.split_first() else { return Err(Refusal::new("the address is missing")) };
    let port = match rest.first() {
        Some(word) => number(word, "a port", 0..=65_535).map_err(|refusal| help_with_name(refusal, word))?,
        None => 0,
    };
    Ok(SocketAddr::new(address(ip)?, port as u16))
}

/// An address.
pub(super) fn address(word: &Word<'_>) -> Result<IpAddr, Refusal> {
    word.text.parse().map_err(|_| {
        let refusal = refuse(word, "an address");
        if word.text.contains('$') {
            return help_with_name(refusal, word);
        }
        match word.text.parse::<SocketAddr>() {
            Ok(endpoint) => {
                refusal.help(format!("a blank before the port: `{} {}`", endpoint.ip(), endpoint.port()))
            }
            Err(_) => refusal.help("keepalived does not resolve names"),
        }
    })
}

/// Says of a name that is not defined where it may be.
fn help_with_name(refusal: Refusal, word: &Word<'_>) -> Refusal {
    match undefined(word.text) {
        Some(help) => refusal.help(help),
        None => refusal,
    }
}

/// `inet` or `inet6`: whether it is the latter.
pub(super) fn is_ipv6(word: &Word<'_>) -> Result<bool, Refusal> {
    match word.text {
        "inet" => Ok(false),
        "inet6" => Ok(true),
        _ => Err(unknown(word, "family", &["inet", "inet6"])),
    }
}

/// A protocol, in letters of either case.
pub(super) fn protocol(word: &Word<'_>) -> Result<Protocol, Refusal> {
    match word.text.to_ascii_uppercase().as_str() {
        "TCP" => Ok(Protocol::Tcp),
        "UDP" => Ok(Protocol::Udp),
        "SCTP" => Ok(Protocol::Sctp),
        _ => Err(unknown(word, "protocol", &["TCP", "UDP", "SCTP"])),
    }
}

/// The leading bits of `persistence_granularity`, and whether they are of IPv6; where the family is not known, a dot says.
pub(super) fn granularity(word: &Word<'_>, ipv6: Option<bool>) -> Result<(u8, bool), Refusal> {
    let ipv6 = ipv6.unwrap_or(!word.text.contains('.'));
    Ok((netmask(word, ipv6)?, ipv6))
}

fn refuse(word: &Word<'_>, expected: &str) -> Refusal {
    let message = format!("found `{}`, expected {expected}", printable(word.text, 60));
    Refusal::new(message).at(&word.span)
}
