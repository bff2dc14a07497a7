//! What node_exporter says of IPVS: `node_ipvs_…{…} value`.
//!
//! It passes over SCTP services, and gives their servers to the service before.

use std::net::{IpAddr, SocketAddr};

use ipvslab_sim::{Protocol, Reached, ServiceKey};

use super::{Count, DirectorCounts, server_of, service_of};
use crate::suggest::printable;
use crate::table::Word;
use crate::table::refusal::Refusal;

/// Takes a sample of one of the metrics of IPVS; others are passed over.
pub(super) fn take(words: &[Word<'_>], counts: &mut DirectorCounts) -> Result<(), Refusal> {
    let [sample, value, ..] = words else {
        return Err(Refusal::new("the value is missing").at(&words[0].span));
    };
    let Some(metric) = sample.text.strip_prefix("node_ipvs_") else { return Ok(()) };
    let number = value.text.parse::<f64>().ok().filter(|number| *number >= 0.0 && number.is_finite());
    let number = number.ok_or_else(|| {
        let message = format!("found `{}`, expected a number", printable(value.text, 60));
        Refusal::new(message).at(&value.span)
    })? as u64;
    let Some((metric, labels)) = metric.split_once('{') else {
        let total = counts.total.get_or_insert_default();
        let field = match metric {
            "connections_total" => &mut total.connections,
            "incoming_packets_total" => &mut total.packets_in,
            "outgoing_packets_total" => &mut total.packets_out,
            "incoming_bytes_total" => &mut total.bytes_in,
            "outgoing_bytes_total" => &mut total.bytes_out,
            _ => return Ok(()),
        };
        *field = Count { shown: number, unit: 1 };
        return Ok(());
    };
    let (key, endpoint) = labelled(labels).ok_or_else(|| {
        let help =
            "local_address, local_port, local_mark, proto, remote_address and remote_port say which server";
        Refusal::new("labels that do not name a server of a service").at(&sample.span).help(help)
    })?;
    let server = server_of(service_of(counts, key), endpoint);
    match metric {
        "backend_connections_active" => server.active = Some(number),
        "backend_connections_inactive" => server.inactive = Some(number),
        "backend_weight" => server.weight = u32::try_from(number).ok(),
        _ => {}
    }
    Ok(())
}

/// The service and the server of labels such as `local_address="192.0.2.1",local_mark="",…}`.
fn labelled(labels: &str) -> Option<(ServiceKey, SocketAddr)> {
    let labels = labels.strip_suffix('}')?;
    let label = |name: &str| {
        labels.split(',').find_map(|label| label.strip_prefix(name)?.strip_prefix("=\"")?.strip_suffix('"'))
    };
    let endpoint = |address: &str, port: &str| {
        Some(SocketAddr::new(label(address)?.parse::<IpAddr>().ok()?, label(port)?.parse().ok()?))
    };
    let server = endpoint("remote_address", "remote_port")?;
    let protocol = match label("proto")? {
        "FWM" => {
            let mark = u32::from_str_radix(label("local_mark")?, 16).ok().filter(|mark| *mark > 0)?;
            let reached = Reached::Mark { mark, ipv6: server.is_ipv6() };
            return Some((ServiceKey { protocol: Protocol::Tcp, reached }, server));
        }
        "TCP" => Protocol::Tcp,
        "UDP" => Protocol::Udp,
        "SCTP" => Protocol::Sctp,
        _ => return None,
    };
    let reached = Reached::Address(endpoint("local_address", "local_port")?);
    Some((ServiceKey { protocol, reached }, server))
}
