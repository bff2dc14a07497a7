//! Over how many servers the connections of one client go.

use std::collections::HashMap;
use std::net::IpAddr;

use ipvslab_scenarios::{Cell, Scenario};
use ipvslab_schedulers::{Flow, SchedulerKind, ServerId, Time};
use ipvslab_sim::{ConnectionId, Observer, Refusal, ServerLoad};

use crate::cell;
use crate::exit::Failure;

/// The connections that each client has had, by server.
#[derive(Default)]
struct Clients {
    servers: HashMap<IpAddr, HashMap<ServerId, u64>>,
    deciding: Option<IpAddr>,
}

impl Clients {
    /// Servers per client with several connections, over all of these; `None` if nobody has several.
    fn mean(&self) -> Option<f64> {
        let several = self.servers.values().filter(|servers| servers.values().sum::<u64>() > 1);
        let (clients, servers) =
            several.fold((0u64, 0u64), |(clients, sum), servers| (clients + 1, sum + servers.len() as u64));
        (clients > 0).then(|| servers as f64 / clients as f64)
    }
}

impl Observer for Clients {
    fn sees_decisions(&self) -> bool {
        true
    }

    fn deciding(&mut self, _: Time, flow: &Flow, _: &[ServerLoad]) {
        self.deciding = Some(flow.client);
    }

    fn assigned(&mut self, _: Time, _: ConnectionId, server: ServerId) {
        if let Some(client) = self.deciding.take() {
            *self.servers.entry(client).or_default().entry(server).or_default() += 1;
        }
    }

    fn refused(&mut self, _: Time, _: Refusal) {
        self.deciding = None;
    }
}

/// A sentence about the first replication.
pub(super) fn text(scenario: &Scenario) -> Result<String, Failure> {
    let setup = scenario.setup();
    let of = |&scheduler: &SchedulerKind| {
        let mut clients = Clients::default();
        cell::run(scenario, &setup, Cell { scheduler, replication: 0 }, &mut clients)?;
        Ok(clients.mean().map(|mean| format!("{scheduler} {mean:.2}")))
    };
    let found: Vec<Option<String>> = scenario.schedulers.iter().map(of).collect::<Result<_, Failure>>()?;
    let found: Vec<String> = found.into_iter().flatten().collect();
    if found.is_empty() {
        return Ok("No client has several connections in the first replication.".to_owned());
    }
    Ok(format!(
        "Servers that a client with several connections meets, on average in the first replication: {}.",
        found.join(", ")
    ))
}
