//! What breaks, how clients react, and who watches over the servers.

use ipvslab_sim::{Asks, BelowQuorum, PauseLaw};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::quantity::Duration;
use crate::quoted::{At, Quoted};
use crate::words::{FaultKind, Name};

/// A fault: `at`, a `kind`, and the servers it hits.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fault {
    /// When, since the start of the run.
    #[schemars(required, extend("x-unit" = "time"))]
    pub(crate) at: Option<Quoted<Duration>>,
    /// What happens: to a server `crash`, `reset`, `hang` or `slow`; to a director `failover` or `director-down`.
    #[schemars(required)]
    pub(crate) kind: Option<Quoted<FaultKind>>,
    /// A server, or a group for all its servers; not for what happens to a director.
    #[schemars(extend("default" = "none; needed for what happens to servers"))]
    pub(crate) server: Option<Quoted<Name>>,
    /// Which of several directors, from 1 on; for what happens to a director.
    #[schemars(range(min = 1, max = 4096), extend("default" = "the only one"))]
    pub(crate) director: Option<At<u32>>,
    /// The factor of the speed of a server that is `slow`.
    #[schemars(range(min = 0, max = 1), extend("default" = "none; needed for `slow`"))]
    pub(crate) speed: Option<At<f64>>,
    /// Whether the director that takes over knows the connections; with `failover` only.
    #[schemars(extend("default" = false))]
    pub(crate) sync: Option<At<bool>>,
    /// Time until the server is restarted, or the director is back.
    #[schemars(extend("x-unit" = "time", "default" = "it stays down"))]
    pub(crate) lasting: Option<Quoted<Duration>>,
    /// Interval between repetitions, with `count`.
    #[schemars(extend("x-unit" = "time", "default" = "it happens once"))]
    pub(crate) every: Option<Quoted<Duration>>,
    /// Number of repetitions, `every` interval apart.
    #[schemars(range(min = 1, max = 100_000), extend("default" = 1))]
    pub(crate) count: Option<At<u32>>,
}

/// Slow start of a server's speed (cold caches, just-in-time compilation).
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SlowStart {
    /// Initial factor of its speed.
    #[schemars(range(max = 1), extend("exclusiveMinimum" = 0, "default" = 0.1))]
    pub(crate) from: Option<At<f64>>,
    /// Time to reach full speed, in 20 equal steps.
    #[schemars(required, extend("x-unit" = "time"))]
    pub(crate) ramp: Option<Quoted<Duration>>,
}

/// A server pauses at random: garbage collection, a noisy neighbour, breakdowns.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pauses {
    /// The mean time from a pause to the next one; exponential.
    #[schemars(required, extend("x-unit" = "time"))]
    pub(crate) every: Option<Quoted<Duration>>,
    /// The mean length of a pause.
    #[schemars(required, extend("x-unit" = "time"))]
    pub(crate) lasting: Option<Quoted<Duration>>,
    /// How lengths vary: `constant` or `exponential`.
    #[schemars(extend("default" = "constant"))]
    pub(crate) law: Option<Quoted<PauseLaw>>,
    /// The factor of its speed during a pause.
    #[schemars(range(min = 0, max = 1), extend("default" = 0.0))]
    pub(crate) speed: Option<At<f64>>,
}

/// Client policy: timeouts, retransmissions and retries.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Patience {
    /// Number of SYN retransmissions, 1, 3, 7 … s after the first SYN (`tcp_syn_retries`).
    #[schemars(range(min = 0, max = 127), extend("default" = 6))]
    pub(crate) syn_retries: Option<At<u32>>,
    /// Timeout for opening a connection.
    #[schemars(extend("x-unit" = "time", "default" = "as long as it sends SYNs"))]
    pub(crate) connect_timeout: Option<Quoted<Duration>>,
    /// Deadline of a request, retries included.
    #[schemars(extend("x-unit" = "time", "default" = "forever"))]
    pub(crate) deadline: Option<Quoted<Duration>>,
    /// Whether the server drops a connection whose client has gone; if not, it works on.
    #[schemars(extend("default" = false))]
    pub(crate) cancel: Option<At<bool>>,
    /// How many attempts may follow one that failed.
    #[schemars(range(min = 0, max = 1000), extend("default" = 0))]
    pub(crate) retries: Option<At<u32>>,
    /// How long a client waits before its first retry.
    #[schemars(extend("x-unit" = "time", "default" = "100ms"))]
    pub(crate) backoff: Option<Quoted<Duration>>,
    /// Factor by which each further wait is longer (exponential backoff).
    #[schemars(range(min = 1, max = 100), extend("default" = 2.0))]
    pub(crate) backoff_factor: Option<At<f64>>,
    /// Jitter: the largest fraction by which a wait is shortened at random.
    #[schemars(range(min = 0, max = 1), extend("default" = 0.0))]
    pub(crate) jitter: Option<At<f64>>,
    /// Retry budget: retries per request, over all clients, in the long run.
    #[schemars(range(min = 0, max = 1000), extend("x-unit" = "retries per request", "default" = "unlimited"))]
    pub(crate) budget: Option<At<f64>>,
    /// Capacity of the retry budget, which starts full.
    #[schemars(range(min = 0, max = 1e9), extend("x-unit" = "retries", "default" = 10.0))]
    pub(crate) burst: Option<At<f64>>,
}

