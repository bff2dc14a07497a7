//! What a table does not say: how much work servers take, and how many connections come.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};

use ipvslab_sim::Reached;

use super::{Service, put};
use crate::draft::{TraceFacts, Workload};

/// The share of the farm's capacity that the load takes: the made-up one, or a trace's in its busiest minute.
const LOAD: f64 = 0.7;
/// The made-up slots of a server, and the mean work of a connection in seconds.
const SLOTS: f64 = 16.0;
const WORK_S: f64 = 0.05;
/// The most slots of a server.
const MOST_SLOTS: f64 = 1e6;

/// A trace that is played, and what it makes.
type Played<'a> = Option<(&'a TraceFacts, &'a Workload)>;

/// The section `[run]`.
pub(super) fn run(text: &mut String, played: Played<'_>) {
    put(text, format_args!("[run]"));
    let Some((facts, workload)) = played else {
        put(text, format_args!("duration = \"10min\"\nwarm_up = \"1min\"\nreplications = 5\n"));
        return;
    };
    let warm_up_ms = facts.longest.min(facts.span / 10) / 1_000_000;
    if warm_up_ms > 0 {
        put(
            text,
            format_args!(
                "warm_up = \"{warm_up_ms}ms\"           # excluded at the start, where a log lacks what was already running"
            ),
        );
    }
    let (count, why) = match workload.is_random {
        true => (5, "each with other times within a tick"),
        false => (1, "nothing is random: everything is from the trace"),
    };
    put(text, format_args!("replications = {count}           # {why}\n"));
}

/// The servers and the workload.
pub(super) fn write(text: &mut String, service: &Service, played: Played<'_>) {
    let heaviest = service.servers.iter().map(|server| server.weight).max().unwrap_or(0);
    let speed = |weight: u16| match weight {
        0 => 1.0,
        weight => (f64::from(weight) / f64::from(heaviest) * 1000.0).round().max(1.0) / 1000.0,
    };
    let speeds: f64 =
        service.servers.iter().filter(|server| server.weight > 0).map(|server| speed(server.weight)).sum();
    let slots = played.map_or(SLOTS, |(facts, workload)| {
        (facts.peak_per_s() * workload.mean_work_s / LOAD / speeds).ceil().clamp(1.0, MOST_SLOTS)
    });
    servers(text, service, slots, speed);
    match played {
        Some((facts, workload)) => {
            put(text, format_args!("{}", workload.text.trim_end()));
            if facts.columns.target.is_none() {
                destinations(text, service);
            }
        }
        None => made_up(text, service, LOAD * SLOTS * speeds / WORK_S),
    }
}

fn servers(text: &mut String, service: &Service, slots: f64, speed: impl Fn(u16) -> f64) {
    let busy = if slots == SLOTS { "" } else { " and are busy to 70 % in the trace's busiest minute" };
    let comment = format!(
        "# Made up: how much work a server takes. Here all have {slots} slots, as fast as their weights say{busy}."
    );
    put(text, format_args!("\n{comment}"));
    let mut at_address: HashMap<IpAddr, u32> = HashMap::new();
    for server in &service.servers {
        *at_address.entry(server.endpoint.ip()).or_default() += 1;
    }
    for server in &service.servers {
        let name = server_name(server.endpoint, at_address[&server.endpoint.ip()] > 1);
        put(text, format_args!("[[servers]]\nname = \"{name}\"\naddress = \"{}\"", server.endpoint));
        put(text, format_args!("weight = {}", server.weight));
        if server.thresholds.upper() > 0 {
            put(text, format_args!("u_threshold = {}", server.thresholds.upper()));
        }
        if server.thresholds.lower() > 0 {
            put(text, format_args!("l_threshold = {}", server.thresholds.lower()));
        }
        put(text, format_args!("slots = {slots}\nspeed = {:?}\n", speed(server.weight)));
    }
}

/// The address as the name of a server, with the port if others have the address too. Names know no colons.
fn server_name(endpoint: SocketAddr, with_port: bool) -> String {
    let address = endpoint.ip().to_string().replace(':', "-");
    if with_port { format!("{address}_{}", endpoint.port()) } else { address }
}

fn made_up(text: &mut String, service: &Service, rate: f64) {
    put(
        text,
        format_args!(
            "# Made up: the connections. These keep the farm busy to 70 % if they are spread well; use a trace of your own for real traffic."
        ),
    );
    put(text, format_args!("[arrivals.poisson]\nrate = \"{}/s\"\n", rate.round().max(1.0)));
    put(
        text,
        format_args!(
            "[work.lognormal]           # time alone on a server of speed 1\nmean = \"50ms\"\nscv = 4\n"
        ),
    );
    put(
        text,
        format_args!("[clients.zipf]             # or uniform, nat, trace\ncount = 10_000\nexponent = 1.1"),
    );
    destinations(text, service);
}

/// The addresses of a mark, made up.
fn destinations(text: &mut String, service: &Service) {
    if let Reached::Mark { ipv6, .. } = service.key.reached {
        put(text, format_args!("\n[destinations.uniform]     # the addresses that get the mark\ncount = 16"));
        let network = if ipv6 { "2001:db8:d::/64" } else { "172.16.0.0/12" };
        put(text, format_args!("network = \"{network}\""));
    }
}
