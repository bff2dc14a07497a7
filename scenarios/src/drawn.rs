//! What of a scenario is drawn, and so differs between replications.

use ipvslab_schedulers::SchedulerKind;

use crate::scenario::Scenario;
use crate::workload::{Class, Source};

/// What differs between the replications of a scenario, of the whole of it that is drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Drawn {
    /// Nothing: everything comes from a trace.
    Nothing,
    /// Where in its tick a row of a trace falls, ports, and what `twos` and `random` choose among; nothing else.
    Places,
    /// The times of a trace are kept; work, clients or breakdowns are drawn.
    Work,
    /// A trace is resampled.
    Resampled,
    /// Arrivals are generated.
    Generated,
}

impl Scenario {
    /// What its replications differ in. Of several classes that is what holds for the one that varies least in its arrivals.
    pub fn varies(&self) -> Drawn {
        let traced = |class: &&Class| matches!(class.source, Source::Trace(_));
        if !self.workload.classes.iter().any(|class| traced(&class)) {
            return Drawn::Generated;
        }
        let has_rest = |class: &Class| {
            matches!(class.source, Source::Drawn(_))
                || class.work.is_random()
                || class.sizes.is_random()
                || class.clients.is_random()
                || class.destinations.is_random()
        };
        if self.workload.classes.iter().any(has_rest)
            || self.disturbances.is_some()
            || self.chains(0).is_some()
        {
            return Drawn::Work;
        }
        let is_spread = |class: &Class| matches!(&class.source, Source::Trace(trace) if trace.is_spread());
        let by_place = |&kind: &SchedulerKind| {
            matches!(
                kind,
                SchedulerKind::Twos | SchedulerKind::Random | SchedulerKind::Sh | SchedulerKind::Mh
            )
        };
        if self.workload.classes.iter().any(is_spread) || self.schedulers.iter().any(by_place) {
            return Drawn::Places;
        }
        Drawn::Nothing
    }
}
