//! Model and kernel side by side: response times by percentile, and each server's share; one panel per scheduler.

use std::f64::consts::LOG10_2;

use plotters::element::DashedPathElement;
use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::axis::Axis;
use super::canvas::{Canvas, Drawn, INK, panel_columns, text_width, write};
use super::pairs::{Pair, PairPanel, Pairs};
use super::palette::{KERNEL, MODEL};
use super::percentiles::{NINES, STEP, TICKS, is_marked};
use super::picture::{Caption, draw, ruled};
use crate::error::ReportError;
use crate::number::{plain, signed, unsigned};
use crate::run::distribution::Distribution;
use crate::side_by_side::{SideBySide, SideBySideRow, relative_difference};

const HEAD: u32 = 116;
const FOOT: u32 = 16;
/// Room left of the plot for the labels of times.
const LEFT: u32 = 74;
/// Labels of percentiles closer than this would touch.
const LABEL: f64 = 46.0;
/// The least part that is worth a word in a heading.
const WORTH_SAYING: f64 = 0.0005;

/// Nines against the logarithm of microseconds.
type Points = Vec<(f64, f64)>;

struct Panel {
    heading: String,
    model: Points,
    kernel: Points,
}

/// Response time against percentile in the model and in the kernel, a panel for each scheduler.
///
/// # Errors
/// If plotters fails, which would be a fault of ours.
pub fn side_by_side_svg(results: &SideBySide) -> Result<String, ReportError> {
    let title = format!("Response time by percentile, model and kernel – {}", results.title);
    let subtitle = "Served connections. A curve ends where fewer than 10 lie beyond. Above each panel: the kernel's p99 compared with the model's; failed connections, model | kernel.";
    let caption = Caption { picture: "model and kernel side by side", title: &title, subtitle };
    let panels: Vec<Panel> = results.rows.iter().map(panel).collect();
    let columns = panel_columns(panels.len());
    let rows = panels.len().div_ceil(columns).max(1);
    let each = match columns {
        1 => 440,
        2 => 340,
        _ => 270,
    };
    draw(&caption, HEAD + FOOT + each * rows as u32, |canvas| paint(canvas, &panels, rows, columns))
}

/// Each server's share of the connections in the model and in the kernel, a panel for each scheduler.
///
/// # Errors
/// If plotters fails, which would be a fault of ours.
pub fn side_by_side_shares_svg(results: &SideBySide) -> Result<String, ReportError> {
    let title = format!("Shares of the real servers, model and kernel – {}", results.title);
    let subtitle = "This server's share of all connections that were assigned to a server. Each panel has its own scale.";
    let panel = |row: &SideBySideRow| PairPanel {
        heading: match row.share_difference() {
            Some(0.0) => format!("{}: equal shares", row.scheduler),
            Some(largest) => {
                format!("{}: at most {} points apart", row.scheduler, unsigned(largest * 100.0))
            }
            None => format!("{}: no shares to compare", row.scheduler),
        },
        pairs: results
            .servers
            .iter()
            .zip(row.model.servers.iter().zip(&row.kernel.servers))
            .map(|(server, (model, kernel))| Pair {
                name: &server.name,
                model: model.share_ratio.map(|share| share * 100.0),
                kernel: kernel.share_ratio.map(|share| share * 100.0),
            })
            .collect(),
    };
    let caption = Caption { picture: "shares of model and kernel", title: &title, subtitle };
    Pairs { panels: results.rows.iter().map(panel).collect(), unit: " %", amount: "Share of connections" }
        .draw(&caption)
}

fn paint(canvas: &Canvas<'_>, panels: &[Panel], rows: usize, columns: usize) -> Drawn {
    if panels.is_empty() {
        return write(canvas, "Nothing was run.", (24, HEAD as i32), 15, INK, HPos::Left);
    }
    legend(canvas)?;
    let points = || panels.iter().flat_map(|panel| panel.model.iter().chain(&panel.kernel));
    // All panels have the same scales, so that schedulers can be compared too.
    let end = points().map(|&(nines, _)| nines).fold(0.0, f64::max);
    let end = end.max(2.0) + 0.1;
    let micros = Axis::log_micros(points().map(|&(_, place)| 10f64.powf(place)));
    let area = canvas.margin(HEAD as i32, FOOT as i32, 8, 12);
    for (panel, cell) in panels.iter().zip(area.split_evenly((rows, columns))) {
        paint_panel(&cell, panel, end, &micros)?;
    }
    Ok(())
}

