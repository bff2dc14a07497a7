//! Residuals: what the model gives each server less what the kernel gives it, one row per scheduler.

use plotters::prelude::*;

use super::axis::Differences;
use super::canvas::{Canvas, Drawn, shortened, text_width};
use super::palette::{self, MODEL};
use super::picture::{Caption, draw, ruled};
use super::rows::Rows;
use crate::error::ReportError;
use crate::number::signed;
use crate::side_by_side::{SideBySide, SideBySideRow};
use crate::validation::report::AgreementPanel;

struct Row {
    label: String,
    /// By server: its name, and the model's less the kernel's.
    residuals: Vec<(String, f64)>,
}

struct Residuals {
    rows: Vec<Row>,
    axis: &'static str,
    /// Up to where a residual is allowed.
    tolerance: Option<f64>,
}

/// Connections of each server, the model's by itself less the kernel's, a row for each scheduler.
///
/// # Errors
/// If plotters fails, which would be a fault of ours.
pub fn agreement_residuals_svg(title: &str, panels: &[AgreementPanel]) -> Result<String, ReportError> {
    let title = format!("Residuals – {title}");
    let subtitle = "Each mark is a real server: connections assigned by the free-running model minus those assigned by the kernel. At 0 they agree.";
    let first = panels.first().map_or("", |panel| panel.kernel.as_str());
    let is_one_kernel = panels.iter().all(|panel| panel.kernel == first);
    let row = |panel: &AgreementPanel| {
        let kernel = if is_one_kernel { String::new() } else { format!(" {}", panel.kernel) };
        let residual =
            |(name, model, kernel): &(String, u64, u64)| (name.clone(), *model as f64 - *kernel as f64);
        let law = if panel.differ.is_none() { ", by law" } else { "" };
        Row {
            label: format!("{}{kernel}{law}", panel.scheduler),
            residuals: panel.servers.iter().map(residual).collect(),
        }
    };
    let axis = "Connections, model minus kernel";
    let residuals = Residuals { rows: panels.iter().map(row).collect(), axis, tolerance: None };
    residuals.draw(&Caption { picture: "residuals of decisions", title: &title, subtitle })
}

/// Shares of each server, the model's less the kernel's in percentage points, a row for each scheduler; what is within
/// `tolerance` points is shaded.
///
/// # Errors
/// If plotters fails, which would be a fault of ours.
pub fn side_by_side_residuals_svg(results: &SideBySide, tolerance: f64) -> Result<String, ReportError> {
    let title = format!("Residuals – {}", results.title);
    let subtitle = format!(
        "Each mark is a real server: its share of the connections in the model minus that in the kernel, in percentage points. Shaded: the tolerance, {tolerance} either way."
    );
    let row = |row: &SideBySideRow| {
        let servers = results.servers.iter().zip(row.share_differences());
        let residuals =
            servers.filter_map(|(server, difference)| Some((server.name.clone(), -100.0 * difference?)));
        Row { label: row.scheduler.to_string(), residuals: residuals.collect() }
    };
    let rows = results.rows.iter().map(row).collect();
    let axis = "Share of connections, percentage points, model minus kernel";
    let residuals = Residuals { rows, axis, tolerance: Some(tolerance) };
    residuals.draw(&Caption { picture: "residuals of shares", title: &title, subtitle: &subtitle })
}

impl Residuals {
    fn draw(&self, caption: &Caption<'_>) -> Result<String, ReportError> {
        let labels: Vec<String> = self.rows.iter().map(|row| shortened(&row.label, 190, 13)).collect();
        let widest = labels.iter().map(|label| text_width(label, 13)).max().unwrap_or(0);
        let rows = Rows { count: self.rows.len(), pitch: 30, head: 92, left: widest + 24, right: 230 };
        draw(caption, rows.height(), |canvas| self.paint(canvas, &rows, labels))
    }

    fn paint(&self, canvas: &Canvas<'_>, rows: &Rows, labels: Vec<String>) -> Drawn {
        let values = self.rows.iter().flat_map(|row| &row.residuals).map(|&(_, residual)| residual);
        let allowed = self.tolerance.into_iter().flat_map(|tolerance| [-tolerance, tolerance]);
        let level = Differences::of(values.chain(allowed).map(|value| [value; 2]));
        let x = level.axis();
        let (left, right) = (x.start(), x.end());
        let mut chart = rows.chart(canvas, x, Some(labels))?;
        if let Some(tolerance) = self.tolerance {
            let ends = [-tolerance, tolerance].map(|end| level.place(end).clamp(left, right));
            let band =
                Rectangle::new([(ends[0], 0.0), (ends[1], rows.top())], RGBColor(0xee, 0xee, 0xee).filled());
            chart.draw_series([band])?;
        }
        ruled(&mut chart.configure_mesh(), [13, 15]).x_desc(self.axis).draw()?;
        rows.rule(&mut chart, 0.0)?;
        for (number, row) in self.rows.iter().enumerate() {
            let marks = row.residuals.iter().map(|&(_, residual)| {
                let is_off = residual != 0.0;
                let style = if is_off { palette::KERNEL.filled() } else { MODEL.stroke_width(2) };
                Circle::new((level.place(residual), rows.place(number)), 5, style)
            });
            chart.draw_series(marks)?;
            rows.words(canvas, &chart, number, &shortened(&words(row), 220, 13))?;
        }
        Ok(())
    }
}

/// The server that is furthest off.
fn words(row: &Row) -> String {
    let further = |a: &(String, f64), b: &(String, f64)| a.1.abs().total_cmp(&b.1.abs());
    match row.residuals.iter().max_by(|a, b| further(a, b)) {
        None => "nothing to compare".to_owned(),
        Some((_, 0.0)) => format!("all {} equal", row.residuals.len()),
        Some((name, residual)) => format!("{name}: {}", signed(*residual)),
    }
}
