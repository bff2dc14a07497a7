//! The words of a table: addresses with ports, numbers, names of a closed set.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::RangeInclusive;

use ipvslab_schedulers::SchedulerKind;
use ipvslab_sim::Protocol;

use super::names::HostNames;
use super::{SchedulerFlags, Word};
use crate::netmask::prefix_of;
use crate::suggest::{did_you_mean, listed, printable};
use crate::table::refusal::Refusal;

/// `10.0.0.1:80` or `[2001:db8::1]:80`, or with names; the port may be missing.
pub(super) fn endpoint(
    word: &Word<'_>,
    protocol: Protocol,
    names: &HostNames,
) -> Result<(IpAddr, Option<u16>), Refusal> {
    let text = word.text;
    let refuse = |help: String| {
        let message = format!("found `{}`, expected an address and a port", printable(text, 60));
        Refusal::new(message).at(&word.span).help(help)
    };
    let port = |port: &str| match number_of(port).map(u16::try_from) {
        Some(Ok(port)) => Ok(port),
        None if is_service(port) => {
            names.port(port, protocol).ok_or_else(|| unknown_service(word, port, protocol))
        }
        _ => Err(refuse("ports are 0..=65535".to_owned())),
    };
    if let Some(rest) = text.strip_prefix('[') {
        let (address, rest) =
            rest.split_once(']').ok_or_else(|| refuse("the bracket is not closed".into()))?;
        let address = match address.parse::<Ipv6Addr>() {
            Ok(address) => address.into(),
            Err(_) if is_name(address) => {
                names.host(address, true).ok_or_else(|| unknown_host(word, address, "2001:db8::1"))?
            }
            Err(_) => return Err(refuse("in brackets an IPv6 address, as `[2001:db8::1]:80`".into())),
        };
        let port = match rest {
            "" => None,
            rest => Some(port(
                rest.strip_prefix(':').ok_or_else(|| refuse("a colon before the port".to_owned()))?,
            )?),
        };
        return Ok((address, port));
    }
    if text.parse::<Ipv6Addr>().is_ok() {
        return Err(refuse(format!("IPv6 in brackets: `[{text}]:80`")));
    }
    let (address, after) = match text.split_once(':') {
        Some((address, after)) => (address, Some(after)),
        None => (text, None),
    };
    let address = match address.parse::<Ipv4Addr>() {
        Ok(address) => address.into(),
        Err(_) if is_name(address) => {
            names.host(address, false).ok_or_else(|| unknown_host(word, address, "10.1.0.1"))?
        }
        Err(_) => return Err(refuse("an address is `10.0.0.1` or `[2001:db8::1]`".to_owned())),
    };
    Ok((address, after.map(port).transpose()?))
}

/// Whether this may be the name of a host.
fn is_name(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'))
}

/// Whether this may be the name of a service.
fn is_service(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_alphabetic())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'+' | b'.' | b'*'))
}

fn unknown_host(word: &Word<'_>, host: &str, address: &str) -> Refusal {
    let host = printable(host, 60);
    let help = format!(
        "`-n` makes ipvsadm write addresses (`ipvsadm -Sn`); or `--hosts FILE` names them, with a line `{address} {host}`"
    );
    Refusal::new(format!("the host `{host}` is not known")).at(&word.span).help(help)
}

fn unknown_service(word: &Word<'_>, port: &str, protocol: Protocol) -> Refusal {
    let port = printable(port, 60);
    let protocol = match protocol {
        Protocol::Tcp => "tcp",
        Protocol::Udp => "udp",
        Protocol::Sctp => "sctp",
    };
    let help = format!(
        "`-n` makes ipvsadm write numbers (`ipvsadm -Sn`); or `--services FILE` names them, with a line `{port} 8080/{protocol}`"
    );
    Refusal::new(format!("the service `{port}` of {protocol} is not known")).at(&word.span).help(help)
}

/// A decimal number without a sign.
pub(super) fn number_of(text: &str) -> Option<u64> {
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
        let message = format!("found `{found}`, expected an IPv4 mask with all ones in front");
        Refusal::new(message).at(&word.span).help("`255.255.255.0`; masks with holes are not modelled")
    })
}

/// What to say to a word that is none of those `known`; `what` it should be.
pub(super) fn unknown(word: &Word<'_>, what: &str, known: &[&str]) -> Refusal {
    let refusal = Refusal::new(format!("unknown {what} `{}`", printable(word.text, 60))).at(&word.span);
    let names = listed(known.iter().copied());
    refusal.help(did_you_mean(word.text, known.iter().copied()).unwrap_or(format!("one of {names}")))
}

/// The words of every line that has any.
pub(super) fn lines(text: &str) -> impl Iterator<Item = Vec<Word<'_>>> {
    let mut start = 0;
    text.split('\n').filter_map(move |line| {
        let begin = start;
        start += line.len() + 1;
        let mut words = Vec::new();
        let mut at = 0;
        for word in line.split([' ', '\t', '\r']) {
            if !word.is_empty() {
                words.push(Word { text: word, span: begin + at..begin + at + word.len() });
            }
            at += word.len() + 1;
        }
        (!words.is_empty()).then_some(words)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<(IpAddr, Option<u16>), String> {
        let mut names = HostNames::default();
        names.add_hosts("10.0.0.9 web\nfd00::9 web\n", "hosts").expect("sound");
        endpoint(&Word { text, span: 0..text.len() }, Protocol::Tcp, &names)
            .map_err(|refusal| crate::problem::Problem::from(refusal).message)
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
    fn names_are_those_that_are_known() {
        let v6: IpAddr = "fd00::9".parse().expect("an address");
        assert_eq!(read("web:http"), Ok((IpAddr::from([10, 0, 0, 9]), Some(80))));
        assert_eq!(read("10.0.0.1:https"), Ok((IpAddr::from([10, 0, 0, 1]), Some(443))));
        assert_eq!(read("[web]:domain"), Ok((v6, Some(53))));
        for (text, said) in [
            ("web.example.org:http", "the host `web.example.org` is not known"),
            ("localhost", "the host `localhost` is not known"),
            ("10.0.0.1:htpt", "the service `htpt` of tcp is not known"),
            ("10.0.0.1:syslog", "the service `syslog` of tcp is not known"),
        ] {
            assert_eq!(read(text), Err(said.to_owned()), "{text}");
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
