//! The timeline: who is meant, and whether it can be done at that time.

use std::collections::HashMap;
use std::ops::Range;

use ipvslab_schedulers::{ServerId, Span, Time, Weight};
use ipvslab_sim::Intervention;

use super::Findings;
use super::farm::PlacedServer;
use crate::problem::{Problem, Problems};
use crate::quoted::{At, Quoted};
use crate::raw::{Change, Event, File};
use crate::suggest::did_you_mean;
use crate::words::Name;

/// The most changes of single servers.
pub(super) const MOST_STEPS: usize = 1_000_000;

/// Checks `[[timeline]]` against the servers, and that some server can take connections at some time.
pub(super) fn timeline(
    file: &File,
    servers: &[PlacedServer],
    duration: Option<Span>,
    findings: &mut Findings,
) -> Option<Vec<(Time, Intervention)>> {
    let before = findings.list.len();
    let mut steps: Vec<Step> = Vec::new();
    let farm = Farm::new(servers);
    let events = file.timeline.as_ref().map_or(&[][..], |timeline| &timeline.value);
    for (number, event) in events.iter().enumerate() {
        steps.extend(steps_of(number, event, &farm, duration, findings));
        if steps.len() > MOST_STEPS {
            let message = format!("more than {MOST_STEPS} changes of servers");
            findings.report(Problem::error("timeline", message).at(&event.span));
            return None;
        }
    }
    // Stable: what stands first in the file is done first at the same instant.
    steps.sort_by_key(|step| step.at);
    follow(&steps, servers, findings);
    if findings.list.len() == before {
        check_open(&steps, file, servers, findings);
    }
    Some(steps.into_iter().map(|step| (step.at, step.what)).collect())
}

/// The servers by their names and by those of their groups.
pub(super) struct Farm<'a> {
    named: HashMap<&'a str, Vec<ServerId>>,
}

impl<'a> Farm<'a> {
    pub(super) fn new(servers: &'a [PlacedServer]) -> Self {
        let mut named: HashMap<&str, Vec<ServerId>> = HashMap::new();
        for (number, placed) in servers.iter().enumerate() {
            let id = ServerId::new(number as u32);
            named.entry(&placed.info.name).or_default().push(id);
            if placed.info.group != placed.info.name {
                named.entry(&placed.info.group).or_default().push(id);
            }
        }
        Self { named }
    }

    /// The servers that `name` means; reports a name that means none.
    pub(super) fn find(&self, path: &str, name: &Quoted<Name>, findings: &mut Findings) -> &[ServerId] {
        let wanted = name.value.0.as_str();
        if let Some(found) = self.named.get(wanted) {
            return found;
        }
        let problem = Problem::error(path, format!("there is no server or group `{wanted}`")).at(&name.span);
        let mut near = None;
        // Problems beyond those that are shown are not worth the search.
        if findings.list.len() < Problems::MOST {
            let mut names: Vec<&str> = self.named.keys().copied().collect();
            names.sort_unstable();
            near = did_you_mean(wanted, names);
        }
        findings.report(problem.help(near.unwrap_or_else(|| {
            "the servers of a group `web` with `count = 2` are called `web-1` and `web-2`".into()
        })));
        &[]
    }
}

/// One intervention on one server, and where it is asked for.
struct Step {
    at: Time,
    what: Intervention,
    path: String,
    span: Range<usize>,
}

