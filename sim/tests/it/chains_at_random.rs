//! Chains of requests under random faults, clients and checkers, and over several directors: every run audits itself, and
//! repeats.

use ipvslab_schedulers::{Flow, Rng, RngFamily, SchedulerKind, Span};
use ipvslab_sim::{
    ChainPosition, Directors, FollowUp, FollowUps, Outcome, RandomStreams, Service, Sizes, SpreadBy, Start,
    Sysctls, simulate_chains,
};
use proptest::prelude::*;

use crate::disturbed_at_random::situation;
use crate::support::poisson;

/// A connection carries up to `most` requests, and some clients come back.
struct Random {
    draws: RngFamily,
    most: u32,
    comes_back: f64,
}

impl FollowUps for Random {
    fn next(&mut self, link: ChainPosition, flow: &Flow) -> Option<FollowUp> {
        let mut draws = self.draws.member(link.chain, u64::from(link.requests));
        let mut span = |most: f64| Span::from_secs_f64(draws.unit() * most);
        let (wait, work) = (span(8.0), span(1.5));
        let stays = link.of_connection < self.most && draws.unit() < 0.8;
        let anew = Flow { client_port: flow.client_port.wrapping_add(1), ..*flow };
        (stays || draws.unit() < self.comes_back).then(|| FollowUp {
            wait,
            work,
            sizes: Sizes::default(),
            anew: (!stays).then_some(anew),
            keepalive: None,
        })
    }
}

fn outcome(seed: u64, service: Service, rate: f64) -> Outcome {
    let mut rng = Rng::stream(seed, 0, "chains");
    let kind = SchedulerKind::ALL[rng.below(14) as usize];
    let setup = situation(&mut rng, service);
    let directors = Directors {
        count: 1 + rng.below(4),
        by: if rng.below(2) == 0 { SpreadBy::Client } else { SpreadBy::Connection },
        start: if rng.below(2) == 0 { Start::Same } else { Start::Spread },
        services: vec![],
        ..Directors::default()
    };
    let setup = if rng.below(2) == 0 { setup.clone().directed(directors).unwrap_or(setup) } else { setup };
    let sequels = Random {
        draws: Rng::family(seed, 0, "random"),
        most: 1 + rng.below(6),
        comes_back: f64::from(rng.below(3)) / 2.0,
    };
    let (chances, list) = (RandomStreams::new(seed, 0), poisson(seed, rate, 400));
    simulate_chains(&setup, kind, chances, list, Some(Box::new(sequels)), &mut ())
        .expect("ends within the clock")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    /// The engine stops if a request is lost or counted twice, or if time or work does not add up.
    #[test]
    fn every_run_of_chains_adds_up_and_repeats(seed: u64, rate in 0.5f64..4.0, which in 0usize..2) {
        let told = Sysctls { expire_nodest_conn: 1, ..Sysctls::default() };
        let sysctls = [Sysctls::default(), told][which];
        let service = Service { sysctls, ..Service::default() };
        let once = outcome(seed, service, rate);
        prop_assert!(once.arrived >= 1);
        prop_assert_eq!(&once, &outcome(seed, service, rate));
    }
}
