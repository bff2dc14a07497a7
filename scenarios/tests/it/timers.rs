//! A simulation's timeouts fire when a kernel's do: `timers.toml` was played to kernels with real TCP.
//!
//! A connection is over at 1 s, and its entry in TIME_WAIT until 121 s and as long as the timer wheel makes it late. The next
//! connection comes at 121.1 s. 6.12.117 and 7.2.13 gave the first one to s2, and the next one, which found the entry, to s1.

use std::path::Path;

use ipvslab_scenarios::{Loaded, parse};
use ipvslab_schedulers::Rng;
use ipvslab_sim::{RandomStreams, Timers, simulate};

fn loaded(service: &str) -> Loaded {
    let text = include_str!("timers.toml").replace("[service]\n", &format!("[service]\n{service}"));
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it");
    parse(&text, "timers.toml", Path::new(directory)).unwrap_or_else(|problems| panic!("{problems}"))
}

/// How many connections s1 and s2 get under each scheduler.
fn shares(service: &str, seed: Option<u64>) -> Vec<[u64; 2]> {
    let mut scenario = loaded(service).scenario;
    scenario.seed = seed.unwrap_or(scenario.seed);
    let share = |&scheduler| {
        let arrivals = scenario.arrivals(0).expect("a trace that was surveyed");
        let chances = RandomStreams::new(scenario.seed, 0);
        let outcome = simulate(&scenario.setup(), scheduler, chances, arrivals, &mut ()).expect("it ends");
        [outcome.servers[0].assigned, outcome.servers[1].assigned]
    };
    scenario.schedulers.iter().map(share).collect()
}

#[test]
fn a_kernels_entry_is_still_there_a_tenth_of_a_second_after_its_timeout() {
    assert_eq!(shares("", None), [[1, 1], [1, 1]]);
    assert_eq!(shares("timers = \"wheel\"\nhz = 250\n", None), [[1, 1], [1, 1]]);
    assert_eq!(shares("timers = \"exact\"\n", None), [[0, 2], [0, 2]]);
}

/// 120 s at 250 Hz are 30,000 jiffies, in buckets of 512: late by 1 to 512 jiffies, of which 25 are a tenth of a second.
#[test]
fn the_entry_leaves_when_the_bucket_of_the_seeds_jiffy_ends() {
    let mut early = 0;
    for seed in 0..200 {
        let start = Rng::stream(seed, 0, "jiffies").bits() >> 32;
        let armed = start + 250;
        let fires = (((armed + 30_000) >> 9) + 1) << 9;
        let is_gone = fires - armed <= 30_025;
        let expected = if is_gone { [0, 2] } else { [1, 1] };
        assert_eq!(shares("", Some(seed)), [expected; 2], "seed {seed}");
        early += u32::from(is_gone);
    }
    // 25 of 512 phases of the jiffies, 5 %.
    assert!((2..25).contains(&early), "{early} of 200");
}

#[test]
fn a_scenario_says_which_clock_it_means() {
    let timers = |service| loaded(service).scenario.service.timers;
    assert_eq!(timers(""), Timers::Wheel { hz: Timers::HZ });
    assert_eq!(timers("hz = 1000\n"), Timers::Wheel { hz: 1_000.try_into().expect("not zero") });
    assert_eq!(timers("timers = \"exact\"\n"), Timers::Exact);
    let warnings = loaded("timers = \"exact\"\nhz = 1000\n").render_warnings(false);
    assert!(warnings.contains("exact timers know no jiffies"), "{warnings}");
}
