//! Every number of a run, with its unit in its name.

use serde::{Deserialize, Serialize};

use crate::run::classes::ClassMetrics;
use crate::run::distribution::Distribution;
use crate::run::kept::Kept;
use crate::run::time_series::TimeSeries;
use crate::run::timeline::Timeline;

/// A run that could not keep up, and was ended when too much was in progress. Its other numbers are of what had ended by then.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct OverloadMetrics {
    /// Since when more came than the farm could do: seconds of the run.
    pub overloaded_since_s: f64,
    /// Connections, or requests of clients that react, that were in progress at the end.
    pub in_progress: u64,
    /// How many came per second, of late.
    pub arrivals_per_s: f64,
    /// How many were done per second, of late.
    pub finished_per_s: f64,
}

/// What one run came to: connections that arrived from the warm-up to the horizon, each followed to its end.
///
/// Times are of connections served to their end. A quantile is `None` if fewer than 10 samples lie beyond it; other
/// numbers are `None` if nothing happened that they could be made of. docs/reading-results.md defines each.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct RunMetrics {
    /// Connections that came.
    pub arrived: u64,
    /// Served to their end.
    pub finished: u64,
    /// Refused because the scheduler found no server.
    pub refused_no_server: u64,
    /// Refused by a full backlog.
    pub refused_backlog: u64,
    /// Cut off because their server was removed.
    pub lost: u64,
    /// Refused, of those that came.
    pub refused_ratio: Option<f64>,
    /// Lost, of those that came.
    pub lost_ratio: Option<f64>,
    /// Refused or lost, of those that came.
    pub failed_ratio: Option<f64>,
    /// From arrival to end.
    pub response_time_us_mean: Option<f64>,
    /// Its median.
    pub response_time_us_p50: Option<f64>,
    /// Its 95 % quantile.
    pub response_time_us_p95: Option<f64>,
    /// Its 99 % quantile.
    pub response_time_us_p99: Option<f64>,
    /// Its 99.9 % quantile.
    pub response_time_us_p999: Option<f64>,
    /// From arrival to the start of service, connections that did not wait included.
    pub waiting_time_us_mean: Option<f64>,
    /// Its 95 % quantile.
    pub waiting_time_us_p95: Option<f64>,
    /// Its 99 % quantile.
    pub waiting_time_us_p99: Option<f64>,
    /// Its variance, in square microseconds.
    pub waiting_time_us2_variance: Option<f64>,
    /// Connections that waited, of those that finished.
    pub waiting_probability: Option<f64>,
    /// Response time over the time alone on a server of speed 1.
    pub slowdown_mean: Option<f64>,
    /// Connections in service or waiting, averaged over the window's time.
    pub in_system_mean: f64,
    /// The largest relative share of a server.
    pub imbalance_max_to_mean: Option<f64>,
    /// Jain's index of the relative shares.
    pub imbalance_jain_index: Option<f64>,
    /// The most entries in the connection table, of the whole run.
    pub table_entries_peak: u64,
    /// Equal for runs with the same decisions and ends.
    #[serde(with = "hexadecimal")]
    pub digest: u64,
    /// What clients that react did; `None` in a run whose clients do not.
    #[serde(skip)]
    pub reactions: Option<Reactions>,
    /// What the servers' caches did; `None` in a run without caches.
    #[serde(skip)]
    pub caches: Option<CacheUse>,
    /// Traffic at the director; `None` in a run that does not count it.
    #[serde(skip)]
    pub carried: Option<DirectorUse>,
    /// Why the run was ended before its time; `None` for a run that was not.
    #[serde(skip)]
    pub overload: Option<OverloadMetrics>,
    /// By server id.
    #[serde(skip)]
    pub servers: Vec<ServerMetrics>,
    /// By class of clients; empty without classes.
    #[serde(skip)]
    pub classes: Vec<ClassMetrics>,
    /// All response times.
    #[serde(skip)]
    pub response_times: Distribution,
    /// What replications are put together by.
    #[serde(skip)]
    pub kept: Kept,
    /// The servers over time; empty if they were not sampled.
    #[serde(skip)]
    pub timeline: Timeline,
    /// Response times and failures over time; `None` if the run was not followed.
    #[serde(skip)]
    pub time_series: Option<TimeSeries>,
}

impl RunMetrics {
    /// Whether another run came to the same, decision by decision and time by time.
    pub(crate) fn is_alike(&self, other: &Self) -> bool {
        self.digest == other.digest
            && self.arrived == other.arrived
            && self.response_times == other.response_times
            && self.kept == other.kept
            && self.reactions == other.reactions
            && self.servers == other.servers
    }
}

