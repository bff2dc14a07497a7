//! Load against latency: how much load is too much, and under which scheduler.

use ipvslab_schedulers::SchedulerKind;
use ipvslab_sim::Quantity;

use super::axis::Axis;
use super::canvas::Form;
use super::curves::{Crossing, Curve, Curves, Rule};
use super::picture::{Caption, Picture};
use crate::error::ReportError;
use crate::estimate::confidence::Estimate;
use crate::number::plain;
use crate::output::quantity::Scale;
use crate::run::metric::Metric;
use crate::sweep::knee::{KneeFound, Knees};
use crate::sweep::loads::Sweep;
use crate::sweep::summary::SweepSummary;

/// A metric against the load for all schedulers, with 95 % intervals, the limits of its objectives and the knees.
///
/// # Errors
/// If plotters fails, which would be a fault of ours.
pub fn knee_svg(sweep: &Sweep, summary: &SweepSummary, metric: Metric) -> Result<String, ReportError> {
    knee(sweep, summary, metric).svg(Form::File)
}

pub(crate) fn knee(sweep: &Sweep, summary: &SweepSummary, metric: Metric) -> Picture<'static> {
    let knees: Vec<&Knees> = summary.knees.iter().filter(|knees| knees.objective.metric == metric).collect();
    let words = at_begin(metric.words());
    let mut subtitle = "Bands are 95 % intervals over the replications. ".to_owned();
    subtitle.push_str(match knees.is_empty() {
        true => "No objective is about it, so no knee is marked.",
        false => {
            "Where a curve reaches the limit is its knee: a bar for its interval, and a line down to the load."
        }
    });
    let caption = Caption {
        picture: "load against latency",
        title: format!("{words} by load"),
        of: sweep.head().title.clone(),
        subtitle,
    };
    let is_log = metric.quantity() == Quantity::Micros;
    let scale = crate::sweep::text::scale(summary, metric);
    let place = |value: f64| if is_log { value.log10() } else { scale.number(value) };
    let is_drawn = |value: f64| value > 0.0 || !is_log;
    let curve = |class: &Vec<SchedulerKind>| {
        let estimates = summary.curve(class[0], metric);
        let points = sweep.loads.iter().map(|load| load.arrivals_per_s).zip(estimates);
        let points: Vec<(f64, Estimate)> = points
            .filter_map(|(rate, estimate)| Some((rate, estimate?)))
            .filter(|(_, estimate)| is_drawn(estimate.mean))
            .collect();
        let line: Vec<(f64, f64)> = points.iter().map(|&(rate, found)| (rate, place(found.mean))).collect();
        let band = points.iter().map(|&(rate, found)| {
            let [low, high] = found.ends();
            // A logarithm has no room for what may be less than nothing.
            let lower = if is_log { low.max(found.mean / 10.0) } else { low };
            (rate, [place(lower), place(high)])
        });
        let crossings: Vec<Crossing> =
            knees.iter().filter_map(|knees| crossing(knees, class[0], &place)).collect();
        Curve {
            schedulers: class.clone(),
            marked: line.clone(),
            stretches: vec![line],
            band: band.collect(),
            label: label(class, &crossings),
            crossings,
        }
    };
    let curves: Vec<Curve> = summary.classes.iter().map(curve).collect();
    let limits = knees.iter().filter(|knees| is_drawn(knees.objective.limit)).map(|knees| Rule {
        at: place(knees.objective.limit),
        is_vertical: false,
        words: knees.objective.text.clone(),
    });
    let rules: Vec<Rule> = limits.chain(capacity(sweep)).collect();
    let shown = curves.iter().flat_map(|curve| curve.points().map(|(_, y)| y));
    let limits = rules.iter().filter(|rule| !rule.is_vertical).map(|rule| rule.at);
    let values: Vec<f64> = shown.chain(limits).collect();
    let load = |rate: f64| plain((1e3 * sweep.load_ratio_at(rate)).round() / 10.0);
    let unit = if is_log || scale.unit.is_empty() { String::new() } else { format!(", {}", scale.unit) };
    let curves = Curves {
        x: Axis::between(sweep.loads.iter().map(|load| load.arrivals_per_s), 7, |rate| {
            format!("{} ({} %)", plain(rate), load(rate))
        }),
        y: match is_log {
            true => Axis::log_micros(values.iter().map(|&place| 10f64.powf(place))),
            false => Axis::between(values.iter().copied(), 8, plain),
        },
        x_label: "Connections/s (offered load, of the capacity)".to_owned(),
        y_label: format!("{words}{unit}"),
        follow: "y",
        curves,
        rules,
    };
    Picture::new(caption, curves)
}

/// As a sentence begins; p99 and the like stay small.
fn at_begin(words: &str) -> String {
    let mut characters = words.chars();
    match (characters.next(), characters.clone().next()) {
        (Some(first), Some(next)) if !next.is_ascii_digit() => {
            first.to_uppercase().chain(characters).collect()
        }
        _ => words.to_owned(),
    }
}

/// Where the curve of a scheduler crosses the limit of an objective.
fn crossing(knees: &Knees, scheduler: SchedulerKind, place: &impl Fn(f64) -> f64) -> Option<Crossing> {
    let KneeFound::At { arrivals_per_s, .. } = knees.under(scheduler)?.found else { return None };
    let [from, to] = arrivals_per_s.ends();
    Some(Crossing { at: (arrivals_per_s.mean, place(knees.objective.limit)), from, to })
}

/// The names of schedulers that share a curve, and the least of their knees.
fn label(class: &[SchedulerKind], crossings: &[Crossing]) -> String {
    let names: Vec<&str> = class.iter().map(|scheduler| scheduler.name()).collect();
    let same = if names.len() > 1 { " (same)" } else { "" };
    let least = crossings.iter().map(|crossing| crossing.at.0).reduce(f64::min);
    let knee = least.map_or_else(String::new, |rate| format!(": {}/s", Scale::PLAIN.value(Some(rate))));
    format!("{}{same}{knee}", names.join(", "))
}

/// Where the offered load is all that the servers can do, if that is among the loads.
fn capacity(sweep: &Sweep) -> Option<Rule> {
    let pair = sweep.loads.windows(2).find(|pair| pair[0].load_ratio < 1.0 && pair[1].load_ratio >= 1.0)?;
    let part = (1.0 - pair[0].load_ratio) / (pair[1].load_ratio - pair[0].load_ratio);
    let at = pair[0].arrivals_per_s + part * (pair[1].arrivals_per_s - pair[0].arrivals_per_s);
    Some(Rule { at, is_vertical: true, words: "capacity".to_owned() })
}
