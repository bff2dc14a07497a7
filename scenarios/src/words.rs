//! The words and small texts of the format: names, addresses, networks, and the values of a closed set.

use std::net::{IpAddr, SocketAddr};

use ipvslab_schedulers::{KernelName, SchedulerKind};
use ipvslab_sim::{
    Asks, BelowQuorum, Forwarding, MetricKey, Overflow, PauseLaw, Protocol, RouterHash, SpreadBy, Start,
};

use crate::bit_rate::BitRate;
use crate::netmask::Netmask;
use crate::objective::Requirement;
use crate::pool::Pool;
use crate::quantity::{Duration, Fault, Rate, RateOrZero};
use crate::quoted::Text;
use crate::size::Size;
use crate::suggest::{did_you_mean, is_unprintable, listed};
use crate::trace::Resample;
use crate::trace::{Copies, TimeFormat};

/// Checks `text` as the kind of text called `kind`.
///
/// # Panics
/// If no kind has this name: the schema and this list are made from the same types.
pub(crate) fn check(kind: &str, text: &str) -> Result<(), Fault> {
    macro_rules! try_kinds {
        ($($type:ty),+) => {
            $(if kind == <$type as Text>::KIND { return <$type as Text>::parse(text).map(drop); })+
        };
    }
    try_kinds!(
        Duration,
        Rate,
        RateOrZero,
        Size,
        BitRate,
        Title,
        Name,
        SocketAddr,
        IpAddr,
        Pool,
        SchedulerKind,
        Baseline,
        Plane,
        KernelName,
        Forwarding,
        TimerKind,
        Protocol,
        Netmask,
        HashFlag,
        TimeFormat,
        Delimiter,
        Missing,
        Resample,
        Copies,
        &'static MetricKey,
        WarmUp,
        Requirement,
        FaultKind,
        Overflow,
        PauseLaw,
        Asks,
        BelowQuorum,
        SpreadBy,
        RouterHash,
        Start
    );
    unreachable!("`{kind}` is a kind of text")
}

impl Text for Duration {
    const KIND: &'static str = "time";
    const EXAMPLE: &'static str = "250ms";

    fn parse(text: &str) -> Result<Self, Fault> {
        Self::parse(text)
    }
}

impl Text for Rate {
    const KIND: &'static str = "rate";
    const EXAMPLE: &'static str = "2000/s";

    fn parse(text: &str) -> Result<Self, Fault> {
        Self::parse(text)
    }
}

impl Text for BitRate {
    const KIND: &'static str = "bit-rate";
    const EXAMPLE: &'static str = "10Gbit/s";

    fn parse(text: &str) -> Result<Self, Fault> {
        Self::parse(text)
    }
}

impl Text for Size {
    const KIND: &'static str = "size";
    const EXAMPLE: &'static str = "2kB";

    fn parse(text: &str) -> Result<Self, Fault> {
        Self::parse(text)
    }
}

impl Text for RateOrZero {
    const KIND: &'static str = "rate-or-zero";
    const EXAMPLE: &'static str = "2000/s";

    fn parse(text: &str) -> Result<Self, Fault> {
        Self::parse(text)
    }
}

/// How much of the start of a run is left out.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum WarmUp {
    /// As much as MSER-5 finds.
    Auto,
    Given(Duration),
}

impl Text for WarmUp {
    const KIND: &'static str = "warm-up";
    const EXAMPLE: &'static str = "30s";

    fn parse(text: &str) -> Result<Self, Fault> {
        match text.trim() {
            "auto" => Ok(Self::Auto),
            given => Duration::parse(given)
                .map(Self::Given)
                .map_err(|fault| Fault { expected: format!("{}, or \"auto\"", fault.expected), ..fault }),
        }
    }
}

/// Free text that is shown in reports.
#[derive(Clone, Debug)]
pub(crate) struct Title(pub(crate) String);

impl Text for Title {
    const KIND: &'static str = "text";
    const EXAMPLE: &'static str = "Web farm with two generations of servers";

    fn parse(text: &str) -> Result<Self, Fault> {
        if let Some((at, c)) = text.char_indices().find(|&(_, c)| is_unprintable(c)) {
            return Err(
                Fault::new("printable text").help(format!("remove {} at byte {at}", c.escape_unicode()))
            );
        }
        match text.chars().count() {
            1..=500 => Ok(Self(text.to_owned())),
            _ => Err(Fault::new("text of 1 to 500 characters")),
        }
    }
}

/// The name of a group of servers: letters, digits, `-`, `_` and `.`, since it becomes part of file names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Name(pub(crate) String);

impl Text for Name {
    const KIND: &'static str = "name";
    const EXAMPLE: &'static str = "old";

