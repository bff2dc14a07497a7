//! How much of what the objectives allow is used, by size: where it comes below the limit is the answer.

use super::axis::Axis;
use super::canvas::Form;
use super::curves::{Curve, Curves, Rule};
use super::picture::{Caption, Picture};
use crate::error::ReportError;
use crate::number::plain;
use crate::plan::{Plan, PlanAnswer, PlanRow, PlanUnit, SchedulerPlan, used};

/// More than this part of a limit is beyond the picture.
const MOST: f64 = 4.0;

/// The worst objective by size for all schedulers, with 95 % intervals, the limit and the answers.
///
/// # Errors
/// If plotters fails, which would be a fault of ours.
pub fn plan_svg(plan: &Plan) -> Result<String, ReportError> {
    self::plan(plan).svg(Form::File)
}

pub(crate) fn plan(plan: &Plan) -> Picture<'static> {
    let caption = Caption {
        picture: "plan",
        title: "How much of the limit is used".to_owned(),
        of: plan.title.clone(),
        subtitle: "The objective that is nearest to its limit, at every size that was run. Bands are 95 % intervals over the \
                   replications. Below the line it holds."
            .to_owned(),
    };
    let curves: Vec<Curve> = plan.schedulers.iter().map(|found| curve(plan, found)).collect();
    let answers = plan.schedulers.iter().filter_map(|found| match found.search.answer() {
        PlanAnswer::Least(size) => found.row(size).map(|row| Rule {
            at: row.number,
            is_vertical: true,
            words: format!("{}: {}", found.scheduler, plain(row.number)),
        }),
        _ => None,
    });
    let limit = Rule { at: 100.0, is_vertical: false, words: "limit".to_owned() };
    let rules: Vec<Rule> = std::iter::once(limit).chain(answers).collect();
    let shown = || plan.schedulers.iter().flat_map(|found| points(plan, found));
    let values: Vec<f64> =
        shown().flat_map(|(_, value, band)| [value, band[1]]).chain([0.0, 120.0]).collect();
    let x_label = match plan.unit {
        PlanUnit::Load => "Connections per second",
        PlanUnit::Servers => "Servers",
        PlanUnit::Slots => "Slots of each server",
        PlanUnit::Cores => "Cores of each server",
        PlanUnit::Workers => "Workers of each server",
    };
    let curves = Curves {
        x: Axis::between(shown().map(|(number, ..)| number), 10, plain),
        y: Axis::between(values.into_iter(), 8, plain),
        x_label: x_label.to_owned(),
        y_label: "% of what is allowed".to_owned(),
        follow: "y",
        curves,
        rules,
    };
    Picture::new(caption, curves)
}

/// By size, ascending: where it is, how much of the limit is used in per cent, and its interval.
fn points(plan: &Plan, found: &SchedulerPlan) -> Vec<(f64, f64, [f64; 2])> {
    let point = |row: &PlanRow| {
        let places = (0..row.claims.len()).filter_map(|place| Some((place, used(plan, row, place)?)));
        let (place, worst) = places.max_by(|a, b| a.1.total_cmp(&b.1))?;
        let claim = &row.claims[place];
        let scale = claim.ratio.filter(|&ratio| ratio > 0.0).map_or(0.0, |ratio| worst / ratio);
        let end = |value: f64| 100.0 * (value * scale).clamp(0.0, MOST);
        let band = claim.interval.map_or([worst, worst].map(|value| 100.0 * value.min(MOST)), |found| {
            [end(found.low), end(found.high)]
        });
        Some((row.number, 100.0 * worst.min(MOST), band))
    };
    let mut points: Vec<_> = found.rows.iter().filter_map(point).collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    points
}

fn curve(plan: &Plan, found: &SchedulerPlan) -> Curve {
    let points = points(plan, found);
    let line: Vec<(f64, f64)> = points.iter().map(|&(number, value, _)| (number, value)).collect();
    Curve {
        schedulers: vec![found.scheduler],
        marked: line.clone(),
        stretches: vec![line],
        band: points.iter().map(|&(number, _, band)| (number, band)).collect(),
        crossings: Vec::new(),
        label: found.scheduler.name().to_owned(),
    }
}
