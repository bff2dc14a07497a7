//! A real server as a report names it.

use ipvslab_schedulers::{ServerId, Time};
use ipvslab_sim::{Intervention, Setup};
use serde::{Deserialize, Serialize};

/// What a report knows about a real server beforehand.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct StudyServer {
    /// Its own name.
    pub name: String,
    /// The name of the group it was described in.
    pub group: String,
    /// Its weight at the start; 0 if it is not in the list then.
    pub weight: i32,
    /// Its weight averaged over the measured window; 0 while it is not in the list.
    pub mean_weight: f64,
    /// Slots or cores.
    pub slots: u32,
    /// The speed of each.
    pub speed: f64,
}

impl StudyServer {
    /// The servers of a situation by id; `named` gives name and group.
    pub fn of(setup: &Setup, mut named: impl FnMut(ServerId) -> (String, String)) -> Vec<Self> {
        let weights = mean_weights(setup);
        let server = |(number, mean_weight): (usize, f64)| {
            let spec = &setup.servers()[number];
            let (name, group) = named(ServerId::new(number as u32));
            Self {
                name,
                group,
                weight: if spec.listed { spec.weight.get() } else { 0 },
                mean_weight,
                slots: spec.discipline.width(),
                speed: spec.speed,
            }
        };
        weights.into_iter().enumerate().map(server).collect()
    }
}

/// Each server's part of all weights, averaged over the window; `None` if no server has any.
pub(crate) fn weight_shares(servers: &[StudyServer]) -> Vec<Option<f64>> {
    let total: f64 = servers.iter().map(|server| server.mean_weight).sum();
    servers.iter().map(|server| (total > 0.0).then(|| server.mean_weight / total)).collect()
}

/// Servers that share a group, groups in the order they first appear.
pub(crate) fn groups(servers: &[StudyServer]) -> Vec<(&str, Vec<usize>)> {
    let mut groups: Vec<(&str, Vec<usize>)> = Vec::new();
    for (number, server) in servers.iter().enumerate() {
        match groups.iter_mut().find(|(name, _)| *name == server.group) {
            Some((_, members)) => members.push(number),
            None => groups.push((&server.group, vec![number])),
        }
    }
    groups
}

/// Each server's weight integrated over the window, over the window.
fn mean_weights(setup: &Setup) -> Vec<f64> {
    let (from, to) = (setup.warm_up(), setup.horizon());
    let window = to.since(from).as_secs_f64();
    let weight = |number: usize| {
        let spec = &setup.servers()[number];
        let mut current = if spec.listed { spec.weight.get() } else { 0 };
        let mut since = from;
        let mut integral = 0.0;
        let mut hold = |weight: i32, until: Time| {
            let until = until.max(from).min(to);
            integral += f64::from(weight) * until.since(since).as_secs_f64();
            since = until;
        };
        for &(at, what) in setup.interventions().iter().filter(|(_, what)| what.server().index() == number) {
            hold(current, at);
            current = match what {
                Intervention::SetWeight(_, weight) | Intervention::Add(_, weight) => weight.get(),
                Intervention::Remove(_) => 0,
            };
        }
        hold(current, to);
        integral / window
    };
    (0..setup.servers().len()).map(weight).collect()
}

#[cfg(test)]
mod tests {
    use ipvslab_schedulers::{Span, Thresholds, Weight};
    use ipvslab_sim::{Discipline, RealServer, Service};

    use super::*;

    #[test]
    fn weight_is_averaged_over_the_window() {
        let id = ServerId::new;
        let at = |secs| Time::ZERO + Span::from_secs(secs);
        let weight = |weight| Weight::new(weight).expect("a small weight");
        let server = |number: u8, listed| RealServer {
            endpoint: ([10, 0, 0, number], 80).into(),
            weight: weight(2),
            thresholds: Thresholds::NONE,
            discipline: Discipline::FirstComeFirstServed { slots: 4 },
            speed: 1.0,
            backlog: None,
            listed,
        };
        let interventions = vec![
            (at(5), Intervention::SetWeight(id(0), weight(4))),
            (at(20), Intervention::SetWeight(id(0), weight(0))),
            (at(15), Intervention::Add(id(1), weight(10))),
            (at(20), Intervention::Remove(id(1))),
        ];
        let servers = vec![server(1, true), server(2, false), server(3, true)];
        let setup = Setup::new(Service::default(), servers, interventions, at(10), at(30))
            .expect("a sound situation");
        let found = StudyServer::of(&setup, |id| (format!("web-{}", id.index()), "web".to_owned()));
        let weights: Vec<(i32, f64)> =
            found.iter().map(|server| (server.weight, server.mean_weight)).collect();
        assert_eq!(weights, [(2, 2.0), (0, 2.5), (2, 2.0)]);
    }
}