fn paint_panel(cell: &Canvas<'_>, panel: &Panel, end: f64, micros: &Axis) -> Drawn {
    let (width, _) = cell.dim_in_pixel();
    let room = f64::from(width.saturating_sub(LEFT + 30));
    let per_nine = room / (end - NINES.0);
    let is_shown = |nines: f64| nines <= end && (nines != 1.0 + LOG10_2 || LOG10_2 * per_nine >= LABEL);
    let ticks = TICKS.into_iter().filter(|&(nines, _)| is_shown(nines));
    let mut chart = ChartBuilder::on(cell)
        .caption(&panel.heading, ("sans-serif", 15).into_font().color(&INK))
        .margin_right(30)
        .margin_bottom(8)
        .x_label_area_size(44)
        .y_label_area_size(LEFT)
        .build_cartesian_2d(
            Axis::new(NINES.0..end, ticks.map(|(nines, label)| (nines, label.to_owned()))),
            micros.clone(),
        )?;
    ruled(&mut chart.configure_mesh(), [12, 13]).x_desc("Percentile of served connections").draw()?;
    chart.draw_series(LineSeries::new(panel.model.iter().copied(), MODEL.stroke_width(2)))?;
    chart.draw_series(DashedLineSeries::new(panel.kernel.clone(), 7, 4, KERNEL.stroke_width(2)))?;
    let marked = panel.kernel.iter().filter(|(nines, _)| is_marked(*nines));
    chart.draw_series(marked.map(|&point| Circle::new(point, 4, KERNEL.stroke_width(2))))?;
    Ok(())
}

fn legend(canvas: &Canvas<'_>) -> Drawn {
    let (y, mut x) = (86, 24);
    let label = "model";
    canvas.draw(&PathElement::new(vec![(x, y), (x + 40, y)], MODEL.stroke_width(2)))?;
    write(canvas, label, (x + 48, y - 6), 14, INK, HPos::Left)?;
    x += 48 + text_width(label, 14) + 28;
    let label = "kernel, including real TCP handshakes and the time of the emulated machine itself";
    canvas.draw(&DashedPathElement::new(vec![(x, y), (x + 40, y)], 7, 4, KERNEL.stroke_width(2)))?;
    canvas.draw(&Circle::new((x + 20, y), 4, KERNEL.stroke_width(2)))?;
    write(canvas, label, (x + 48, y - 6), 14, INK, HPos::Left)
}

fn panel(row: &SideBySideRow) -> Panel {
    let (model, kernel) = (points(&row.model.response_times), points(&row.kernel.response_times));
    let mut heading = heading(row);
    heading.push_str(match (model.is_empty(), kernel.is_empty()) {
        (true, true) => ", too few served",
        (true, false) => ", model: too few served",
        (false, true) => ", kernel: too few served",
        (false, false) => "",
    });
    Panel { heading, model, kernel }
}

fn points(times: &Distribution) -> Points {
    let curve = times.curve(NINES.0, NINES.1, STEP).into_iter();
    curve.filter(|&(_, micros)| micros > 0.0).map(|(nines, micros)| (nines, micros.log10())).collect()
}

/// The scheduler, how far the tails are apart, and what fails.
fn heading(row: &SideBySideRow) -> String {
    let mut heading = row.scheduler.to_string();
    let (model, kernel) = (&row.model, &row.kernel);
    if let Some(part) = relative_difference(model.response_time_us_p99, kernel.response_time_us_p99) {
        heading.push_str(&format!(": p99 {} %", signed(part * 100.0)));
    }
    match model.failed_ratio.zip(kernel.failed_ratio) {
        Some((model, kernel)) if model.max(kernel) >= WORTH_SAYING => {
            let [model, kernel] = [model, kernel].map(|part| plain((part * 1e3).round() / 10.0));
            heading.push_str(&format!(", fail {model} % | {kernel} %"));
        }
        _ => {}
    }
    heading
}
