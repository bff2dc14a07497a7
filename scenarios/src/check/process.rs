//! `[arrivals]`: the processes that are drawn.

use std::sync::Arc;

use super::Findings;
use super::class::Sections;
use crate::problem::Problem;
use crate::quoted::At;
use crate::raw::{Arrivals, Batches, Mmpp, Profile, Renewal};
use crate::workload::{self, BatchSize, Modulation, Process, State};

/// The process of a class whose arrivals come neither from a trace nor from a file of counts.
pub(super) fn process(arrivals: &Arrivals, class: &Sections<'_>, findings: &mut Findings) -> Option<Process> {
    if let Some(poisson) = &arrivals.poisson {
        return Some(Process::Poisson { gap: 1e9 / poisson.value.rate.as_ref()?.value.per_second() });
    }
    if let Some(deterministic) = &arrivals.deterministic {
        return Some(Process::Deterministic {
            gap: 1e9 / deterministic.value.rate.as_ref()?.value.per_second(),
        });
    }
    if let Some(raw) = &arrivals.profile {
        return profile(&class.path("arrivals.profile"), raw, findings);
    }
    if let Some(raw) = &arrivals.mmpp {
        return mmpp(&class.path("arrivals.mmpp"), raw, findings);
    }
    if let Some(raw) = &arrivals.batches {
        return batches(&class.path("arrivals.batches"), raw, findings);
    }
    renewal(&arrivals.renewal.as_ref()?.value)
}

fn profile(path: &str, At { value: raw, .. }: &At<Profile>, findings: &mut Findings) -> Option<Process> {
    let given = raw.points.as_ref()?;
    let path = format!("{path}.points");
    let before = findings.list.len();
    let mut points: Vec<workload::Point> = Vec::new();
    for (number, point) in given.value.iter().enumerate() {
        let (at, rate) = (point.value.at.as_ref()?, point.value.rate.as_ref()?);
        let nanos = at.value.nanos();
        let path = format!("{path}[{number}].at");
        match points.last() {
            None if nanos > 0.0 => {
                let problem = Problem::error(path, "the first point is later than \"0s\"").at(&at.span);
                findings.report(problem.help("add a point at \"0s\" for the rate before it"));
            }
            Some(last) if nanos < last.at => {
                findings.report(Problem::error(path, "the point before is later than this one").at(&at.span));
            }
            _ => {}
        }
        points.push(workload::Point { at: nanos, rate: rate.value.per_second() / 1e9 });
    }
    // Fewer than two points were reported.
    if findings.list.len() > before || points.len() < 2 {
        return None;
    }
    let profile = workload::Profile::new(points, raw.repeat.as_ref().is_some_and(|repeat| repeat.value));
    let fault = if profile.is_instant() {
        "all points are at \"0s\", expected a later one"
    } else if profile.is_silent() {
        "nothing ever arrives, expected a rate above zero for some time"
    } else {
        return Some(Process::Profile(Arc::new(profile)));
    };
    findings.report(Problem::error(path, fault).at(&given.span));
    None
}

fn mmpp(path: &str, At { value: raw, .. }: &At<Mmpp>, findings: &mut Findings) -> Option<Process> {
    /// The shortest visit, in nanoseconds: shorter ones take long to simulate, and mix into one rate.
    const SHORTEST: f64 = 1e3;
    let given = raw.states.as_ref()?;
    let path = format!("{path}.states");
    let before = findings.list.len();
    let mut states = Vec::new();
    for (number, state) in given.value.iter().enumerate() {
        let (rate, stay) = (state.value.rate.as_ref()?, state.value.stay.as_ref()?);
        if stay.value.nanos() < SHORTEST {
            let path = format!("{path}[{number}].stay");
            findings.report(Problem::error(path, "expected at least \"1us\"").at(&stay.span));
        }
        states.push(State { rate: rate.value.per_second() / 1e9, stay: stay.value.nanos() });
    }
    if states.iter().all(|state| state.rate == 0.0) {
        findings.report(Problem::error(path, "all rates are zero, expected one above").at(&given.span));
    }
    (findings.list.len() == before).then(|| Process::Modulated(Arc::new(Modulation::new(states))))
}

fn batches(path: &str, At { value: raw, span }: &At<Batches>, findings: &mut Findings) -> Option<Process> {
    let size = match (&raw.size, &raw.mean_size) {
        (Some(size), None) => BatchSize::Fixed(size.value),
        (None, Some(mean)) => BatchSize::Geometric(mean.value),
        (Some(size), Some(mean)) => {
            let problem = Problem::error(path, "found `size` and `mean_size` together, expected one of them");
            findings.report(problem.at(&mean.span).also(&size.span, "the other one"));
            return None;
        }
        (None, None) if findings.was_unreadable(path, &["size", "mean_size"]) => return None,
        (None, None) => {
            let problem = Problem::error(path, "found neither `size` nor `mean_size`, expected one of them");
            findings.report(problem.at(span).help("`size = 10` is always 10; `mean_size = 10` is geometric"));
            return None;
        }
    };
    Some(Process::Batches { gap: 1e9 / raw.rate.as_ref()?.value.per_second(), size })
}

fn renewal(raw: &Renewal) -> Option<Process> {
    let gap = 1e9 / raw.rate.as_ref()?.value.per_second();
    Some(Process::Renewal { gap, scv: raw.scv.as_ref()?.value })
}
