//! What must hold for any bytes, by the names of the fuzz targets: `fuzz/` tries them on input that is made for it,
//! and the tests on what was found there.
//!
//! This file is called `mod.rs` because `fuzz/src/lib.rs` includes it by its path, and then looks for the modules beside it.

mod farms;
mod hints;
mod logs;
mod scenarios;

use ipvslab_scenarios::log::Format;

/// The largest input that is looked at.
pub(crate) const LARGEST: usize = 64 << 10;

/// Formats that are format strings.
const NAMED: [Format; 9] = [
    Format::HaproxyClf,
    Format::Squid,
    Format::Traefik,
    Format::IngressNginx,
    Format::SslRequest,
    Format::Common,
    Format::CombinedIo,
    Format::VhostCombined,
    Format::NginxMain,
];

/// Checks `input` by the properties of the target of this name.
///
/// # Panics
/// If it does not hold, or the name is none.
pub(crate) fn check(target: &str, input: &[u8]) {
    if input.len() > LARGEST {
        return;
    }
    match target {
        "combined" => logs::said(&[Format::Apache, Format::Nginx, Format::Tomcat], input),
        "haproxy" => logs::said(&[Format::HaproxyHttp, Format::HaproxyTcp], input),
        "elb" => logs::said(&[Format::Elb, Format::Alb, Format::Nlb], input),
        "zeek" => logs::said(&[Format::Zeek, Format::ZeekJson], input),
        "envoy" => logs::said(&[Format::Envoy, Format::Istio, Format::EnvoyText], input),
        "json" => logs::said(&[Format::Caddy, Format::TraefikJson, Format::NginxJson], input),
        "w3c" => logs::said(&[Format::W3c], input),
        "named" => logs::said(&NAMED, input),
        "log_format" => logs::formatted(input),
        "map" => logs::mapped(input),
        "server_conf" => logs::configuration(input),
        "packets" => logs::said(&[Format::Pcap], input),
        "trace" => logs::said(&[Format::Trace], input),
        "detect" => logs::found_out(input),
        "played" => scenarios::played(input),
        "scenario" => scenarios::parsed(input),
        "ipvsadm" | "listing" => farms::ipvsadm_s(input),
        "counts" => farms::counted(input),
        "keepalived" => farms::keepalived_s(input),
        other => panic!("there is no target `{other}`"),
    }
}

/// What is the most lines that a message may speak of: one behind the last.
fn lines(input: &[u8]) -> usize {
    input.iter().filter(|&&byte| byte == b'\n').count() + 2
}
