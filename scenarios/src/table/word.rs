//! The words of a table: addresses with ports, numbers, names of a closed set.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::RangeInclusive;

use ipvslab_schedulers::SchedulerKind;

use super::{SchedulerFlags, Word};
use crate::netmask::prefix_of;
use crate::suggest::{did_you_mean, listed, printable};
use crate::table::refusal::Refusal;

/// `10.0.0.1:80` or `[2001:db8::1]:80`; the port may be missing.
pub(super) fn endpoint(word: &Word<'_>) -> Result<(IpAddr, Option<u16>), Refusal> {
    let text = word.text;
    let refuse = |help: String| {
        let message = format!("found `{}`, expected an address and a port", printable(text, 60));
        Refusal::new(message).at(&word.span).help(help)
    };
    if let Some(rest) = text.strip_prefix('[') {
        let (address, rest) =
            rest.split_once(']').ok_or_else(|| refuse("the bracket is not closed".into()))?;
        let address: Ipv6Addr = address
            .parse()
            .map_err(|_| refuse("in brackets an IPv6 address, as `[2001:db8::1]:80`".into()))?;
        let port = match rest {
            "" => None,
            rest => Some(rest.strip_prefix(':').and_then(port).ok_or_else(|| refuse(ports(rest)))?),
        };
        return Ok((address.into(), port));
    }
    if text.parse::<Ipv6Addr>().is_ok() {
        return Err(refuse(format!("IPv6 in brackets: `[{text}]:80`")));
    }
    let (address, after) = match text.split_once(':') {
        Some((address, after)) => (address, Some(after)),
        None => (text, None),
    };
    let address: Ipv4Addr = address.parse().map_err(|_| refuse(NAMES.into()))?;
    match after {
        None => Ok((address.into(), None)),
        Some(after) => Ok((address.into(), Some(port(after).ok_or_else(|| refuse(ports(after)))?))),
    }
}

const NAMES: &str = "names are not looked up; save with `ipvsadm -Sn`";

fn ports(found: &str) -> String {
    let is_name = found.chars().any(char::is_alphabetic);
    if is_name { NAMES.to_owned() } else { "ports are 0..=65535".to_owned() }
}

fn port(text: &str) -> Option<u16> {
    number_of(text)?.try_into().ok()
}

/// A decimal number without a sign.
fn number_of(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// A whole number within `range`; `what` it is.
pub(super) fn number(word: &Word<'_>, what: &str, range: RangeInclusive<u32>) -> Result<u32, Refusal> {
    let value = number_of(word.text).and_then(|value| u32::try_from(value).ok());
    value.filter(|value| range.contains(value)).ok_or_else(|| {
        let (least, most) = (range.start(), range.end());
        let message = format!("found `{}`, expected {what}, {least}..={most}", printable(word.text, 60));
        Refusal::new(message).at(&word.span)
    })
}

/// A scheduler by its ipvsadm name.
pub(super) fn scheduler(word: &Word<'_>) -> Result<SchedulerKind, Refusal> {
    let names: Vec<&str> = SchedulerKind::ALL.iter().map(|kind| kind.name()).collect();
    word.text.parse().map_err(|_| unknown(word, "scheduler", &names))
}

/// The bit of a scheduler's flag.
pub(super) fn scheduler_flag(word: &Word<'_>) -> Result<usize, Refusal> {
    let names = SchedulerFlags::NAMES;
    let found = names.iter().find(|(name, _)| *name == word.text);
    found.map(|&(_, bit)| bit).ok_or_else(|| unknown(word, "flag", &names.map(|(name, _)| name)))
}

/// A persistence engine: the kernel has one.
pub(super) fn engine(word: &Word<'_>) -> Result<String, Refusal> {
    if word.text == "sip" {
        Ok(word.text.to_owned())
    } else {
        Err(unknown(word, "persistence engine", &["sip"]))
    }
}

/// The leading bits of a netmask: an IPv4 mask without holes, or the length of an IPv6 prefix.
pub(super) fn netmask(word: &Word<'_>, ipv6: bool) -> Result<u8, Refusal> {
    if ipv6 {
        return Ok(number(word, "the length of an IPv6 prefix", 1..=128)? as u8);
    }
    let mask = word.text.parse().ok().and_then(prefix_of);
    mask.ok_or_else(|| {
        let found = printable(word.text, 60);
        let message = format!("found `{found}`, expected an IPv4 mask whose ones are all in front");
        Refusal::new(message).at(&word.span).help("`255.255.255.0`; masks with holes are not modelled")
    })
}

/// What to say to a word that is none of those `known`; `what` it should be.
pub(super) fn unknown(word: &Word<'_>, what: &str, known: &[&str]) -> Refusal {
    let refusal = Refusal::new(format!("unknown {what} `{}`", printable(word.text, 60))).at(&word.span);
    let names = listed(known.iter().copied());
    refusal.help(did_you_mean(word.text, known.iter().copied()).unwrap_or(format!("one of {names}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<(IpAddr, Option<u16>), String> {
        endpoint(&Word { text, span: 0..text.len() })
            .map_err(|refusal| crate::problem::Problem::from(refusal).help.unwrap_or_default())
    }

    #[test]
    fn endpoints_of_both_families_are_read() {
        let v6: IpAddr = "2001:db8::1".parse().expect("an address");
        assert_eq!(read("10.0.0.1:80"), Ok((IpAddr::from([10, 0, 0, 1]), Some(80))));
        assert_eq!(read("10.0.0.1"), Ok((IpAddr::from([10, 0, 0, 1]), None)));
        assert_eq!(read("[2001:db8::1]:0"), Ok((v6, Some(0))));
        assert_eq!(read("[2001:db8::1]"), Ok((v6, None)));
    }

    #[test]
    fn names_are_not_looked_up() {
        for text in ["web.example.org:http", "10.0.0.1:http", "localhost", "[2001:db8::1]:domain"] {
            assert_eq!(read(text), Err(NAMES.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_is_no_endpoint_is_refused() {
        for text in [
            "",
            "[",
            "[]",
            "[::1",
            "[::1]x",
            "[::1]80",
            "10.0.0.1:65536",
            "10.0.0.1:+80",
            "10.0.0.1:",
            "::1",
            "[10.0.0.1]:80",
            "10.0.0.1:8 0",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
