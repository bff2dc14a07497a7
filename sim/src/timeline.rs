//! What is known beforehand to happen: interventions, looks at the servers, the measured window.

use alloc::vec::Vec;

use ipvslab_schedulers::Time;

use crate::setup::{Intervention, Setup};

#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    OpenWindow,
    CloseWindow,
    Sample,
    Intervene(Intervention),
}

/// The steps of a run in order of time; at one instant a look comes before an intervention.
#[derive(Clone, Debug)]
pub(crate) struct Timeline {
    /// Latest first, so that the next one is popped.
    steps: Vec<(Time, Step)>,
}

impl Timeline {
    pub(crate) fn new(setup: &Setup) -> Self {
        let mut steps = Vec::new();
        steps.push((setup.warm_up, Step::OpenWindow));
        steps.push((setup.horizon, Step::CloseWindow));
        if let Some(every) = setup.sample_every {
            let mut at = Time::ZERO;
            while at <= setup.horizon {
                steps.push((at, Step::Sample));
                at += every;
            }
        }
        steps.extend(setup.interventions.iter().map(|&(at, what)| (at, Step::Intervene(what))));
        // Stable: what was pushed first comes first at the same instant.
        steps.sort_by_key(|&(at, _)| at);
        steps.reverse();
        Self { steps }
    }

    #[inline]
    pub(crate) fn next_at(&self) -> Time {
        self.steps.last().map_or(Time::NEVER, |&(at, _)| at)
    }

    pub(crate) fn pop(&mut self) -> Step {
        self.steps.pop().expect("a step is due only while one is left").1
    }
}
