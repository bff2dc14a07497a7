//! How many rules kube-proxy's iptables mode has, and how many a new connection walks.
//!
//! The first packet of a connection walks them, later ones follow conntrack. The order of services is drawn anew at every sync:
//! a service's position is uniform. No cost in time is given here: none per rule was ever published.
//!
//! Source: kube-proxy's iptables proxier and its number_generated_rules_test.go at commit 9935d02.

/// The rules of the `nat` table that the first packet to a cluster address walks.
///
/// `position` is the service's in KUBE-SERVICES, from 1 on; `checks` the rules of session affinity that are looked at; `drawn` the
/// rules of the cascade that are looked at, none if affinity decides. `masquerades` says whether traffic from outside the
/// cluster is marked, by a rule more.
pub fn iptables_walk(position: u32, masquerades: bool, checks: u32, drawn: u32) -> u32 {
    const JUMP: u32 = 1;
    // For a packet from the server itself, and the translation.
    const OWN_CHAIN: u32 = 2;
    JUMP + position + u32::from(masquerades) + checks + drawn + OWN_CHAIN
}

/// What the services of a cluster are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ServiceSort {
    /// Within the cluster only.
    ClusterIp,
    /// With one external address, one of a load balancer, and one range of sources.
    External,
}

/// Rules by table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RuleCount {
    /// Walked by the first packet of a connection.
    pub nat: u32,
    /// Walked by every packet that is forwarded.
    pub filter: u32,
}

impl RuleCount {
    /// Of `services` services with `servers` servers each.
    pub fn of(sort: ServiceSort, services: u32, servers: u32) -> Self {
        let (each, filter_with, filter_without) = match sort {
            ServiceSort::ClusterIp => (2, 0, 1),
            ServiceSort::External => (8, 1, 4),
        };
        if servers == 0 {
            return Self { nat: 5, filter: 3 + filter_without * services };
        }
        Self { nat: 5 + each * services + 3 * services * servers, filter: 3 + filter_with * services }
    }
}
