//! The answer to the scenario's question in a paragraph, made of the results.

use ipvslab_schedulers::SchedulerKind;

use crate::estimate::best::MayBeBest;
use crate::estimate::confidence::Estimate;
use crate::estimate::objective::{Verdict, judge};
use crate::estimate::summary::{SchedulerSummary, Summary};
use crate::number::plain;
use crate::output::quantity::Scale;
use crate::run::metric::Metric;
use crate::study::Study;
use crate::study::objective::Objective;

/// What the study says, in a few sentences.
pub(crate) fn of(study: &Study, summary: &Summary) -> String {
    let Some(first) = summary.schedulers.first() else { return "Nothing was run.".to_owned() };
    let mut sentences = vec![leader(summary, first)];
    sentences.extend(runner_up(summary));
    sentences.extend(last(summary));
    sentences.extend(may_be_best(summary));
    if study.design.varies.is_one_day() {
        sentences
            .push("All of this is of one day over and over: nothing says how another would be.".to_owned());
    } else if summary.schedulers.len() > 1 && summary.comparisons == 0 {
        sentences.push("With a single replication, all of this may be chance.".to_owned());
    }
    let failing = summary.schedulers.iter().filter(|found| found.tier > 0).count();
    if failing > 0 {
        sentences.push(
            "Schedulers that refuse or lose clearly more connections than the best are ranked last, regardless of their response times."
                .to_owned(),
        );
    }
    sentences.extend(objectives(study, summary));
    sentences.push(format!("Measured over {} of {}.", runs(study), length(study)));
    sentences.join(" ")
}

/// Who holds which objective.
fn objectives(study: &Study, summary: &Summary) -> Vec<String> {
    let judgements = judge(study, summary);
    let sentence = |objective: &Objective| {
        let who = |verdict: Verdict| -> Vec<&str> {
            let of_it = judgements.iter().filter(|judgement| judgement.objective == objective);
            of_it
                .filter(|judgement| judgement.verdict == verdict && judgement.on_this_day.is_none())
                .map(|judgement| judgement.scheduler.name())
                .collect()
        };
        let parts = [
            (Verdict::Met, "held by"),
            (Verdict::Violated, "violated by"),
            (Verdict::Undecided, "undecided for"),
        ];
        let parts = parts
            .into_iter()
            .map(|(verdict, words)| (words, who(verdict)))
            .filter(|(_, names)| !names.is_empty());
        let on_this_day = |holds: bool| -> Vec<&str> {
            let of_it = judgements.iter().filter(|judgement| judgement.objective == objective);
            of_it
                .filter(|judgement| judgement.on_this_day == Some(holds))
                .map(|judgement| judgement.scheduler.name())
                .collect()
        };
        let days = [(true, "held on this day by"), (false, "not held on this day by")];
        let days = days.into_iter().map(|(holds, words)| (words, on_this_day(holds)));
        let parts = parts.chain(days.filter(|(_, names)| !names.is_empty()));
        let parts: Vec<String> = parts.map(|(words, names)| format!("{words} {}", listed(&names))).collect();
        format!("\u{201c}{}\u{201d} is {}.", objective.text, parts.join(", "))
    };
    study.objectives.iter().map(sentence).collect()
}

fn runs(study: &Study) -> String {
    if study.replications == 1 { "1 run".to_owned() } else { format!("{} replications", study.replications) }
}

fn length(study: &Study) -> String {
    let (unit, name) = study.time_unit();
    format!("{} {name}", plain(study.window().as_secs_f64() / unit))
}

/// The best, and those not distinguishable from it.
fn leader(summary: &Summary, first: &SchedulerSummary) -> String {
    let metric = summary.ranked_by;
    let value = value(metric, first.estimate(metric));
    let group: Vec<&str> = summary.groups.first().into_iter().flatten().map(|kind| kind.name()).collect();
    if summary.schedulers.len() == 1 {
        return format!("Under {}, the {} is {value}.", first.scheduler, metric.words());
    }
    match (summary.comparisons, group.as_slice()) {
        (0, _) => format!("{} has the best {}, {value}.", first.scheduler, metric.words()),
        (_, [one]) => format!("{one} has the best {}, {value}.", metric.words()),
        (_, several) => {
            let names = listed(several);
            format!(
                "{names} have the best {}, {value} under {}; they are not distinguishable.",
                metric.words(),
                first.scheduler
            )
        }
    }
}

/// Who may be the best, and who is so close that it does not matter: the question of who to choose.
pub(crate) fn may_be_best(summary: &Summary) -> Option<String> {
    let MayBeBest { schedulers, close, indifference, .. } = summary.best.as_ref()?;
    let names = |kinds: &[SchedulerKind]| listed(&kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>());
    let best = match schedulers.len() {
        1 => format!("{} is the best", names(schedulers)),
        _ => format!("{} may be the best", names(schedulers)),
    };
    let scale = Scale::of(summary.ranked_by.quantity(), [*indifference].into_iter());
    let within = format!("within {} {} of it", scale.value(Some(*indifference)), scale.unit);
    let others = match close.len() {
        0 => format!("no other is {within}"),
        1 => format!("{} is {within}", names(close)),
        _ => format!("{} are {within}", names(close)),
    };
    let all = summary.best.as_ref().is_some_and(|best| best.worse_by_at_most.len() == schedulers.len());
    let others = if all { String::new() } else { format!("; {others}") };
    Some(format!("By {}, {best}{others} (95 % for all together).", summary.ranked_by.words()))
}

/// By how much the first of the next group is worse.
fn runner_up(summary: &Summary) -> Option<String> {
    if summary.comparisons == 0 {
        return None;
    }
    let next = summary.groups.get(1)?;
    let found = summary.of(*next.first()?)?;
    let names: Vec<&str> = next.iter().map(|kind| kind.name()).collect();
    let (verb, names) =
        if names.len() == 1 { ("follows", listed(&names)) } else { ("follow", listed(&names)) };
    if found.tier > 0 {
        let failed = Scale::PER_CENT.text(found.estimate(Metric::Failed));
        return Some(format!("{names} {verb}, because {} refuses or loses {failed}.", found.scheduler));
    }
    let behind = value(summary.ranked_by, found.behind_first);
    Some(format!("{names} {verb}, worse by {behind} ({}); the difference is significant.", found.scheduler))
}

/// The worst, if it has not been named.
fn last(summary: &Summary) -> Option<String> {
    let worst = summary.schedulers.last()?;
    if summary.groups.len() < 3 && summary.comparisons > 0 || summary.schedulers.len() < 2 {
        return None;
    }
    if worst.tier > 0 {
        let failed = Scale::PER_CENT.text(worst.estimate(Metric::Failed));
        return Some(format!("{} is last because it refuses or loses {failed}.", worst.scheduler));
    }
    let value = value(summary.ranked_by, worst.estimate(summary.ranked_by));
    Some(format!("{} is last, with {value}.", worst.scheduler))
}

pub(crate) fn value(metric: Metric, estimate: Option<Estimate>) -> String {
    let scale = Scale::of(metric.quantity(), estimate.iter().map(|estimate| estimate.mean.abs()));
    match estimate {
        None => "a value that these runs do not resolve".to_owned(),
        Some(Estimate { interval: None, mean, .. }) => {
            format!("{} {}", scale.value(Some(mean)), scale.unit)
        }
        estimate => scale.text(estimate),
    }
}

/// Names in a sentence.
pub(crate) fn listed(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}