    fn parse(text: &str) -> Result<Self, Fault> {
        const EXPECTED: &str = "a name of up to 64 letters, digits, `-`, `_` and `.`";
        let strange = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
        if let Some((at, c)) = text.char_indices().find(|&(_, c)| strange(c)) {
            let shown = if is_unprintable(c) { c.escape_unicode().to_string() } else { c.to_string() };
            return Err(Fault::new(EXPECTED).help(format!("remove `{shown}` at byte {at}")));
        }
        if text.is_empty() || text.len() > 64 || text.contains("..") || text.starts_with('.') {
            return Err(
                Fault::new(EXPECTED).help("neither empty, nor beginning with a dot, nor with `..` in it")
            );
        }
        Ok(Self(text.to_owned()))
    }
}

impl Text for SocketAddr {
    const KIND: &'static str = "address-and-port";
    const EXAMPLE: &'static str = "10.0.0.1:80";

    fn parse(text: &str) -> Result<Self, Fault> {
        let expected = "an address and a port such as \"10.0.0.1:80\" or \"[2001:db8::1]:80\"";
        text.parse().map_err(|_| {
            let fault = Fault::new(expected);
            match text.parse::<IpAddr>() {
                Ok(IpAddr::V4(address)) => fault.help(format!("port needed: \"{address}:80\"?")),
                Ok(IpAddr::V6(address)) => fault.help(format!("port needed: \"[{address}]:80\"?")),
                Err(_) => fault,
            }
        })
    }
}

impl Text for IpAddr {
    const KIND: &'static str = "address";
    const EXAMPLE: &'static str = "203.0.113.7";

    fn parse(text: &str) -> Result<Self, Fault> {
        text.parse().map_err(|_| Fault::new("an IPv4 or IPv6 address without a port"))
    }
}

impl Text for Pool {
    const KIND: &'static str = "network";
    const EXAMPLE: &'static str = "10.128.0.0/9";

    fn parse(text: &str) -> Result<Self, Fault> {
        Pool::parse(text).ok_or_else(|| {
            Fault::new("a network such as \"10.128.0.0/9\" with at least two addresses, and no bits set beyond the prefix")
        })
    }
}

impl Text for KernelName {
    const KIND: &'static str = "kernel";
    const EXAMPLE: &'static str = "6.1.170";

    fn parse(text: &str) -> Result<Self, Fault> {
        text.parse().map_err(|_| Fault::new("\"total\", \"classic\" or a kernel release such as \"6.1.170\""))
    }
}

/// A set of words that have a fixed meaning.
pub(crate) trait Word: Copy + 'static {
    /// What the set is called.
    const KIND: &'static str;
    /// Every word with its meaning.
    const WORDS: &'static [(&'static str, Self)];
}

/// How a member of a set is written.
pub(crate) fn word_of<W: Word + PartialEq>(member: W) -> &'static str {
    W::WORDS.iter().find(|&&(_, value)| value == member).map_or("", |&(word, _)| word)
}

impl<W: Word> Text for W {
    const KIND: &'static str = W::KIND;
    const EXAMPLE: &'static str = W::WORDS[0].0;

    fn parse(text: &str) -> Result<Self, Fault> {
        let names = || W::WORDS.iter().map(|&(name, _)| name);
        if let Some(&(_, value)) = W::WORDS.iter().find(|&&(name, _)| name == text) {
            return Ok(value);
        }
        let fault = Fault::new(format!("one of {}", listed(names())));
        match did_you_mean(text, names()) {
            Some(help) => Err(fault.help(help)),
            None => Err(fault),
        }
    }

    fn choices() -> Option<Vec<&'static str>> {
        Some(W::WORDS.iter().map(|&(name, _)| name).collect())
    }
}

impl Text for Protocol {
    const KIND: &'static str = "protocol";
    const EXAMPLE: &'static str = "tcp";

    fn parse(text: &str) -> Result<Self, Fault> {
        let fault = Fault::new("one of `tcp`, `udp`");
        match text {
            "tcp" => Ok(Self::Tcp),
            "udp" => Ok(Self::Udp),
            "sctp" => Err(fault.help("the live lab and the packet director know SCTP, scenarios do not")),
            _ => Err(match did_you_mean(text, ["tcp", "udp"]) {
                Some(help) => fault.help(help),
                None => fault,
            }),
        }
    }

    fn choices() -> Option<Vec<&'static str>> {
        Some(vec!["tcp", "udp"])
    }
}

impl Word for Forwarding {
    const KIND: &'static str = "forwarding";
    const WORDS: &'static [(&'static str, Self)] =
        &[("masq", Self::Masquerade), ("gate", Self::DirectRoute), ("tunnel", Self::Tunnel)];
}

/// How the director's timers run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum TimerKind {
    Wheel,
    Exact,
}

impl Word for TimerKind {
    const KIND: &'static str = "timers";
    const WORDS: &'static [(&'static str, Self)] = &[("wheel", Self::Wheel), ("exact", Self::Exact)];
}

/// A flag of `sh` or `mh`, as `ipvsadm -b` spells it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum HashFlag {
    Fallback,
    Port,
}

