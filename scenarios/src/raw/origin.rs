//! From where connections come and where they go.

use std::net::IpAddr;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::pool::Pool;
use crate::quoted::{At, Quoted};

/// Which addresses connections come from: exactly one of these.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("minProperties" = 1, "maxProperties" = 1))]
pub(crate) struct Clients {
    /// Equally likely addresses.
    #[schemars(extend("default" = "none"))]
    pub(crate) uniform: Option<At<ClientPopulation>>,
    /// Addresses of which few send most: the r-th one with a probability in proportion to r^-exponent.
    #[schemars(extend("default" = "none"))]
    pub(crate) zipf: Option<At<ZipfClients>>,
    /// A crowd behind one address, and other, equally likely addresses.
    #[schemars(extend("default" = "none"))]
    pub(crate) nat: Option<At<Nat>>,
    /// From a column of the trace.
    #[schemars(extend("default" = "none"))]
    pub(crate) trace: Option<At<TraceClients>>,
}

/// Which addresses connections go to: exactly one of these.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("minProperties" = 1, "maxProperties" = 1))]
pub(crate) struct Destinations {
    /// Equally likely addresses.
    #[schemars(extend("default" = "none"))]
    pub(crate) uniform: Option<At<Population>>,
    /// Addresses of which few are asked for most: the r-th one with a probability in proportion to r^-exponent.
    #[schemars(extend("default" = "none"))]
    pub(crate) zipf: Option<At<ZipfPopulation>>,
    /// From a column of the trace.
    #[schemars(extend("default" = "none"))]
    pub(crate) trace: Option<At<TraceDestinations>>,
}

/// Equally likely addresses.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Population {
    /// How many addresses.
    #[schemars(required, range(min = 1, max = 4_000_000_000u32), extend("x-unit" = "addresses"))]
    pub(crate) count: Option<At<u32>>,
    /// The network they are in, counted from its second address on.
    #[schemars(extend("default" = "172.16.0.0/12"))]
    pub(crate) network: Option<Quoted<Pool>>,
}

/// Addresses with Zipf's law of popularity.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ZipfPopulation {
    /// How many addresses.
    #[schemars(required, range(min = 1, max = 4_000_000_000u32), extend("x-unit" = "addresses"))]
    pub(crate) count: Option<At<u32>>,
    /// The exponent of the law: 0 is uniform, web objects have 0.6 to 1.2.
    #[schemars(required, range(min = 0, max = 20))]
    pub(crate) exponent: Option<At<f64>>,
    /// The network they are in, counted from its second address on.
    #[schemars(extend("default" = "172.16.0.0/12"))]
    pub(crate) network: Option<Quoted<Pool>>,
}

/// Clients with equally likely addresses.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClientPopulation {
    /// How many addresses.
    #[schemars(required, range(min = 1, max = 4_000_000_000u32), extend("x-unit" = "addresses"))]
    pub(crate) count: Option<At<u32>>,
    /// The network they are in, counted from its second address on.
    #[schemars(extend("default" = "10.128.0.0/9"))]
    pub(crate) network: Option<Quoted<Pool>>,
    /// Number of source ports of each client, used in turn and then reused.
    #[schemars(range(min = 1, max = 28_232), extend("x-unit" = "ports", "default" = "the whole ephemeral range"))]
    pub(crate) ports: Option<At<u32>>,
}

/// Clients with Zipf's law of popularity.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ZipfClients {
    /// How many addresses.
    #[schemars(required, range(min = 1, max = 4_000_000_000u32), extend("x-unit" = "addresses"))]
    pub(crate) count: Option<At<u32>>,
    /// The exponent of the law: 0 is uniform, web objects have 0.6 to 1.2.
    #[schemars(required, range(min = 0, max = 20))]
    pub(crate) exponent: Option<At<f64>>,
    /// The network they are in, counted from its second address on.
    #[schemars(extend("default" = "10.128.0.0/9"))]
    pub(crate) network: Option<Quoted<Pool>>,
    /// Number of source ports of each client, used in turn and then reused.
    #[schemars(range(min = 1, max = 28_232), extend("x-unit" = "ports", "default" = "the whole ephemeral range"))]
    pub(crate) ports: Option<At<u32>>,
}

/// A crowd behind one address.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nat {
    /// The fraction of connections that come from the one address.
    #[schemars(required, range(min = 0, max = 1))]
    pub(crate) share: Option<At<f64>>,
    /// The one address.
    #[schemars(extend("default" = "203.0.113.1, or 2001:db8:a::1"))]
    pub(crate) address: Option<Quoted<IpAddr>>,
    /// How many other addresses there are.
    #[schemars(required, range(min = 1, max = 4_000_000_000u32), extend("x-unit" = "addresses"))]
    pub(crate) count: Option<At<u32>>,
    /// The network of the others, counted from its second address on.
    #[schemars(extend("default" = "10.128.0.0/9"))]
    pub(crate) network: Option<Quoted<Pool>>,
    /// Number of source ports of each client, used in turn and then reused.
    #[schemars(range(min = 1, max = 28_232), extend("x-unit" = "ports", "default" = "the whole ephemeral range"))]
    pub(crate) ports: Option<At<u32>>,
}

/// Clients from a column of the trace.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TraceClients {
    /// The column of the client: an address is used as it is, anything else is a name and stands for an address.
    #[schemars(required, length(min = 1))]
    pub(crate) column: Option<At<String>>,
    /// The column of the client's port.
    #[schemars(extend("default" = "ports are drawn"))]
    pub(crate) port_column: Option<At<String>>,
    /// The network whose addresses stand for names.
    #[schemars(extend("default" = "10.128.0.0/9"))]
    pub(crate) network: Option<Quoted<Pool>>,
}

/// Destinations from a column of the trace.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TraceDestinations {
    /// The column of the destination: an address is used as it is, anything else (a URL) stands for an address.
    #[schemars(required, length(min = 1))]
    pub(crate) column: Option<At<String>>,
    /// The network whose addresses stand for names.
    #[schemars(extend("default" = "172.16.0.0/12"))]
    pub(crate) network: Option<Quoted<Pool>>,
}
