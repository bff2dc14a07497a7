//! How a real server works on its connections: slots, or cores with or without workers.

use ipvslab_sim::Discipline;

use super::Findings;
use crate::problem::Problem;
use crate::quoted::At;
use crate::raw::ServerGroup;

/// The one discipline that a group of servers has.
pub(super) fn discipline(path: &str, group: &At<ServerGroup>, findings: &mut Findings) -> Option<Discipline> {
    let At { value: raw, span } = group;
    match (&raw.slots, &raw.cores) {
        (Some(slots), None) => {
            if let Some(workers) = &raw.workers {
                let message = "found `workers` with `slots`, expected it with `cores`";
                let problem = Problem::error(format!("{path}.workers"), message);
                findings.report(
                    problem.at(&workers.span).also(&slots.span, "a slot is a worker with a core of its own"),
                );
                return None;
            }
            Some(Discipline::FirstComeFirstServed { slots: slots.value })
        }
        (None, Some(cores)) => {
            let (cores, workers) = (cores.value, raw.workers.as_ref());
            if let Some(workers) = workers.filter(|workers| workers.value < cores) {
                let message =
                    format!("found {}, expected at least {cores}, as many as `cores`", workers.value);
                let problem = Problem::error(format!("{path}.workers"), message).at(&workers.span);
                findings.report(problem.help("a core without a worker would stay idle"));
                return None;
            }
            Some(Discipline::ProcessorSharing { cores, workers: workers.map(|workers| workers.value) })
        }
        (Some(slots), Some(cores)) => {
            let problem = Problem::error(path, "found `slots` and `cores` together, expected one of them");
            findings.report(problem.at(&cores.span).also(&slots.span, "the other one"));
            None
        }
        (None, None) if findings.was_unreadable(path, &["slots", "cores"]) => None,
        (None, None) => {
            let problem =
                Problem::error(path, "found neither `slots` nor `cores`, expected one of them").at(span);
            findings.report(problem.help("`slots = 16` serves 16 connections at a time, first come, first served; `cores = 4` shares 4 cores among all"));
            None
        }
    }
}
