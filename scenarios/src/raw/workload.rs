//! When connections arrive, from where and to where.

use std::net::IpAddr;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::pool::Pool;
use crate::quantity::{Duration, Rate};
use crate::quoted::{At, Quoted};
use crate::trace::TimeFormat;
use crate::words::Delimiter;

/// When connections arrive: exactly one of these.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("minProperties" = 1, "maxProperties" = 1))]
pub(crate) struct Arrivals {
    /// Independently of each other, at a constant rate.
    #[schemars(extend("default" = "none"))]
    pub(crate) poisson: Option<At<Steady>>,
    /// At equal distances; the first one a distance after the start.
    #[schemars(extend("default" = "none"))]
    pub(crate) deterministic: Option<At<Steady>>,
    /// Independently of each other, at a rate that a file gives step by step.
    #[schemars(extend("default" = "none"))]
    pub(crate) piecewise: Option<At<Piecewise>>,
    /// When a trace says.
    #[schemars(extend("default" = "none"))]
    pub(crate) trace: Option<At<TraceArrivals>>,
}

/// Arrivals at a constant rate.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Steady {
    /// New connections per time.
    #[schemars(required, extend("x-unit" = "rate"))]
    pub(crate) rate: Option<Quoted<Rate>>,
}

/// A Poisson process whose rate follows a file of counts, each holding until the next row's time.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Piecewise {
    /// The file of counts: CSV or TSV, gzip or not, relative to the scenario file.
    #[schemars(required, length(min = 1))]
    pub(crate) file: Option<At<String>>,
    /// The character between two fields.
    #[schemars(extend("default" = "a tab for .tsv files, else a comma"))]
    pub(crate) delimiter: Option<Quoted<Delimiter>>,
    /// Whether the first line names the columns; if not, they are called 1, 2, 3 ….
    #[schemars(extend("default" = true))]
    pub(crate) header: Option<At<bool>>,
    /// The column of the time at which a row's rate begins.
    #[schemars(required, length(min = 1))]
    pub(crate) time: Option<At<String>>,
    /// How times are written.
    #[schemars(required)]
    pub(crate) time_format: Option<Quoted<TimeFormat>>,
    /// The column of the number of connections in `bucket`.
    #[schemars(required, length(min = 1))]
    pub(crate) value: Option<At<String>>,
    /// The time that a count is about; also how long the last row holds.
    #[schemars(required, extend("x-unit" = "time"))]
    pub(crate) bucket: Option<Quoted<Duration>>,
    /// What every count is multiplied by.
    #[schemars(range(max = 1e9), extend("exclusiveMinimum" = 0, "default" = 1.0))]
    pub(crate) scale: Option<At<f64>>,
    /// How many times faster than recorded the file is played: the same counts in less time, at a higher rate.
    #[schemars(range(max = 1e9), extend("exclusiveMinimum" = 0, "default" = 1.0))]
    pub(crate) speedup: Option<At<f64>>,
}

/// A trace: a file with a row a connection, in order of time. The first row arrives at time 0.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TraceArrivals {
    /// The trace: CSV or TSV, gzip or not, relative to the scenario file.
    #[schemars(required, length(min = 1))]
    pub(crate) file: Option<At<String>>,
    /// The character between two fields.
    #[schemars(extend("default" = "a tab for .tsv files, else a comma"))]
    pub(crate) delimiter: Option<Quoted<Delimiter>>,
    /// Whether the first line names the columns; if not, they are called 1, 2, 3 ….
    #[schemars(extend("default" = true))]
    pub(crate) header: Option<At<bool>>,
    /// The column of the arrival time.
    #[schemars(required, length(min = 1))]
    pub(crate) time: Option<At<String>>,
    /// How times are written.
    #[schemars(required)]
    pub(crate) time_format: Option<Quoted<TimeFormat>>,
    /// The tick of the trace's clock: the rows of a tick are spread over it uniformly at random.
    #[schemars(extend("x-unit" = "time, in the trace's own time", "default" = "0s, times are used as they are"))]
    pub(crate) spread: Option<Quoted<Duration>>,
    /// How many times faster than recorded the trace is played.
    #[schemars(range(max = 1e9), extend("exclusiveMinimum" = 0, "default" = 1.0))]
    pub(crate) speedup: Option<At<f64>>,
    /// How many rows are used at most.
    #[schemars(range(min = 1), extend("x-unit" = "rows", "default" = "all"))]
    pub(crate) limit: Option<At<u64>>,
}

/// Which addresses connections come from: exactly one of these.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("minProperties" = 1, "maxProperties" = 1))]
pub(crate) struct Clients {
    /// Addresses that are all as likely.
    #[schemars(extend("default" = "none"))]
    pub(crate) uniform: Option<At<Population>>,
    /// Addresses of which few send most: the r-th one with a probability in proportion to r^-exponent.
    #[schemars(extend("default" = "none"))]
    pub(crate) zipf: Option<At<ZipfPopulation>>,
    /// A crowd behind one address, and other addresses that are all as likely.
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
    /// Addresses that are all as likely.
    #[schemars(extend("default" = "none"))]
    pub(crate) uniform: Option<At<Population>>,
    /// Addresses of which few are asked for most: the r-th one with a probability in proportion to r^-exponent.
    #[schemars(extend("default" = "none"))]
    pub(crate) zipf: Option<At<ZipfPopulation>>,
    /// From a column of the trace.
    #[schemars(extend("default" = "none"))]
    pub(crate) trace: Option<At<TraceDestinations>>,
}

/// Addresses that are all as likely.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Population {
    /// How many addresses.
    #[schemars(required, range(min = 1, max = 4_000_000_000u32), extend("x-unit" = "addresses"))]
    pub(crate) count: Option<At<u32>>,
    /// The network they are in, counted from its second address on.
    #[schemars(extend("default" = "10.128.0.0/9 for clients, 172.16.0.0/12 for destinations"))]
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
    #[schemars(extend("default" = "10.128.0.0/9 for clients, 172.16.0.0/12 for destinations"))]
    pub(crate) network: Option<Quoted<Pool>>,
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