/// What clients that react did in one run, or in several together. There a connection that came is a request, and one
/// that failed is a request that failed for good; `lost` are those that were reset or whose server was gone.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Reactions {
    /// Connections that requests of the window tried, retries included.
    pub attempts: u64,
    /// Requests whose last attempt was reset by a broken server or a new director.
    pub failed_reset: u64,
    /// Requests whose server was gone, and whose client would have waited forever.
    pub failed_gone: u64,
    /// Requests whose last attempt got no answer in time.
    pub failed_no_answer: u64,
    /// Requests that missed their deadline.
    pub failed_deadline: u64,
    /// SYNs that were sent again, in the whole run.
    pub syns_again: u64,
    /// Connections served after their client had abandoned them, in the whole run.
    pub served_in_vain: u64,
    /// Broken servers that the health checker took out, in the whole run.
    pub detections: u64,
    /// From a server's breaking to its being taken out, on average.
    pub detection_time_us_mean: Option<f64>,
    /// Requests without an answer or past their deadline, of those that came.
    pub timed_out_ratio: Option<f64>,
    /// Connections tried for each request.
    pub attempts_per_request: Option<f64>,
    /// Requests that were served, of those that came.
    pub availability_ratio: Option<f64>,
}

impl Reactions {
    /// The counts of several runs together; means and ratios are left to their estimates.
    pub(crate) fn add(self, other: Self) -> Self {
        Self {
            attempts: self.attempts + other.attempts,
            failed_reset: self.failed_reset + other.failed_reset,
            failed_gone: self.failed_gone + other.failed_gone,
            failed_no_answer: self.failed_no_answer + other.failed_no_answer,
            failed_deadline: self.failed_deadline + other.failed_deadline,
            syns_again: self.syns_again + other.syns_again,
            served_in_vain: self.served_in_vain + other.served_in_vain,
            detections: self.detections + other.detections,
            ..Self::default()
        }
    }
}

/// What caches did over the window: that of one server, or all of them together.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct CacheUse {
    /// Connections whose object was there.
    pub cache_hits: u64,
    /// Connections whose object was not.
    pub cache_misses: u64,
    /// Hits, of both; `None` if there were no requests.
    pub hit_ratio: Option<f64>,
}

impl CacheUse {
    pub(crate) fn new(cache_hits: u64, cache_misses: u64) -> Self {
        let asked = cache_hits + cache_misses;
        let hit_ratio = (asked > 0).then(|| cache_hits as f64 / asked as f64);
        Self { cache_hits, cache_misses, hit_ratio }
    }
}

/// What passed the director for the connections of the window, as `ipvsadm --stats` counts it, and how busy that kept it.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct DirectorUse {
    /// Packets of clients.
    pub packets_in: u64,
    /// Packets of servers: none under direct routing and tunnels.
    pub packets_out: u64,
    /// Bytes of clients, headers included.
    pub bytes_in: u64,
    /// Bytes of servers.
    pub bytes_out: u64,
    /// The part of the window that the director was busy; `None` if it can carry anything.
    pub director_utilisation_ratio: Option<f64>,
    /// SYNs that it dropped, of those that came; `None` if none came.
    pub director_dropped_ratio: Option<f64>,
}

impl DirectorUse {
    /// The counts of several runs together; ratios are left to their estimates.
    pub(crate) fn add(self, other: Self) -> Self {
        Self {
            packets_in: self.packets_in + other.packets_in,
            packets_out: self.packets_out + other.packets_out,
            bytes_in: self.bytes_in + other.bytes_in,
            bytes_out: self.bytes_out + other.bytes_out,
            ..Self::default()
        }
    }
}

/// What one run meant for one real server, over the window.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ServerMetrics {
    /// Connections given to it.
    pub assigned: u64,
    /// Of these, refused by its full backlog.
    pub refused_backlog: u64,
    /// Connections given to it, of those given to any server.
    pub share_ratio: Option<f64>,
    /// Its share over its weight's share; `None` if it had no weight.
    pub relative_share: Option<f64>,
    /// The part of its slots or cores that was busy.
    pub utilisation_ratio: f64,
    /// Connections in service or waiting, averaged over time.
    pub in_system_mean: f64,
    /// Active connections as IPVS counts them, averaged over the samples; `None` without samples.
    pub active_mean: Option<f64>,
    /// The most active connections at once.
    pub active_peak: i32,
    /// The most connections at once, active and inactive.
    pub total_peak: i32,
    /// What its cache did; `None` if it has none.
    #[serde(skip)]
    pub cache: Option<CacheUse>,
}

/// As text, since JSON's numbers end at 2^53.
mod hexadecimal {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(digest: &u64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{digest:016x}"))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
        let text = String::deserialize(deserializer)?;
        u64::from_str_radix(&text, 16).map_err(D::Error::custom)
    }
}
