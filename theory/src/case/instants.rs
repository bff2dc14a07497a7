//! What the servers hold at an instant: transients, tides, and entries of connections that have ended.
//!
//! A transient from empty is played over and over in one run: a profile is silent until all is served, then brings
//! arrivals for the time in question, and the servers are looked at as it begins anew.

use super::{Case, Farm, Watch};
use crate::reference::Reference;

/// Transients and counts at instants.
pub(super) fn case(reference: &Reference) -> Case {
    match reference.family() {
        "mm1tr" => transient(reference, 1.0, 16_000.0),
        "mminf" => transient(reference, 100_000.0, 250.0),
        "mtminf" => tide(reference),
        _ => ended(reference),
    }
}

/// `slots` slots, from empty for a time `t`, `rounds` times in each of 40 replications.
fn transient(reference: &Reference, slots: f64, rounds: f64) -> Case {
    let (rate, t) = (reference.number("lam"), reference.number("t"));
    // Enough for a queue four times as long as the mean of its steady state, and for 20 services in a row beyond.
    let silence = 40.0 + 4.0 * t;
    let round = silence + t;
    let arrivals = format!(
        "[arrivals.profile]\nrepeat = true\npoints = [{{ at = \"0s\", rate = \"0/s\" }}, {{ at = \"{silence}s\", rate = \"0/s\" }}, \
         {{ at = \"{silence}s\", rate = \"{rate}/s\" }}, {{ at = \"{round}s\", rate = \"{rate}/s\" }}]\n"
    );
    let farm = Farm::single(slots, arrivals, rate, 0.8);
    Case {
        body: farm.body("0s"),
        scheduler: farm.kind,
        replications: 40,
        runs: 1,
        // The look at the very end is one too.
        duration: round * rounds + 1.0,
        warm_up: 0.5 * round,
        load: farm.load,
        watch: Watch::Instants,
        every: round,
    }
}

/// A daily tide over enough slots that nobody waits; a third of a day, eight services, to forget the empty start, and
/// a day to look at.
fn tide(reference: &Reference) -> Case {
    /// Lines per day: the tide they make is lower by 4 in 100,000.
    const LINES: u32 = 288;
    let number = |name: &str| reference.number(name);
    let (mean, swing, period) = (number("lb"), number("b"), number("period"));
    let points = (0..=LINES).map(|line| {
        let at = period * f64::from(line) / f64::from(LINES);
        let rate = mean + swing * libm::sin(2.0 * std::f64::consts::PI * at / period);
        format!("{{ at = \"{at}s\", rate = \"{rate:.9}/s\" }}")
    });
    let points: Vec<String> = points.collect();
    let arrivals = format!("[arrivals.profile]\nrepeat = true\npoints = [{}]\n", points.join(", "));
    let mut farm = Farm::single(1_000_000.0, arrivals, mean, 0.5);
    farm.work = format!("[work.exponential]\nmean = \"{}s\"\n", number("mean_holding"));
    Case {
        body: farm.body("0s"),
        scheduler: farm.kind,
        replications: 10,
        runs: 1,
        duration: 4.0 / 3.0 * period,
        warm_up: period / 3.0,
        load: farm.load,
        watch: Watch::Instants,
        every: period / f64::from(LINES),
    }
}

/// Entries of ended connections, which a timeout keeps: two timeouts to look at after one to fill the table.
fn ended(reference: &Reference) -> Case {
    let (rate, timeout) = (reference.number("lam"), reference.number("timeout"));
    let arrivals = format!("[arrivals.poisson]\nrate = \"{rate}/s\"\n");
    let mut farm = Farm::single(1000.0, arrivals, rate, 0.5);
    farm.work = "[work.exponential]\nmean = \"100ms\"\n".to_owned();
    let warm_up = timeout + 10.0;
    Case {
        body: farm.body(&format!("{timeout}s")),
        scheduler: farm.kind,
        replications: 40,
        runs: 1,
        duration: warm_up + 2.0 * timeout,
        warm_up,
        load: farm.load,
        watch: Watch::Instants,
        every: 1.0,
    }
}
