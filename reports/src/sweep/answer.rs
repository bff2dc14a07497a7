//! What a sweep says, in a paragraph.

use crate::number::plain;
use crate::output::answer::{listed, value};
use crate::output::quantity::Scale;
use crate::sweep::knee::{Knee, KneeFound, Knees};
use crate::sweep::loads::Sweep;
use crate::sweep::summary::SweepSummary;

/// The highest load at which each objective holds, and under which schedulers that is more than chance.
pub(crate) fn answer(sweep: &Sweep, summary: &SweepSummary) -> String {
    if summary.knees.is_empty() {
        return without_objective(sweep, summary);
    }
    let sentences: Vec<String> = summary.knees.iter().flat_map(|knees| of_objective(sweep, knees)).collect();
    sentences.join(" ")
}

/// A knee in words: the rate, and what part of the capacity that is.
pub(crate) fn knee_words(sweep: &Sweep, found: &KneeFound) -> String {
    match found {
        KneeFound::At { arrivals_per_s, .. } => {
            let rate = match arrivals_per_s.interval {
                None => plain(arrivals_per_s.mean),
                Some(_) => Scale::PLAIN.text(Some(*arrivals_per_s)),
            };
            format!("{rate}/s ({})", load_words(sweep, arrivals_per_s.mean))
        }
        KneeFound::Beyond => format!("above the highest load tried, {}", end_words(sweep, false)),
        KneeFound::Before => format!("below the lowest load tried, {}", end_words(sweep, true)),
        KneeFound::Unresolved => "not resolved by these runs".to_owned(),
    }
}

fn load_words(sweep: &Sweep, arrivals_per_s: f64) -> String {
    format!("load {} %", plain((1e3 * sweep.load_ratio_at(arrivals_per_s)).round() / 10.0))
}

/// The least or the largest load.
fn end_words(sweep: &Sweep, least: bool) -> String {
    let load = if least { sweep.loads.first() } else { sweep.loads.last() };
    let rate = load.map_or(0.0, |load| load.arrivals_per_s);
    format!("{}/s ({})", plain(rate), load_words(sweep, rate))
}

fn of_objective(sweep: &Sweep, knees: &Knees) -> Vec<String> {
    let text = format!("\u{201c}{}\u{201d}", knees.objective.text);
    let names = |wanted: &dyn Fn(&KneeFound) -> bool| -> Vec<&str> {
        let of = knees.of.iter().filter(|knee| wanted(&knee.found));
        of.map(|knee| knee.scheduler.name()).collect()
    };
    let mut sentences = Vec::new();
    let beyond = names(&|found| *found == KneeFound::Beyond);
    if !beyond.is_empty() {
        let (hold, their) =
            if beyond.len() == 1 { ("holds", "its knee is") } else { ("hold", "their knees are") };
        sentences.push(format!(
            "{} {hold} {text} at every load tried, up to {}: {their} above the highest load tried.",
            listed(&beyond),
            end_words(sweep, false)
        ));
    }
    let crossing: Vec<_> =
        knees.of.iter().filter(|knee| matches!(knee.found, KneeFound::At { .. })).collect();
    let words = |knee: &&&Knee| format!("{} up to {}", knee.scheduler, knee_words(sweep, &knee.found));
    if beyond.is_empty()
        && let Some(first) = crossing.first()
    {
        sentences.push(format!(
            "{} holds {text} up to {}.",
            first.scheduler,
            knee_words(sweep, &first.found).replacen("/s", " connections/s", 1)
        ));
        let same: Vec<String> =
            crossing.iter().skip(1).filter(|knee| !knee.apart_from_first).map(|knee| words(&knee)).collect();
        if knees.comparisons > 0 && !same.is_empty() {
            sentences.push(format!("Not distinguishable from {}: {}.", first.scheduler, same.join(", ")));
        }
    }
    let rest = crossing.iter().skip(usize::from(beyond.is_empty()));
    let less: Vec<String> = rest
        .filter(|knee| knee.apart_from_first || knees.comparisons == 0 || !beyond.is_empty())
        .map(|knee| words(&knee))
        .collect();
    if !less.is_empty() {
        let apart = crossing.iter().skip(usize::from(beyond.is_empty())).all(|knee| knee.apart_from_first);
        let significant = match (knees.comparisons, less.len()) {
            (0, _) => "; with a single replication, that may be chance",
            (_, 1) if apart || beyond.is_empty() => "; the difference is significant",
            _ if apart || beyond.is_empty() => "; the differences are significant",
            _ => "",
        };
        sentences.push(format!("Lower: {}{significant}.", less.join(", ")));
    }
    let before = names(&|found| *found == KneeFound::Before);
    if !before.is_empty() {
        let does = if before.len() == 1 { "does" } else { "do" };
        sentences.push(format!(
            "{} {does} not hold {text} even at the lowest load tried, {}.",
            listed(&before),
            end_words(sweep, true)
        ));
    }
    let unresolved = names(&|found| *found == KneeFound::Unresolved);
    if !unresolved.is_empty() {
        sentences.push(format!("These runs cannot resolve it for {}.", listed(&unresolved)));
    }
    sentences
}

/// Without a limit there is no knee: the best at the largest load, and how to give a limit.
fn without_objective(sweep: &Sweep, summary: &SweepSummary) -> String {
    let metric = summary.metrics[0];
    let best = summary.loads.last().and_then(|load| load.schedulers.first());
    let best = best.map_or_else(String::new, |best| {
        let found = value(metric, best.estimate(metric));
        let words = metric.words();
        format!(
            "At the highest load tried, {}, {} comes first: {words} {found}. ",
            end_words(sweep, false),
            best.scheduler
        )
    });
    format!(
        "{best}The scenario has no objective, so there is no limit to compare loads with, and no knee is marked; add one, for example [[objectives]] with require = \"p99 < 200ms\"."
    )
}
