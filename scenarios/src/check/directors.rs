//! `[directors]`, and the services of classes.

use ipvslab_sim::{Directors, Disturbances, Fault, SpreadBy, Start};

use super::Findings;
use super::class::Sections;
use crate::problem::Problem;
use crate::quoted::At;
use crate::raw::File;

/// How connections reach their director and their service; `Some(None)` if there is one of both.
pub(super) fn directors(
    file: &File,
    sections: &[Sections<'_>],
    disturbances: Option<&Disturbances>,
    findings: &mut Findings,
) -> Option<Option<Directors>> {
    let services = services(sections);
    let Some(At { value: raw, span }) = &file.directors else {
        let (by, start) = (SpreadBy::default(), Start::default());
        let is_one = services.iter().all(|&service| service == 0);
        return Some((!is_one).then_some(Directors { count: 1, by, start, services }));
    };
    let count = raw.count.as_ref()?.value;
    let faults = disturbances.iter().flat_map(|disturbances| &disturbances.faults);
    if count > 1 && faults.into_iter().any(|(_, fault)| matches!(fault, Fault::FailOver(_))) {
        let problem = Problem::error("directors", "a `failover` is that of the only director").at(span);
        findings.report(problem.help("leave out [directors], or the fault of kind `failover`"));
        return None;
    }
    let by = raw.by.as_ref().map_or_else(Default::default, |by| by.value);
    let start = raw.start.as_ref().map_or_else(Default::default, |start| start.value);
    Some(Some(Directors { count, by, start, services }))
}

/// The number of each class's service: 0 for those that name none, and the others in order of the file.
fn services(sections: &[Sections<'_>]) -> Vec<u16> {
    let mut names: Vec<Option<&str>> = vec![None];
    let mut numbers = Vec::new();
    for class in sections {
        let known = names.iter().position(|&name| name == class.service);
        numbers.push(known.unwrap_or(names.len()) as u16);
        if known.is_none() {
            names.push(class.service);
        }
    }
    numbers
}
