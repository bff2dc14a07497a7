//! What is seen first: a few numbers, large, and the order of the schedulers beside them.

use maud::{Markup, html};

use super::figure::Figure;
use crate::estimate::objective::{Judgement, Verdict, judge};
use crate::estimate::summary::{SchedulerSummary, Summary};
use crate::number::plain;
use crate::output::answer;
use crate::output::quantity::Scale;
use crate::study::Study;

/// A number with what it is, and what it means.
struct Tile {
    class: &'static str,
    what: String,
    value: String,
    words: String,
}

/// Tiles, and the figure if there is one.
pub(super) fn markup(study: &Study, summary: &Summary, figure: Option<&Figure>) -> Markup {
    let judgements = judge(study, summary);
    let objectives = study.objectives.iter().take(2).map(|objective| {
        let of_it: Vec<&Judgement<'_>> =
            judgements.iter().filter(|judgement| judgement.objective == objective).collect();
        held(&objective.text, &of_it)
    });
    let tiles: Vec<Tile> =
        objectives.chain(best(summary)).chain(next(summary)).chain(utilisation(summary)).collect();
    html! {
        div .first {
            div {
                div .tiles {
                    @for tile in &tiles {
                        div class={ "tile " (tile.class) } { p .what { (tile.what) } p .value { (tile.value) } p .words { (tile.words) } }
                    }
                }
                p .answer { (answer::of(study, summary)) }
            }
            @if let Some(figure) = figure { (figure.markup()) }
        }
    }
}

/// Under how many schedulers an objective holds, and with how much to spare at best.
fn held(text: &str, judgements: &[&Judgement<'_>]) -> Tile {
    let count = |verdict: Verdict| judgements.iter().filter(|judgement| judgement.verdict == verdict).count();
    let [met, undecided, all] = [count(Verdict::Met), count(Verdict::Undecided), judgements.len()];
    let (class, value) = match () {
        () if all == 1 && met == 1 => ("met", "✓ met".to_owned()),
        () if all == 1 && undecided == 1 => ("", "? undecided".to_owned()),
        () if met > 0 => ("met", format!("✓ met by {met} of {all}")),
        () if undecided > 0 => ("", format!("? undecided for {undecided} of {all}")),
        () => ("violated", "✗ violated by all".to_owned()),
    };
    let margin = |judgement: &&&Judgement<'_>| judgement.margin.filter(|margin| margin.is_finite());
    let known = judgements.iter().filter(|judgement| margin(judgement).is_some());
    let by_margin = |a: &&&Judgement<'_>, b: &&&Judgement<'_>| {
        margin(a).unwrap_or(0.0).total_cmp(&margin(b).unwrap_or(0.0))
    };
    let words = known.max_by(by_margin).map_or_else(
        || "how far off is not known".to_owned(),
        |judgement| {
            let part = plain((1e3 * judgement.margin.unwrap_or(0.0)).abs().round() / 10.0);
            let side = if judgement.margin.unwrap_or(0.0) >= 0.0 { "to spare" } else { "beyond the limit" };
            format!("{part} % {side} under {}, the best of them", judgement.scheduler)
        },
    );
    Tile { class, what: text.to_owned(), value, words }
}

/// The best value of what decides.
fn best(summary: &Summary) -> Option<Tile> {
    let first = summary.schedulers.first()?;
    let metric = summary.ranked_by;
    let with_it = summary.groups.first().map_or(1, Vec::len);
    let words = match (summary.schedulers.len(), with_it) {
        (1, _) => format!("under {}", first.scheduler),
        (_, 1) => format!("under {}, the best", first.scheduler),
        (_, 2) => format!("under {}; another one is not distinguishable", first.scheduler),
        (_, several) => format!("under {}; {} others are not distinguishable", first.scheduler, several - 1),
    };
    let words = if summary.comparisons == 0 && summary.schedulers.len() > 1 {
        format!("under {}", first.scheduler)
    } else {
        words
    };
    Some(Tile {
        class: "",
        what: metric.words().to_owned(),
        value: answer::value(metric, first.estimate(metric)),
        words,
    })
}

/// The first that is worse for certain.
fn next(summary: &Summary) -> Option<Tile> {
    let found: &SchedulerSummary = summary.of(*summary.groups.get(1)?.first()?)?;
    if summary.comparisons == 0 || found.tier > 0 {
        return None;
    }
    let value = format!("+{}", answer::value(summary.ranked_by, found.behind_first));
    let words = format!("under {}, the first that is significantly worse", found.scheduler);
    Some(Tile { class: "", what: "Next".to_owned(), value, words })
}

/// How busy the servers are, of all under the best scheduler.
fn utilisation(summary: &Summary) -> Option<Tile> {
    let first = summary.schedulers.first()?;
    let known: Vec<f64> =
        first.servers.iter().filter_map(|server| server.utilisation_ratio.map(|busy| busy.mean)).collect();
    let busiest = known.iter().copied().reduce(f64::max)?;
    let mean = known.iter().sum::<f64>() / known.len() as f64;
    let value = format!("{} %", Scale::PER_CENT.value(Some((1e3 * mean).round() / 1e3)));
    let words = format!(
        "mean of the servers; the busiest {} %",
        Scale::PER_CENT.value(Some((1e3 * busiest).round() / 1e3))
    );
    Some(Tile { class: "", what: "Servers busy".to_owned(), value, words })
}