fn steps_of(
    number: usize,
    event: &At<Event>,
    farm: &Farm<'_>,
    duration: Option<Span>,
    findings: &mut Findings,
) -> Vec<Step> {
    let At { value: raw, span } = event;
    let path = format!("timeline[{number}]");
    let Some(at) = &raw.at else { return Vec::new() };
    if let Some(duration) = duration.filter(|&duration| at.value.span() >= duration) {
        let message = format!(
            "found {} s, but the run ends at {} s",
            at.value.span().as_secs_f64(),
            duration.as_secs_f64()
        );
        findings.report(Problem::error(format!("{path}.at"), message).at(&at.span));
    }
    let instant = Time::ZERO + at.value.span();
    let mut steps = Vec::new();
    let mut act = |name: &Quoted<Name>, field: &str, what: &dyn Fn(ServerId) -> Intervention| {
        let path = format!("{path}.{field}");
        for &id in farm.find(&path, name, findings) {
            steps.push(Step { at: instant, what: what(id), path: path.clone(), span: span.clone() });
        }
    };
    if let Some(name) = &raw.quiesce {
        act(name, "quiesce", &|id| Intervention::SetWeight(id, Weight::QUIESCED));
    }
    if let Some(name) = &raw.remove {
        act(name, "remove", &Intervention::Remove);
    }
    if let Some((name, weight)) = raw.set_weight.as_ref().and_then(change) {
        act(name, "set_weight", &|id| Intervention::SetWeight(id, weight));
    }
    if let Some((name, weight)) = raw.add.as_ref().and_then(change) {
        act(name, "add", &|id| Intervention::Add(id, weight));
    }
    steps
}

fn change(change: &At<Change>) -> Option<(&Quoted<Name>, Weight)> {
    let weight = Weight::new(change.value.weight.as_ref()?.value)?;
    Some((change.value.server.as_ref()?, weight))
}

/// Carries the steps out in their order, and reports what cannot be done.
fn follow(steps: &[Step], servers: &[PlacedServer], findings: &mut Findings) {
    let mut listed: Vec<bool> = servers.iter().map(|placed| placed.info.server.listed).collect();
    // Where each server's presence was last decided.
    let mut since: Vec<&Range<usize>> = servers.iter().map(|placed| &placed.group_span).collect();
    for step in steps {
        let id = step.what.server().index();
        let name = &servers[id].info.name;
        let contradiction = match step.what {
            Intervention::Add(..) if listed[id] => {
                Some(format!("`{name}` is already in the list at that time"))
            }
            Intervention::Add(..) => None,
            _ if !listed[id] => Some(format!("`{name}` is not in the list at that time")),
            _ => None,
        };
        if let Some(message) = contradiction {
            let problem = Problem::error(step.path.as_str(), message).at(&step.span);
            let label = if listed[id] { "in the list from here on" } else { "not in the list from here on" };
            findings.report(if *since[id] == step.span { problem } else { problem.also(since[id], label) });
            continue;
        }
        if !matches!(step.what, Intervention::SetWeight(..)) {
            listed[id] = matches!(step.what, Intervention::Add(..));
            since[id] = &step.span;
        }
    }
}

/// Reports a farm that never has a server of positive weight, and servers that never join.
fn check_open(steps: &[Step], file: &File, servers: &[PlacedServer], findings: &mut Findings) {
    let starts =
        servers.iter().any(|placed| placed.info.server.listed && placed.info.server.weight.get() > 0);
    let opens = |step: &Step| match step.what {
        Intervention::Add(_, weight) | Intervention::SetWeight(_, weight) => weight.get() > 0,
        Intervention::Remove(_) => false,
    };
    if !starts && !steps.iter().any(opens) {
        let problem =
            Problem::error("servers", "no server can take connections: all weights are 0, or none is listed");
        findings.report(match &file.servers {
            Some(groups) => match groups.value.first() {
                Some(first) => problem.at(&first.span),
                None => problem,
            },
            None => problem,
        });
    }
    let mut joins = vec![false; servers.len()];
    for step in steps {
        joins[step.what.server().index()] |= matches!(step.what, Intervention::Add(..));
    }
    for (placed, joins) in servers.iter().zip(joins) {
        if !placed.info.server.listed && !joins {
            let message = format!("`{}` is not listed, and the timeline never adds it", placed.info.name);
            findings.report(Problem::warning("servers", message).at(&placed.group_span));
        }
    }
}
