//! What a reader must know before believing a sweep.

use crate::number::plain;
use crate::sweep::knee::KneeFound;
use crate::sweep::loads::Sweep;
use crate::sweep::summary::SweepSummary;

/// The notes of a sweep, the most important first.
pub(crate) fn notes(sweep: &Sweep, summary: &SweepSummary) -> Vec<String> {
    let candidates = [overloaded(sweep), single(sweep), outside(summary), Some(how(sweep)), same(summary)];
    candidates.into_iter().flatten().collect()
}

/// Loads that no scheduler could carry forever.
fn overloaded(sweep: &Sweep) -> Option<String> {
    let above = sweep.loads.iter().filter(|load| load.load_ratio >= 1.0);
    let above: Vec<String> = above.map(|load| format!("{} %", plain(100.0 * load.load_ratio))).collect();
    (!above.is_empty()).then(|| {
        format!(
            "At and above the capacity ({}, marked !), queues grow for as long as connections arrive, and the numbers depend on the length of the run, unless caches absorb the excess or the users of a closed loop slow down.",
            above.join(", ")
        )
    })
}

fn single(sweep: &Sweep) -> Option<String> {
    let most = sweep.loads.iter().map(|load| load.study.replications).max()?;
    (most == 1).then(|| {
        "A single replication gives no confidence intervals (±–) and cannot separate a difference from chance; use 10 or more."
            .to_owned()
    })
}

fn outside(summary: &SweepSummary) -> Option<String> {
    let is_cut = |found: &KneeFound| matches!(found, KneeFound::At { outside: 1.., .. });
    let any = summary.knees.iter().flat_map(|knees| &knees.of).any(|knee| is_cut(&knee.found));
    any.then(|| {
        "A knee without an interval is that of the mean curve, because the knees of some replications lie outside the loads tried; a wider range of loads would show them."
            .to_owned()
    })
}

/// How intervals and knees are made.
fn how(sweep: &Sweep) -> String {
    let mut text =
        "± is half the width of the 95 % confidence interval (Student's t over the replications)".to_owned();
    if !sweep.head().objectives.is_empty() {
        text.push_str(
            "; so is that of a knee, which is found in each replication between the two loads around it, and schedulers are \
             compared by paired differences of their knees, with Holm's correction over all pairs",
        );
    }
    text.push('.');
    text
}

fn same(summary: &SweepSummary) -> Option<String> {
    let sets: Vec<String> = summary
        .classes
        .iter()
        .filter(|class| class.len() > 1)
        .map(|class| class.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(", "))
        .collect();
    (!sets.is_empty())
        .then(|| format!("Identical decisions at every load, so identical results: {}.", sets.join("; ")))
}
