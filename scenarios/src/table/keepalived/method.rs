//! `lvs_method NAT|DR|TUN`, and what kind of tunnel.

use super::Reading;
use super::statement::Statement;
use crate::table::refusal::Refusal;
use crate::table::word::{number, unknown};
use crate::table::{Checksum, Encapsulation, Method, Word};

/// The method that a line says, unless keepalived ignores it.
pub(super) fn taken(statement: &Statement<'_>, reading: &mut Reading) -> Option<Method> {
    let name = reading.value(statement)?;
    let method = read(statement);
    if method.is_err() {
        reading.refuse_dialect(name);
    }
    reading.or_ignored(method)
}

/// Reads `NAT`, `DR`, or `TUN [type ipip|gue port N [nocsum|csum|remcsum]|gre [nocsum|csum]]`.
fn read(statement: &Statement<'_>) -> Result<Method, Refusal> {
    let [keyword, name, rest @ ..] = statement.words.as_slice() else {
        let refusal = Refusal::new("the method is missing").at(&statement.words[0].span);
        return Err(refusal.help("NAT, DR or TUN"));
    };
    match (name.text, rest) {
        ("NAT", []) => Ok(Method::Masquerade),
        ("DR", []) => Ok(Method::DirectRoute),
        ("NAT" | "DR", [extra, ..]) => {
            Err(Refusal::new(format!("`{}` takes one value here", keyword.text)).at(&extra.span))
        }
        ("TUN", []) => Ok(Method::Tunnel(Encapsulation::Ipip)),
        ("TUN", [word, kind, rest @ ..]) if word.text == "type" => tunnel(kind, rest).map(Method::Tunnel),
        ("TUN", [extra, ..]) => Err(unknown(extra, "part of a tunnel", &["type"])),
        _ => Err(unknown(name, "method", &["NAT", "DR", "TUN"])),
    }
}

fn tunnel(kind: &Word<'_>, rest: &[Word<'_>]) -> Result<Encapsulation, Refusal> {
    match (kind.text, rest) {
        ("ipip", []) => Ok(Encapsulation::Ipip),
        ("gue", [word, port, rest @ ..]) if word.text == "port" => {
            let port = number(port, "a port", 1..=65_535)? as u16;
            Ok(Encapsulation::Gue { port, checksum: checksum(rest, &["nocsum", "csum", "remcsum"])? })
        }
        ("gue", _) => Err(Refusal::new("a tunnel of type gue needs `port N`").at(&kind.span)),
        ("gre", rest) => Ok(Encapsulation::Gre(checksum(rest, &["nocsum", "csum"])?)),
        ("ipip", [extra, ..]) => {
            Err(Refusal::new("a tunnel of type ipip has no further options").at(&extra.span))
        }
        _ => Err(unknown(kind, "type of tunnel", &["ipip", "gue", "gre"])),
    }
}

fn checksum(words: &[Word<'_>], known: &[&str]) -> Result<Checksum, Refusal> {
    match words {
        [] => Ok(Checksum::None),
        [word] if known.contains(&word.text) => Ok(match word.text {
            "csum" => Checksum::Own,
            "remcsum" => Checksum::Remote,
            _ => Checksum::None,
        }),
        [word, ..] => Err(unknown(word, "kind of checksum", known)),
    }
}
