//! Who may be the best, for `results.json`.

use std::collections::BTreeMap;

use ipvslab_schedulers::SchedulerKind;
use serde::Serialize;

use crate::estimate::best::MayBeBest;

/// Comparisons with the best: all of it at 95 % together.
#[derive(Serialize)]
pub(crate) struct MayBest<'a> {
    schedulers: Vec<&'a str>,
    close: Vec<&'a str>,
    indifference: f64,
    worse_by_at_most: BTreeMap<&'a str, f64>,
    variance_ratio: BTreeMap<&'a str, f64>,
}

impl MayBest<'_> {
    pub(crate) fn of(best: &MayBeBest) -> Self {
        let names = |kinds: &[SchedulerKind]| kinds.iter().map(|kind| kind.name()).collect();
        let by_name = |values: &[(SchedulerKind, f64)]| {
            values.iter().map(|(kind, value)| (kind.name(), *value)).collect()
        };
        Self {
            schedulers: names(&best.schedulers),
            close: names(&best.close),
            indifference: best.indifference,
            worse_by_at_most: by_name(&best.worse_by_at_most),
            variance_ratio: by_name(&best.pairing),
        }
    }
}