impl Word for HashFlag {
    const KIND: &'static str = "flag";
    const WORDS: &'static [(&'static str, Self)] = &[
        ("sh-fallback", Self::Fallback),
        ("sh-port", Self::Port),
        ("mh-fallback", Self::Fallback),
        ("mh-port", Self::Port),
    ];
}

impl Word for SchedulerKind {
    const KIND: &'static str = "scheduler";
    const WORDS: &'static [(&'static str, Self)] = &SCHEDULERS;
}

const SCHEDULERS: [(&str, SchedulerKind); 14] = {
    let mut words = [("", SchedulerKind::Rr); 14];
    let mut at = 0;
    while at < words.len() {
        words[at] = (SchedulerKind::ALL[at].name(), SchedulerKind::ALL[at]);
        at += 1;
    }
    words
};

/// A scheduler that IPVS does not have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Baseline(pub(crate) SchedulerKind);

impl Word for Baseline {
    const KIND: &'static str = "baseline";
    const WORDS: &'static [(&'static str, Self)] = &[
        (SchedulerKind::Random.name(), Self(SchedulerKind::Random)),
        (SchedulerKind::Jsq.name(), Self(SchedulerKind::Jsq)),
        (SchedulerKind::LeastWork.name(), Self(SchedulerKind::LeastWork)),
    ];
}

/// The rule of another data plane.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Plane(pub(crate) SchedulerKind);

impl Word for Plane {
    const KIND: &'static str = "data-plane";
    const WORDS: &'static [(&'static str, Self)] = &PLANES;
}

const PLANES: [(&str, Plane); SchedulerKind::PLANES.len()] = {
    let mut words = [("", Plane(SchedulerKind::Rr)); SchedulerKind::PLANES.len()];
    let mut at = 0;
    while at < words.len() {
        words[at] = (SchedulerKind::PLANES[at].name(), Plane(SchedulerKind::PLANES[at]));
        at += 1;
    }
    words
};

impl Word for SpreadBy {
    const KIND: &'static str = "spread-by";
    const WORDS: &'static [(&'static str, Self)] =
        &[("client", Self::Client), ("connection", Self::Connection)];
}

impl Word for RouterHash {
    const KIND: &'static str = "router-hash";
    const WORDS: &'static [(&'static str, Self)] = &[("plain", Self::Plain), ("resilient", Self::Resilient)];
}

impl Word for Start {
    const KIND: &'static str = "start";
    const WORDS: &'static [(&'static str, Self)] = &[("same", Self::Same), ("spread", Self::Spread)];
}

impl Word for TimeFormat {
    const KIND: &'static str = "time-format";
    const WORDS: &'static [(&'static str, Self)] = &[
        ("unix_s", Self::UnixSeconds),
        ("unix_ms", Self::UnixMillis),
        ("unix_us", Self::UnixMicros),
        ("unix_ns", Self::UnixNanos),
        ("iso8601", Self::Iso8601),
    ];
}

/// What a missing number (`-` or nothing) in a trace means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Missing {
    Refuse,
    Zero,
}

impl Word for Missing {
    const KIND: &'static str = "missing";
    const WORDS: &'static [(&'static str, Self)] = &[("refuse", Self::Refuse), ("zero", Self::Zero)];
}

/// What breaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum FaultKind {
    Crash,
    Reset,
    Hang,
    Slow,
    Failover,
    DirectorDown,
}

impl Word for FaultKind {
    const KIND: &'static str = "fault";
    const WORDS: &'static [(&'static str, Self)] = &[
        ("crash", Self::Crash),
        ("reset", Self::Reset),
        ("hang", Self::Hang),
        ("slow", Self::Slow),
        ("failover", Self::Failover),
        ("director-down", Self::DirectorDown),
    ];
}

impl Word for Overflow {
    const KIND: &'static str = "overflow";
    const WORDS: &'static [(&'static str, Self)] = &[("reset", Self::Reset), ("drop", Self::Drop)];
}

impl Word for PauseLaw {
    const KIND: &'static str = "law";
    const WORDS: &'static [(&'static str, Self)] =
        &[("constant", Self::Constant), ("exponential", Self::Exponential)];
}

impl Word for Asks {
    const KIND: &'static str = "check";
    const WORDS: &'static [(&'static str, Self)] = &[("tcp", Self::Connection), ("http", Self::Answer)];
}

impl Word for BelowQuorum {
    const KIND: &'static str = "below-quorum";
    const WORDS: &'static [(&'static str, Self)] = &[("go-on", Self::GoOn), ("close", Self::Close)];
}

/// The character between two fields of a trace.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Delimiter(pub(crate) u8);

impl Text for Delimiter {
    const KIND: &'static str = "delimiter";
    const EXAMPLE: &'static str = ",";

    fn parse(text: &str) -> Result<Self, Fault> {
        match text.as_bytes() {
            &[byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\r' | b'\n') => Ok(Self(byte)),
            _ => Err(Fault::new("one ASCII character such as \",\" or \"\\t\"")),
        }
    }
}
