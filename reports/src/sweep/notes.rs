//! What a reader must know before believing a sweep.

use crate::number::plain;
use crate::output::caveats::LEGEND;
use crate::sweep::knee::KneeFound;
use crate::sweep::loads::Sweep;
use crate::sweep::summary::SweepSummary;

/// The notes of a sweep, the most important first.
pub(crate) fn notes(sweep: &Sweep, summary: &SweepSummary) -> Vec<String> {
    let candidates = [
        overloaded(sweep),
        single(sweep),
        open(summary),
        Some(how(sweep)),
        Some(sweep.head().design.varies.line().to_owned()),
        same(summary),
    ];
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

/// Intervals that reach beyond the loads tried.
fn open(summary: &SweepSummary) -> Option<String> {
    let is_open = |found: &KneeFound| match found {
        KneeFound::At { arrivals_per_s, .. } => arrivals_per_s.interval.is_some_and(|ends| !ends.is_closed()),
        _ => false,
    };
    let any = summary.knees.iter().flat_map(|knees| &knees.of).any(|knee| is_open(&knee.found));
    any.then(|| {
        "+? or −?: the interval of a knee reaches beyond the loads tried on that side; a wider range of them would show its end."
            .to_owned()
    })
}

/// How intervals and knees are made.
fn how(sweep: &Sweep) -> String {
    let mut text = LEGEND.to_owned();
    if !sweep.head().objectives.is_empty() {
        text.push_str(
            " A knee is where the curve of all replications together reaches the limit, and its interval has the loads at which the \
             limit is within the interval of the metric; schedulers are compared by paired differences of what each replication says \
             of the knee (outside the loads tried: the load at that end), with Holm's correction over all pairs.",
        );
    }
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
