//! `virtual_server_group`: several addresses and marks with the same real servers.

use std::net::{IpAddr, SocketAddr};

use super::Reading;
use super::statement::Statement;
use super::value::{address, endpoint, is_ipv6, number};
use crate::problem::Problem;
use crate::suggest::printable;
use crate::table::Word;
use crate::table::refusal::Refusal;

/// The most addresses of a group.
const MOST: usize = 4096;

/// How a virtual server is reached, as far as its first line says.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    /// At an address; port 0 is every port.
    Address(SocketAddr),
    /// By a firewall mark, of a family if it says so.
    Mark { mark: u32, ipv6: Option<bool> },
}

/// The places of a group.
pub(super) type Group = Vec<Place>;

/// Reads a group and its name; `None` if keepalived removes it.
pub(super) fn read<'a>(statement: &Statement<'a>, reading: &mut Reading) -> Option<(&'a str, Group)> {
    let name = reading.value(statement)?;
    let (mut group, mut is_sound) = (Group::new(), true);
    for inner in statement.block() {
        match entry(inner, MOST - group.len()) {
            Ok(places) => group.extend(places),
            Err(Amiss::Stops(refusal)) => {
                is_sound = false;
                reading.problems.push(refusal.into());
            }
            Err(Amiss::PassedOver(refusal)) => {
                reading.warnings.push(refusal.passed_over("keepalived skips the line"));
            }
        }
    }
    if group.is_empty() && is_sound {
        let message = format!("the group `{}` is empty: keepalived removes it", printable(name.text, 60));
        reading.warnings.push(Problem::warning("", message).at(&name.span));
    }
    (!group.is_empty()).then_some((name.text, group))
}

/// What is amiss with a line of a group.
enum Amiss {
    /// keepalived complains and goes on.
    PassedOver(Refusal),
    /// It does not.
    Stops(Refusal),
}

impl From<Refusal> for Amiss {
    fn from(refusal: Refusal) -> Self {
        Self::PassedOver(refusal)
    }
}

/// A line of a group, of at most `most` places.
fn entry(statement: &Statement<'_>, most: usize) -> Result<Vec<Place>, Amiss> {
    let [first, rest @ ..] = statement.words.as_slice() else { return Ok(Vec::new()) };
    if first.text == "fwmark" {
        let Some((word, rest)) = rest.split_first() else {
            let refusal = Refusal::new("the mark is missing: keepalived stops here").at(&first.span);
            return Err(Amiss::Stops(refusal.help("`fwmark N`")));
        };
        let ipv6 = rest.first().map(is_ipv6).transpose()?;
        return Ok(vec![Place::Mark { mark: mark(word)?, ipv6 }]);
    }
    let (from, count) = addresses(first)?;
    if count > most {
        return Err(Amiss::Stops(
            Refusal::new(format!("a group of more than {MOST} addresses")).at(&first.span),
        ));
    }
    if !is_counted(from, count) {
        let part = if from.is_ipv4() { "octet" } else { "group" };
        let message = format!(
            "keepalived counts up the last {part} of a range only, and never reaches the end of this one"
        );
        let refusal = Refusal::new(message).at(&first.span);
        return Err(Amiss::Stops(refusal.help(format!("a range for each value of the other {part}s"))));
    }
    // The address of the range with the port behind it.
    let shown = from.to_string();
    let ip = Word { text: &shown, span: first.span.clone() };
    let words: Vec<Word<'_>> = [ip].into_iter().chain(rest.iter().cloned()).collect();
    let port = endpoint(&words)?.port();
    Ok((0..count as u32).map(|step| Place::Address(SocketAddr::new(after(from, step), port))).collect())
}

/// A firewall mark.
pub(super) fn mark(word: &Word<'_>) -> Result<u32, Refusal> {
    number(word, "a firewall mark", 1..=u32::MAX)
}

fn refuse(word: &Word<'_>) -> Refusal {
    let message = format!("found `{}`, expected an address or a range", printable(word.text, 60));
    let help = "a range is `192.168.200.1-10`, `192.168.200.1-192.168.200.10`, `192.168.200.0/24`, or of IPv6 `2001:db8::1-a`";
    Refusal::new(message).at(&word.span).help(help)
}

/// The first address of `192.168.200.1-10`, `192.168.200.1-192.168.201.9`, `192.168.200.0/24` or `2001:db8::1-a`, and how many there
/// are.
fn addresses(word: &Word<'_>) -> Result<(IpAddr, usize), Refusal> {
    let count = |first: u128, last: u128| usize::try_from(last.checked_sub(first)?.checked_add(1)?).ok();
    let counted = if let Some((first, bits)) = word.text.split_once('/') {
        let first: IpAddr = first.parse().map_err(|_| refuse(word))?;
        let width = if first.is_ipv4() { 32 } else { 128 };
        let host_bits =
            bits.parse::<u32>().ok().filter(|bits| (1..=width).contains(bits)).map(|bits| width - bits);
        let host_bits = host_bits.filter(|bits| *bits < 64 && number_of(first) & ((1 << bits) - 1) == 0);
        host_bits.map(|bits| (first, 1_usize << bits))
    } else if let Some((first, last)) = word.text.split_once('-') {
        let first: IpAddr = first.parse().map_err(|_| refuse(word))?;
        let last = match (first, last.parse::<IpAddr>()) {
            (_, Ok(last)) => (last.is_ipv4() == first.is_ipv4()).then(|| number_of(last)),
            (IpAddr::V4(_), Err(_)) => {
                last.parse::<u8>().ok().map(|last| number_of(first) & !0xff | u128::from(last))
            }
            (IpAddr::V6(_), Err(_)) => {
                u16::from_str_radix(last, 16).ok().map(|last| number_of(first) & !0xffff | u128::from(last))
            }
        };
        last.and_then(|last| count(number_of(first), last)).map(|count| (first, count))
    } else {
        Some((address(word)?, 1))
    };
    counted.ok_or_else(|| refuse(word))
}

/// Whether keepalived comes to the end of a range: `ipvs_group_range_cmd` of `ipvswrapper.c` carries nothing over.
fn is_counted(first: IpAddr, count: usize) -> bool {
    let width = if first.is_ipv4() { 1 << 8 } else { 1 << 16 };
    (number_of(first) % width) as usize + count <= width as usize
}

fn number_of(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => u32::from(v4).into(),
        IpAddr::V6(v6) => v6.into(),
    }
}

/// The address `steps` after this one.
fn after(first: IpAddr, steps: u32) -> IpAddr {
    match first {
        IpAddr::V4(v4) => IpAddr::V4(u32::from(v4).wrapping_add(steps).into()),
        IpAddr::V6(v6) => IpAddr::V6(u128::from(v6).wrapping_add(steps.into()).into()),
    }
}
