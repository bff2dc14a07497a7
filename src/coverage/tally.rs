//! What many studies of one system saw, counted, and the bands that it has to be in.

use ipvslab_reports::{Estimate, Metric};

use super::systems::System;

/// What a row is about, which decides its band.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// An interval that covers the truth in 95 % of studies, of those without a warning.
    Interval,
    /// Of windows that are too short, of which nine in ten studies have to warn.
    Short,
    /// A verdict that is wrong.
    Wrong,
    /// A method known to be bad, which has to be found out.
    MustFail,
}

/// What one study saw.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Seen {
    pub(super) metric: Metric,
    pub(super) what: String,
    /// In seconds.
    pub(super) truth: f64,
    /// Of a verdict: there if it was given.
    pub(super) estimate: Option<Estimate>,
    pub(super) warned: bool,
    pub(super) kind: Kind,
}

/// Many of them.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Tally {
    kind: Kind,
    what: String,
    truth: f64,
    stopped_after: f64,
    warned: f64,
    /// Of studies without a warning, as are the next two.
    covered: f64,
    below: f64,
    above: f64,
    given: f64,
    half_width: f64,
}

/// Whether a row is in its band.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Band {
    In,
    Out,
}

impl Band {
    pub(super) fn is_accepted(self) -> bool {
        self == Self::In
    }
}

impl Tally {
    pub(super) fn of<'a>(seen: impl Iterator<Item = &'a Seen>) -> Self {
        let seen: Vec<&Seen> = seen.collect();
        let first = seen[0];
        // A method that is known to be bad warns of nothing, and one that has to warn is not left out.
        let counts = |seen: &&&Seen| !seen.warned || first.kind != Kind::Interval;
        let quiet: Vec<&&Seen> = seen.iter().filter(counts).collect();
        let truth_us = first.truth * 1e6;
        let part = |holds: &dyn Fn([f64; 2]) -> bool| {
            let ends = |seen: &&Seen| {
                let interval = seen.estimate.and_then(|estimate| estimate.interval);
                interval.map(|interval| [interval.low, interval.high])
            };
            quiet.iter().filter(|seen| ends(seen).is_some_and(holds)).count() as f64 / quiet.len() as f64
        };
        let widths: Vec<f64> = seen.iter().filter_map(|seen| seen.estimate?.half_width).collect();
        let runs: Vec<f64> =
            seen.iter().filter_map(|seen| Some(f64::from(seen.estimate?.replications))).collect();
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        Self {
            kind: first.kind,
            what: first.what.clone(),
            truth: first.truth,
            stopped_after: mean(&runs),
            warned: seen.iter().filter(|seen| seen.warned).count() as f64 / seen.len() as f64,
            covered: part(&|[low, high]| low <= truth_us && truth_us <= high),
            below: part(&|[_, high]| high < truth_us),
            above: part(&|[low, _]| low > truth_us),
            given: seen.iter().filter(|seen| seen.estimate.is_some()).count() as f64 / seen.len() as f64,
            half_width: mean(&widths) / truth_us,
        }
    }

    /// Of few studies only what is far off is told: above 90 % is accepted.
    pub(super) fn verdict(&self, fast: bool) -> Band {
        let is_in = match self.kind {
            Kind::Interval if fast => self.covered > 0.90,
            Kind::Interval => (0.93..=0.975).contains(&self.covered) && self.below.max(self.above) <= 0.05,
            Kind::Short => self.warned >= 0.9,
            Kind::Wrong => self.given <= if fast { 0.07 } else { 0.04 },
            Kind::MustFail => self.covered < 0.2,
        };
        if is_in { Band::In } else { Band::Out }
    }

    /// A row of the table.
    pub(super) fn line(&self, system: &System, band: Band) -> String {
        let per_cent = |part: f64| format!("{:.1}", 100.0 * part);
        let ends = system.stop_at.map_or_else(String::new, |(metric, part)| {
            format!(", stops at ±{} % of the {}, after {:.0}", 100.0 * part, metric.key(), self.stopped_after)
        });
        let band = if band.is_accepted() { "in" } else { "**out**" };
        let numbers = match self.kind {
            Kind::Wrong => format!("{} | – | – | – | –", per_cent(self.given)),
            _ => format!(
                "{} | {} | {} | {} | {}",
                per_cent(self.covered),
                per_cent(self.below),
                per_cent(self.above),
                per_cent(self.half_width),
                per_cent(self.warned)
            ),
        };
        format!(
            "| {}{ends} | {} | {} | {} | {} | {numbers} | {band} |\n",
            system.name, system.load, system.window, self.what, self.truth
        )
    }
}

/// What stands over the table.
pub(super) fn heading(studies: u32) -> String {
    format!(
        "{studies} studies a row, 20 replications each unless a study ends by itself.\n\n\
         | system | load | window, connections | of what | truth, s | covered, %; of verdicts: given, % | below the truth, % | above, % | half-width, % of the truth | warned, % | band |\n\
         |---|--:|--:|---|--:|--:|--:|--:|--:|--:|---|\n"
    )
}
