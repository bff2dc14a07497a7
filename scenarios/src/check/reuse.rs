//! Clients whose ports come again.

use std::num::NonZeroU16;

use super::class::Sections;
use super::{Findings, origin};
use crate::problem::Problem;
use crate::scenario::Scenario;

/// The ports that all clients have, if they come again: the director is told one number for all classes.
pub(super) fn ports(sections: &[Sections<'_>], findings: &mut Findings) -> Option<NonZeroU16> {
    let given = sections.iter().enumerate().map(|(at, class)| (at, origin::ports(class)));
    let (first_at, first) = given.clone().find_map(|(at, ports)| Some((at, ports?)))?;
    for (at, ports) in given.filter(|&(at, _)| at != first_at) {
        let found = ports.map(|ports| ports.value);
        if found != Some(first.value) {
            let found = found.map_or("no `ports`".to_owned(), |ports| format!("{ports} ports"));
            let message = format!("found {found}, expected {} as the other class has", first.value);
            let span = ports.map_or(&first.span, |ports| &ports.span);
            let problem = Problem::error(format!("classes[{at}].clients"), message).at(span);
            findings.report(problem.help("clients of all classes have the same number of ports"));
        }
    }
    NonZeroU16::new(u16::try_from(first.value).unwrap_or(u16::MAX))
}

/// Warns of clients that have more connections open than ports: these connections cannot be made.
pub(super) fn enough(scenario: &Scenario, sections: &[Sections<'_>], loads: &[f64], findings: &mut Findings) {
    let Some(ports) = scenario.service.client_ports else { return };
    for ((class, sections), load) in scenario.workload.classes.iter().zip(sections).zip(loads) {
        let Some(share) = class.clients.greatest_share() else { continue };
        let open = share * load;
        if open > f64::from(ports.get())
            && let Some(given) = origin::ports(sections)
        {
            let message = format!(
                "the busiest client has {open:.1} connections open on average, but only {ports} ports: many will be refused"
            );
            let problem = Problem::warning(sections.path("clients.ports"), message).at(&given.span);
            findings.report(problem.help("give clients more ports, or add clients"));
        }
    }
}
