//! `real_server`.

use std::net::SocketAddr;
use std::ops::Range;

use ipvslab_schedulers::Thresholds;

use super::Reading;
use super::check::{self, Checked};
use super::keyword::{Check, Level};
use super::method;
use super::statement::Statement;
use super::value::{endpoint, number, switch};
use crate::problem::Problem;
use crate::suggest::printable;
use crate::table::Method;
use crate::table::refusal::Refusal;

/// A real server as it is written: what is `None` comes from its virtual server.
pub(super) struct RealServer {
    /// Port 0 if none is given.
    pub(super) endpoint: SocketAddr,
    pub(super) method: Option<Method>,
    pub(super) weight: Option<u16>,
    pub(super) thresholds: Thresholds,
    pub(super) checked: Checked,
    pub(super) span: Range<usize>,
}

/// Reads a real server; `None` if keepalived skips it. `method` is what its virtual server has said so far, `ipv6` its family,
/// which a real server decides if nothing else has.
pub(super) fn read(
    statement: &Statement<'_>,
    method: Option<Method>,
    ipv6: &mut Option<bool>,
    reading: &mut Reading,
) -> Option<RealServer> {
    let ip = reading.value(statement)?;
    let endpoint = match endpoint(&statement.words[1..]) {
        Ok(endpoint) => endpoint,
        Err(refusal) => {
            reading.warnings.push(refusal.passed_over("keepalived skips this real server"));
            return None;
        }
    };
    let span = ip.span.clone();
    let mut server = RealServer {
        endpoint,
        method,
        weight: None,
        thresholds: Thresholds::NONE,
        checked: Checked { name: printable(ip.text, 60), span: span.clone(), ..Checked::default() },
        span,
    };
    let (mut upper, mut lower) = (0, (0, server.span.clone()));
    for inner in statement.block() {
        match inner.keyword() {
            "weight" => server.weight = reading.weight(inner, 0).or(server.weight),
            "lvs_method" => {
                server.method = method::taken(inner, reading).or(server.method);
            }
            "uthreshold" => upper = threshold(inner, reading).unwrap_or(upper),
            "lthreshold" => {
                if let Some(threshold) = threshold(inner, reading) {
                    lower = (threshold, inner.words[0].span.clone());
                }
            }
            "inhibit_on_failure" => {
                let inhibit = switch(&inner.words);
                server.checked.inhibit = reading.or_ignored(inhibit).or(server.checked.inhibit);
            }
            _ if server.checked.numbers.take(inner, Level::Server, reading) => {}
            keyword => match Check::of(keyword) {
                Some(kind) => match check::read(inner, kind, reading) {
                    Some(check) => server.checked.checks.push(check),
                    None => {
                        server.checked.has_other |= !matches!(kind, Check::Http | Check::Ssl);
                        reading.other(inner, Level::Server);
                    }
                },
                None => reading.other(inner, Level::Server),
            },
        }
    }
    let Some(thresholds) = Thresholds::new(upper, lower.0) else {
        let message = format!(
            "found the lower threshold {}, expected 0..={upper}, the upper one: the kernel refuses the server",
            lower.0
        );
        reading.warnings.push(Problem::warning("", message).at(&lower.1));
        return None;
    };
    server.thresholds = thresholds;
    is_of_family(&server, ipv6, reading).then_some(server)
}

fn threshold(statement: &Statement<'_>, reading: &mut Reading) -> Option<u32> {
    let value =
        reading.value(statement).map(|word| number(word, "a number of connections", 0..=i32::MAX as u32));
    value.and_then(|value| reading.or_ignored(value))
}

/// Whether the server is of the family of its service, which it needs not be behind a tunnel.
fn is_of_family(server: &RealServer, ipv6: &mut Option<bool>, reading: &mut Reading) -> bool {
    if matches!(server.method, Some(Method::Tunnel(_))) {
        return true;
    }
    let own = server.endpoint.is_ipv6();
    let of_service = *ipv6.get_or_insert(own);
    if own != of_service {
        let message =
            format!("the server {} is of another IP version than its service", server.endpoint.ip());
        let refusal = Refusal::new(message)
            .at(&server.span)
            .help("the kernel reaches it by a tunnel only: `lvs_method TUN`");
        reading.warnings.push(refusal.passed_over("keepalived skips it"));
    }
    own == of_service
}
