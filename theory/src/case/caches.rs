//! Object caches: one server, or several under a scheduler that scatters objects or keeps each on its server.

use ipvslab_schedulers::SchedulerKind;

use super::{Case, Farm, Watch};
use crate::reference::Reference;

/// Independent requests for objects with Zipf's law of popularity. Nobody waits, so that only what is asked for matters.
pub(super) fn case(reference: &Reference) -> Case {
    let number = |name: &str| reference.parameters[name].as_f64();
    let scheduler = reference.parameters["scheduler"].as_str();
    let kind = scheduler.and_then(|name| name.parse().ok()).unwrap_or(SchedulerKind::Rr);
    let room =
        number("cache").or_else(|| number("cache_per_server")).expect("a row has a size of its caches");
    let servers = number("servers").unwrap_or(1.0) as usize;
    let server = format!("slots = 1000\ncache = {{ objects = {room}, hit = \"1us\" }}\n");
    let arrivals = "[arrivals.poisson]\nrate = \"1000/s\"\n".to_owned();
    let farm = Farm {
        kind,
        servers: vec![server; servers],
        work: "[work.constant]\ntime = \"1ms\"\n".to_owned(),
        ..Farm::single(1.0, arrivals, 1000.0, 0.5)
    };
    let objects = format!(
        "[destinations.zipf]\ncount = {}\nexponent = {}\n",
        reference.number("objects"),
        reference.number("zipf")
    );
    Case {
        body: farm.body("0s").replace("address = \"192.0.2.1:80\"", "fwmark = 1") + &objects,
        scheduler: kind,
        replications: 40,
        runs: 1,
        duration: 300.0,
        warm_up: 100.0,
        load: farm.load,
        watch: Watch::Caches,
        every: 0.0,
    }
}
