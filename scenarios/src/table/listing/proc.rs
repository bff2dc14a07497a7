//! How the kernel writes addresses in `/proc/net`: in hexadecimal.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use crate::suggest::printable;
use crate::table::Word;
use crate::table::refusal::Refusal;

/// Whether this is an IPv4 address with its port, such as `C0000201:01BB`.
pub(super) fn is_address(text: &str) -> bool {
    text.len() == 13
        && text.as_bytes()[8] == b':'
        && text.bytes().enumerate().all(|(at, byte)| at == 8 || byte.is_ascii_hexdigit())
}

/// `C0000201:01BB`, or `[2001:0db8:0000:0000:0000:0000:0000:0001]:0050`.
pub(super) fn endpoint(word: &Word<'_>) -> Result<SocketAddr, Refusal> {
    let (address, port) = word.text.rsplit_once(':').unwrap_or((word.text, ""));
    address_of(address.trim_start_matches('[').trim_end_matches(']'))
        .zip(hexadecimal(port).and_then(|port| u16::try_from(port).ok()))
        .map(|(address, port)| SocketAddr::new(address, port))
        .ok_or_else(|| refuse(word, "an address and a port in hexadecimal, as `C0000201:01BB`"))
}

/// `C0000201`, or an IPv6 address.
fn address_of(text: &str) -> Option<IpAddr> {
    if text.contains(':') {
        return text.parse::<Ipv6Addr>().ok().map(IpAddr::V6);
    }
    let bits = hexadecimal(text).filter(|_| text.len() == 8)?;
    Some(Ipv4Addr::from(u32::try_from(bits).ok()?).into())
}

/// An address and a port in columns of their own.
pub(in crate::table) fn pair(address: &Word<'_>, port: &Word<'_>) -> Result<SocketAddr, Refusal> {
    let address = address_of(address.text).ok_or_else(|| refuse(address, "an address in hexadecimal"))?;
    let number = hexadecimal(port.text).and_then(|port| u16::try_from(port).ok());
    let port = number.ok_or_else(|| refuse(port, "a port in hexadecimal"))?;
    Ok(SocketAddr::new(address, port))
}

/// A firewall mark of eight digits.
pub(super) fn mark(word: &Word<'_>) -> Result<u32, Refusal> {
    let mark = hexadecimal(word.text).and_then(|mark| u32::try_from(mark).ok()).filter(|mark| *mark > 0);
    mark.ok_or_else(|| refuse(word, "a firewall mark in hexadecimal"))
}

/// A number of the kernel.
pub(super) fn hexadecimal(text: &str) -> Option<u64> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_number.then(|| u64::from_str_radix(text, 16).ok()).flatten()
}

fn refuse(word: &Word<'_>, expected: &str) -> Refusal {
    let message = format!("found `{}`, expected {expected}", printable(word.text, 60));
    Refusal::new(message).at(&word.span)
}
