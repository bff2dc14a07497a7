//! Residuals: what the model gives each server less what the kernel gives it, a row a scheduler.

use super::bent::Differences;
use super::canvas::Form;
use super::palette::{KERNEL, Look, MODEL};
use super::picture::{Caption, Picture};
use super::rows::{Mark, Row as RowOf, Rows};
use crate::error::ReportError;
use crate::number::signed;
use crate::side_by_side::{SideBySide, SideBySideRow};
use crate::validation::report::AgreementPanel;

struct Residual {
    label: String,
    /// By server: its name, and the model's less the kernel's.
    residuals: Vec<(String, f64)>,
}

struct Residuals {
    rows: Vec<Residual>,
    axis: &'static str,
    /// Up to where a residual is allowed.
    tolerance: Option<f64>,
}

/// Connections of each server, the model's by itself less the kernel's, a row for each scheduler.
///
/// # Errors
/// If plotters fails, which would be a fault of ours.
pub fn agreement_residuals_svg(title: &str, panels: &[AgreementPanel]) -> Result<String, ReportError> {
    agreement_residuals(title, panels).svg(Form::File)
}

pub(crate) fn agreement_residuals(title: &str, panels: &[AgreementPanel]) -> Picture<'static> {
    let subtitle = "Each mark is a real server: connections that the model gave it, deciding by itself, less those that the \
                    kernel gave it. At 0 they agree.";
    let first = panels.first().map_or("", |panel| panel.kernel.as_str());
    let is_one_kernel = panels.iter().all(|panel| panel.kernel == first);
    let row = |panel: &AgreementPanel| {
        let kernel = if is_one_kernel { String::new() } else { format!(" {}", panel.kernel) };
        let residual =
            |(name, model, kernel): &(String, u64, u64)| (name.clone(), *model as f64 - *kernel as f64);
        let law = if panel.differ.is_none() { ", by law" } else { "" };
        Residual {
            label: format!("{}{kernel}{law}", panel.scheduler),
            residuals: panel.servers.iter().map(residual).collect(),
        }
    };
    let axis = "Connections, model less kernel";
    let residuals = Residuals { rows: panels.iter().map(row).collect(), axis, tolerance: None };
    let caption = Caption {
        picture: "residuals of decisions",
        title: "Residuals".to_owned(),
        of: title.to_owned(),
        subtitle: subtitle.to_owned(),
    };
    Picture::new(caption, residuals.rows())
}

/// Shares of each server, the model's less the kernel's in percentage points, a row for each scheduler; what is within
/// `tolerance` points is shaded.
///
/// # Errors
/// If plotters fails, which would be a fault of ours.
pub fn side_by_side_residuals_svg(results: &SideBySide, tolerance: f64) -> Result<String, ReportError> {
    side_by_side_residuals(results, tolerance).svg(Form::File)
}

pub(crate) fn side_by_side_residuals(results: &SideBySide, tolerance: f64) -> Picture<'static> {
    let subtitle = format!(
        "Each mark is a real server: its share of the connections in the model less that in the kernel, in percentage points. \
         Shaded: what is tolerated, {tolerance} either way."
    );
    let row = |row: &SideBySideRow| {
        let servers = results.servers.iter().zip(row.share_differences());
        let residuals =
            servers.filter_map(|(server, difference)| Some((server.name.clone(), -100.0 * difference?)));
        Residual { label: row.scheduler.to_string(), residuals: residuals.collect() }
    };
    let rows = results.rows.iter().map(row).collect();
    let axis = "Share, percentage points, model less kernel";
    let residuals = Residuals { rows, axis, tolerance: Some(tolerance) };
    let caption = Caption {
        picture: "residuals of shares",
        title: "Residuals".to_owned(),
        of: results.title.clone(),
        subtitle,
    };
    Picture::new(caption, residuals.rows())
}

impl Residuals {
    fn rows(&self) -> Rows {
        let values = self.rows.iter().flat_map(|row| &row.residuals).map(|&(_, residual)| residual);
        let allowed = self.tolerance.into_iter().flat_map(|tolerance| [-tolerance, tolerance]);
        let level = Differences::of(values.chain(allowed).map(|value| [value; 2]));
        let row = |row: &Residual| RowOf {
            scheduler: None,
            name: row.label.clone(),
            words: words(row),
            is_shaded: false,
            marks: row
                .residuals
                .iter()
                .map(|&(_, residual)| mark(level.place(residual), residual != 0.0))
                .collect(),
        };
        let x = level.axis();
        let (left, right) = (x.start(), x.end());
        Rows {
            x,
            x_label: self.axis.to_owned(),
            heading: "",
            rule: Some(0.0),
            band: self
                .tolerance
                .map(|tolerance| [-tolerance, tolerance].map(|end| level.place(end).clamp(left, right))),
            rows: self.rows.iter().map(row).collect(),
            keys: Vec::new(),
        }
    }
}

fn mark(at: f64, is_off: bool) -> Mark {
    let look = match is_off {
        true => Look { color: KERNEL, is_dashed: false },
        false => Look { color: MODEL, is_dashed: true },
    };
    Mark::Disc { at, lane: 0.0, look, radius: 5.0 }
}

/// The server that is furthest off.
fn words(row: &Residual) -> String {
    let further = |a: &(String, f64), b: &(String, f64)| a.1.abs().total_cmp(&b.1.abs());
    match row.residuals.iter().max_by(|a, b| further(a, b)) {
        None => "nothing to compare".to_owned(),
        Some((_, 0.0)) => format!("all {} equal", row.residuals.len()),
        Some((name, residual)) => format!("{name}: {}", signed(*residual)),
    }
}
