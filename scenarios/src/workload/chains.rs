//! Requests that follow others: on a connection that stays open, or when a user comes back.

use std::num::NonZeroU16;

use ipvslab_schedulers::{Flow, Rng, RngFamily};
use ipvslab_sim::{ChainPosition, FollowUp, FollowUps, KeepAlive, Sizes};

use super::demand::Demand;
use super::ports::any_port;
use super::sizes::SizeDemand;
use super::streams::Streams;
use super::{Class, Law, Population, Process, Source, nearest};

/// How many requests a connection carries.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Number {
    /// Always as many.
    Fixed(u32),
    /// Geometrically distributed from 1 on, with this mean.
    Geometric(f64),
    /// As many as there is time for.
    Endless,
}

impl Number {
    /// The mean; `None` if there is no end.
    pub(crate) fn mean(self) -> Option<f64> {
        match self {
            Self::Fixed(count) => Some(f64::from(count)),
            Self::Geometric(mean) => Some(mean),
            Self::Endless => None,
        }
    }

    /// Whether the request of this number, from 1 on, is the last of its connection.
    fn ends_with(self, number: u32, draws: &mut Rng) -> bool {
        match self {
            Self::Fixed(count) => number >= count,
            Self::Geometric(mean) => draws.unit() * mean < 1.0,
            Self::Endless => false,
        }
    }
}

/// Connections that carry several requests.
#[derive(Clone, Debug)]
pub(crate) struct Requests {
    pub(crate) number: Number,
    /// From an answer to the next request.
    pub(crate) idle: Law,
    /// What keeps the connection alive until then, if anything does.
    pub(crate) keepalive: Option<KeepAlive>,
}

/// What follows each request of one replication.
///
/// Every draw is from a stream of its own, keyed by chain and request: in whatever order requests are served, the same follows.
#[derive(Debug)]
pub struct Chains {
    classes: Vec<Chain>,
    client_ports: Option<NonZeroU16>,
}

/// The chains of one class.
#[derive(Debug)]
struct Chain {
    draws: RngFamily,
    requests: Option<Requests>,
    /// How long a user of a closed loop thinks.
    think: Option<Law>,
    work: Demand,
    sizes: Option<Box<SizeDemand>>,
    destinations: Population,
}

impl Chains {
    /// `None` if nothing ever follows.
    pub(super) fn new(
        classes: &[Class],
        seed: u64,
        replication: u32,
        client_ports: Option<NonZeroU16>,
    ) -> Option<Self> {
        let follows = |class: &Class| class.requests.is_some() || class.think().is_some();
        classes.iter().any(follows).then(|| Self {
            classes: classes.iter().map(|class| Chain::new(class, seed, replication)).collect(),
            client_ports,
        })
    }
}

impl Class {
    /// How long its users think, if it is a closed loop.
    pub(crate) fn think(&self) -> Option<&Law> {
        match &self.source {
            Source::Drawn(Process::Closed { think, .. }) => Some(think),
            _ => None,
        }
    }
}

impl Chain {
    fn new(class: &Class, seed: u64, replication: u32) -> Self {
        let purpose = class.name.as_ref().map_or("chains".to_owned(), |name| format!("{name}/chains"));
        let draws = Rng::family(seed, replication, &purpose);
        Self {
            draws,
            requests: class.requests.clone(),
            think: class.think().cloned(),
            // Draws come with each request.
            work: class.work.demand(seed, "work", draws.member(0, 0)),
            sizes: class.sizes.demand(Streams { seed, replication, class: class.name.as_deref() }),
            destinations: class.destinations,
        }
    }
}

impl FollowUps for Chains {
    fn next(&mut self, link: ChainPosition, flow: &Flow) -> Option<FollowUp> {
        let chain = &self.classes[usize::from(link.class)];
        let mut draws = chain.draws.member(link.chain, u64::from(link.requests));
        let goes_on = |requests: &&Requests| !requests.number.ends_with(link.of_connection, &mut draws);
        let (wait, anew) = match (chain.requests.as_ref().filter(goes_on), &chain.think) {
            (Some(requests), _) => (requests.idle.draw(&mut draws), None),
            (None, Some(think)) => {
                let wait = think.draw(&mut draws);
                let destination = chain.destinations.draw(&mut draws);
                (
                    wait,
                    Some(Flow { client_port: any_port(self.client_ports, &mut draws), destination, ..*flow }),
                )
            }
            (None, None) => return None,
        };
        let destination = anew.map_or(flow.destination, |flow| flow.destination);
        let work = nearest(chain.work.with(destination, &mut draws));
        let sizes =
            chain.sizes.as_ref().map_or(Sizes::default(), |sizes| sizes.with(destination, &mut draws));
        let keepalive = chain.requests.as_ref().filter(|_| anew.is_none()).and_then(|all| all.keepalive);
        Some(FollowUp { wait: nearest(wait), work, sizes, anew, keepalive })
    }
}
