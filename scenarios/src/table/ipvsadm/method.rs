//! How packets reach a real server: the options of `-a` that say so.

use std::ops::Range;

use super::option::{Given, Meaning};
use crate::table::refusal::Refusal;
use crate::table::word::{number, unknown};
use crate::table::{Checksum, Encapsulation, Method};

/// The method among a line's options; direct routing if none is given.
pub(super) fn method(given: &[Given<'_>]) -> Result<Method, Refusal> {
    let is_method = |given: &&Given<'_>| {
        matches!(given.meaning, Meaning::DirectRoute | Meaning::Tunnel | Meaning::Masquerade)
    };
    let mut methods = given.iter().filter(is_method);
    let first = methods.next();
    if let (Some(first), Some(second)) = (first, methods.next()) {
        let refusal = Refusal::new("a server is reached in one way").at(&second.span);
        return Err(refusal.also(&first.span, "the other one"));
    }
    let of_tunnel = |given: &&Given<'_>| {
        use Meaning::{NoChecksum, OwnChecksum, RemoteChecksum, TunnelPort, TunnelType};
        matches!(given.meaning, TunnelType | TunnelPort | NoChecksum | OwnChecksum | RemoteChecksum)
    };
    match first.map(|given| given.meaning) {
        Some(Meaning::Tunnel) => encapsulation(given).map(Method::Tunnel),
        other => match given.iter().find(of_tunnel) {
            Some(stray) => {
                Err(Refusal::new(format!("`{}` is about tunnels", stray.name)).at(&stray.span).help("`-i`"))
            }
            None if other == Some(Meaning::Masquerade) => Ok(Method::Masquerade),
            None => Ok(Method::DirectRoute),
        },
    }
}

fn encapsulation(given: &[Given<'_>]) -> Result<Encapsulation, Refusal> {
    let of = |meaning: Meaning| given.iter().find(|given| given.meaning == meaning);
    let value = |meaning| of(meaning).and_then(|given| given.value.as_ref());
    let mut sums = given.iter().filter_map(|given| {
        let checksum = match given.meaning {
            Meaning::NoChecksum => Checksum::None,
            Meaning::OwnChecksum => Checksum::Own,
            Meaning::RemoteChecksum => Checksum::Remote,
            _ => return None,
        };
        Some((checksum, &given.span))
    });
    let sum = sums.next();
    if let Some((_, second)) = sums.next() {
        return Err(Refusal::new("a tunnel has one kind of checksum").at(second));
    }
    let checksum = sum.map_or(Checksum::None, |(checksum, _)| checksum);
    let stray = |span: &Range<usize>, why: &str| Err(Refusal::new(why).at(span));
    let port = value(Meaning::TunnelPort);
    match value(Meaning::TunnelType).map(|word| (word.text, word)) {
        None | Some(("ipip", _)) => match (port, sum) {
            (Some(port), _) => stray(&port.span, "a tunnel of type ipip has no port"),
            (None, Some((_, span))) => stray(span, "a tunnel of type ipip has no checksum"),
            (None, None) => Ok(Encapsulation::Ipip),
        },
        Some(("gue", word)) => match port {
            Some(port) => {
                let port = number(port, "a port", 1..=65_535)? as u16;
                Ok(Encapsulation::Gue { port, checksum })
            }
            None => Err(Refusal::new("a tunnel of type gue needs a port")
                .at(&word.span)
                .help("`--tun-port 6080`")),
        },
        Some(("gre", _)) => match (port, sum) {
            (Some(port), _) => stray(&port.span, "a tunnel of type gre has no port"),
            (None, Some((Checksum::Remote, span))) => {
                stray(span, "a tunnel of type gre has no remote checksum")
            }
            _ => Ok(Encapsulation::Gre(checksum)),
        },
        Some((_, word)) => Err(unknown(word, "type of tunnel", &["ipip", "gue", "gre"])),
    }
}