/// The health checker, as keepalived does it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Health {
    /// Kind of check: `tcp` opens a connection, `http` waits for an answer too.
    #[schemars(extend("default" = "tcp"))]
    pub(crate) check: Option<Quoted<Asks>>,
    /// From the end of a check to the next one.
    #[schemars(extend("x-unit" = "time", "default" = "60s"))]
    pub(crate) delay_loop: Option<Quoted<Duration>>,
    /// How long a check waits for its answer.
    #[schemars(extend("x-unit" = "time", "default" = "5s"))]
    pub(crate) connect_timeout: Option<Quoted<Duration>>,
    /// How often a failed check is repeated before the server is taken out.
    #[schemars(range(min = 0, max = 1000), extend("default" = 1))]
    pub(crate) retry: Option<At<u32>>,
    /// From a failed check to its repetition.
    #[schemars(extend("x-unit" = "time", "default" = "1s"))]
    pub(crate) delay_before_retry: Option<Quoted<Duration>>,
    /// Each server's first check is at a random time up to this long after the start.
    #[schemars(extend("x-unit" = "time", "default" = "`delay_loop`"))]
    pub(crate) warmup: Option<Quoted<Duration>>,
    /// Whether a server that is down stays in the list with weight 0, instead of leaving it.
    #[schemars(extend("default" = false))]
    pub(crate) inhibit_on_failure: Option<At<bool>>,
    /// Minimum sum of the weights of servers that are up.
    #[schemars(range(min = 0, max = 4_294_967_295u32), extend("x-unit" = "weight", "default" = 0))]
    pub(crate) quorum: Option<At<u32>>,
    /// What happens below the quorum: the servers that are up `go-on`, or the service is `close`d to new connections.
    #[schemars(extend("default" = "go-on"))]
    pub(crate) below_quorum: Option<Quoted<BelowQuorum>>,
}

/// A controller that sets weights from measured utilisation.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Controller {
    /// Interval between measurements.
    #[schemars(required, extend("x-unit" = "time"))]
    pub(crate) every: Option<Quoted<Duration>>,
    /// Target utilisation of each server's slots or cores.
    #[schemars(range(max = 1), extend("exclusiveMinimum" = 0, "default" = "the mean of all servers"))]
    pub(crate) target: Option<At<f64>>,
    /// Gain: how strongly a weight follows the deviation from the target.
    #[schemars(range(max = 100), extend("exclusiveMinimum" = 0, "default" = 0.5))]
    pub(crate) gain: Option<At<f64>>,
    /// Lower bound of the weight.
    #[schemars(range(min = 1, max = 65_535), extend("default" = 1))]
    pub(crate) min: Option<At<u32>>,
    /// Upper bound of the weight.
    #[schemars(range(min = 1, max = 65_535), extend("default" = 65_535))]
    pub(crate) max: Option<At<u32>>,
}

/// How servers that join or come back get their weight.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Newcomers {
    /// Time to reach the full weight.
    #[schemars(required, extend("x-unit" = "time"))]
    pub(crate) ramp: Option<Quoted<Duration>>,
    /// Initial fraction of the weight, rounded up to at least 1.
    #[schemars(range(max = 1), extend("exclusiveMinimum" = 0, "default" = 0.1))]
    pub(crate) from: Option<At<f64>>,
    /// Number of equal steps in which the weight rises.
    #[schemars(range(min = 1, max = 1000), extend("default" = 10))]
    pub(crate) steps: Option<At<u32>>,
}
