//! Drawn destinations: how many of the connections go to the most popular one.

use std::path::Path;

use ipvslab_schedulers::Rng;

use super::Found;
use crate::reference::Reference;

/// The part of the first address of a scenario's destinations.
pub(super) fn first(reference: &Reference, draws: &mut Rng) -> Found {
    let (objects, exponent) = (reference.number("objects"), reference.number("zipf"));
    let seed = draws.below(u32::MAX);
    let text = format!(
        "[run]\nduration = \"200s\"\nseed = {seed}\n[service]\nfwmark = 1\nschedulers = [\"dh\"]\n[[servers]]\nname = \"cache\"\nslots = 10\n\
         [arrivals.poisson]\nrate = \"1000/s\"\n[work.constant]\ntime = \"1ms\"\n\
         [destinations.zipf]\ncount = {objects}\nexponent = {exponent}\nnetwork = \"172.16.0.0/12\"\n"
    );
    let loaded = ipvslab_scenarios::parse(&text, &reference.id, Path::new(".")).expect("a sound scenario");
    let (mut first, mut all) = (0.0, 0.0);
    for arrival in loaded.scenario.arrivals(0).expect("nothing is read") {
        let destination = arrival.expect("nothing is read").flow.destination;
        all += 1.0;
        first += f64::from(u8::from(destination == std::net::Ipv4Addr::new(172, 16, 0, 1)));
    }
    vec![("p1", first / all)]
}
