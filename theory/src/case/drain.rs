//! How long a quiesced server takes to become empty.

use super::{Case, Farm, Watch};
use crate::reference::Reference;

/// All connections arrive within microseconds, then the server is quiesced. A run is one draining.
pub(super) fn case(reference: &Reference) -> Case {
    const GAP_NS: f64 = 2.0;
    let count = reference.number("n0");
    let arrivals = format!("[arrivals.deterministic]\nrate = \"{}/s\"\n", 1e9 / GAP_NS);
    let mut farm = Farm::single(count, arrivals, 1.0, 0.0);
    // The first one arrives after a gap; the server is quiesced after the last one, and before the end.
    let last_ns = count * GAP_NS;
    farm.work += &format!("[[timeline]]\nat = \"{}ns\"\nquiesce = \"server0\"\n", last_ns + 1.0);
    Case {
        body: farm.body("0s"),
        scheduler: farm.kind,
        replications: 40,
        runs: 2500,
        duration: (last_ns + GAP_NS) / 1e9,
        warm_up: 0.0,
        load: 0.0,
        watch: Watch::Drain,
        every: 0.0,
    }
}
