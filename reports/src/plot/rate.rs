//! The rate of arrivals over time.

use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::axis::Axis;
use super::canvas::{Canvas, Drawn, FAINT_INK, Form, INK, write};
use super::palette::MODEL;
use super::picture::{Caption, Paint, Picture, ruled};
use crate::error::ReportError;
use crate::number::plain;
use crate::trace::TraceSummary;

/// The rate of a trace.
struct Rate<'a> {
    summary: &'a TraceSummary,
    /// Seconds of a step.
    step: f64,
}

/// The rate over time as steps, with its mean. `title` names the trace.
///
/// # Errors
/// If plotters fails, which would be a fault of ours.
pub fn rate_svg(summary: &TraceSummary, title: &str) -> Result<String, ReportError> {
    let step = summary.rate.step as f64 / 1e9;
    let busiest = summary.windows[0].greatest();
    let caption = Caption {
        picture: "arrivals over time",
        title: "Arrivals over time".to_owned(),
        of: title.to_owned(),
        subtitle: format!(
            "{} arrivals, counted in steps of {} s; the line across is their mean. The fullest second had {busiest}.",
            summary.rows,
            plain(step)
        ),
    };
    Picture::new(caption, Rate { summary, step }).svg(Form::File)
}

impl Paint for Rate<'_> {
    fn height(&self, _: Form) -> u32 {
        420
    }

    fn paint(&self, canvas: &Canvas<'_>, top: i32, form: Form) -> Drawn {
        let Self { summary, step } = *self;
        let size = form.text();
        let points = summary.rate.points();
        let Some(mean) = summary.mean_per_s() else {
            return write(
                canvas,
                "All arrivals are at the same time.",
                (24, top + 20),
                size,
                INK,
                HPos::Left,
            );
        };
        let (unit, name) = time_unit(summary.span as f64 / 1e9);
        let end = points.last().map_or(step, |&(at, _)| at + step);
        let rates = points.iter().map(|&(_, rate)| rate).chain([mean]);
        let mut chart = ChartBuilder::on(&canvas.margin(top + 30, 0, 8, 24))
            .x_label_area_size(52)
            .y_label_area_size(74)
            .build_cartesian_2d(Axis::seconds(end, (unit, name), 10), Axis::amount(rates, 6, ""))?;
        ruled(&mut chart.configure_mesh(), form).draw()?;
        write(canvas, "Arrivals a second", (8, top + 14), size, FAINT_INK, HPos::Left)?;
        let time = format!("Time since the first arrival, {name}");
        write(canvas, &time, (form.width() as i32 / 2, top + 408), size, FAINT_INK, HPos::Center)?;
        let steps = points.iter().flat_map(|&(at, rate)| [(at, rate), (at + step, rate)]);
        let outline: Vec<(f64, f64)> = steps.collect();
        let below = [(end, 0.0), (0.0, 0.0)];
        let filled: Vec<(f64, f64)> = outline.iter().copied().chain(below).collect();
        chart.draw_series([Polygon::new(filled, MODEL.mix(0.18))])?;
        chart.draw_series([PathElement::new(outline, MODEL.stroke_width(1))])?;
        chart.draw_series([PathElement::new(vec![(0.0, mean), (end, mean)], INK.stroke_width(1))])?;
        Ok(())
    }
}

/// The unit in which a span is a short number: its seconds, and its name.
fn time_unit(span: f64) -> (f64, &'static str) {
    match span {
        span if span >= 3.0 * 86_400.0 => (86_400.0, "days"),
        span if span >= 3.0 * 3_600.0 => (3_600.0, "hours"),
        span if span >= 300.0 => (60.0, "minutes"),
        _ => (1.0, "seconds"),
    }
}
