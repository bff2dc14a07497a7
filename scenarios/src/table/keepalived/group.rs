//! `virtual_server_group`: several addresses and marks with the same real servers.

use std::net::{IpAddr, SocketAddr};

use super::statement::Statement;
use crate::suggest::printable;
use crate::table::Word;
use crate::table::refusal::Refusal;
use crate::table::word::number;

/// The most addresses of a group.
const MOST: usize = 4096;

/// How a virtual server is reached, as far as its first line says.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    /// At an address; port 0 is every port.
    Address(SocketAddr),
    /// By a firewall mark.
    Mark(u32),
}

/// The places of a group.
pub(super) type Group = Vec<Place>;

/// Reads a group and its name.
pub(super) fn read<'a>(statement: &Statement<'a>) -> Result<(&'a str, Group), Refusal> {
    let name = statement.value()?.text;
    let mut group = Group::new();
    for inner in statement.block() {
        match inner.words.as_slice() {
            [keyword, mark] if keyword.text == "fwmark" => group.push(Place::Mark(mark_of(mark)?)),
            [range, rest @ ..] => {
                let port = port(rest, inner)?;
                let (first, count) = addresses(range)?;
                if group.len() + count > MOST {
                    let message = format!("a group of more than {MOST} addresses");
                    return Err(Refusal::new(message).at(&range.span));
                }
                group.extend(
                    (0..count as u32).map(|step| Place::Address(SocketAddr::new(after(first, step), port))),
                );
            }
            [] => {}
        }
    }
    Ok((name, group))
}

/// A firewall mark.
pub(super) fn mark_of(word: &Word<'_>) -> Result<u32, Refusal> {
    number(word, "a firewall mark", 1..=u32::MAX)
}

/// What follows an address: its port, or nothing, which is 0.
pub(super) fn port(words: &[Word<'_>], statement: &Statement<'_>) -> Result<u16, Refusal> {
    match words {
        [] => Ok(0),
        [port] => Ok(number(port, "a port", 0..=65_535)? as u16),
        [_, extra, ..] => {
            let message = format!("`{}` takes an address and a port", printable(statement.keyword(), 60));
            Err(Refusal::new(message).at(&extra.span))
        }
    }
}

/// An address.
pub(super) fn address(word: &Word<'_>) -> Result<IpAddr, Refusal> {
    word.text.parse().map_err(|_| refuse(word, "names are not looked up"))
}

fn refuse(word: &Word<'_>, help: &str) -> Refusal {
    let message = format!("found `{}`, expected an address", printable(word.text, 60));
    let help = if word.text.contains('$') { "`$` definitions are not replaced" } else { help };
    Refusal::new(message).at(&word.span).help(help)
}

/// The first address of `192.168.200.1-10` or `2001:db8::1-a`, and how many there are.
fn addresses(word: &Word<'_>) -> Result<(IpAddr, usize), Refusal> {
    let Some((first, last)) = word.text.split_once('-') else { return Ok((address(word)?, 1)) };
    let range = || refuse(word, "a range is `192.168.200.1-10`, or of IPv6 `2001:db8::1-a`");
    let first: IpAddr = first.parse().map_err(|_| range())?;
    let (from, to) = match first {
        IpAddr::V4(v4) => (u16::from(v4.octets()[3]), last.parse::<u8>().ok().map(u16::from)),
        IpAddr::V6(v6) => (v6.segments()[7], u16::from_str_radix(last, 16).ok()),
    };
    let to = to.filter(|&to| to >= from).ok_or_else(range)?;
    Ok((first, usize::from(to - from) + 1))
}

/// The address `steps` after this one.
fn after(first: IpAddr, steps: u32) -> IpAddr {
    match first {
        IpAddr::V4(v4) => IpAddr::V4(u32::from(v4).wrapping_add(steps).into()),
        IpAddr::V6(v6) => IpAddr::V6(u128::from(v6).wrapping_add(steps.into()).into()),
    }
}
