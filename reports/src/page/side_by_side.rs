//! Model and kernel with real TCP as a page.

use maud::{Markup, html};

use super::document::{Words, document, section};
use super::figure::{Figure, Table, XAxis};
use super::text::line;
use crate::error::ReportError;
use crate::number::{MISSING, signed};
use crate::output::quantity::Scale;
use crate::plot::{side_by_side, side_by_side_residuals, side_by_side_shares};
use crate::run::metric::Metric;
use crate::side_by_side::{SideBySide, relative_difference};

const METRICS: [Metric; 5] =
    [Metric::ResponseMean, Metric::ResponseP50, Metric::ResponseP95, Metric::ResponseP99, Metric::Failed];

/// The page of a scenario in the model and in the kernel. Shares of servers may be `tolerance` apart, of 1.
///
/// # Errors
/// If a picture cannot be drawn, which would be a fault of ours.
pub fn side_by_side_html(results: &SideBySide, tolerance: f64, version: &str) -> Result<String, ReportError> {
    let mut results = results.clone();
    for text in [&mut results.title, &mut results.question, &mut results.kernel] {
        *text = line(text);
    }
    let results = &results;
    let times =
        [Figure::panels("times", &side_by_side(results), percentiles(results))?.along(XAxis::Percentile)];
    let servers = [
        Figure::panels("shares", &side_by_side_shares(results), shares(results))?,
        Figure::new("residuals", &side_by_side_residuals(results, 100.0 * tolerance), shares(results))?,
    ];
    let words = Words {
        title: &results.title,
        question: &results.question,
        version,
        first: html! { p .answer { (answer(results, tolerance)) } },
        choice: html! {},
    };
    let sections = [
        ("agreement", "Agreement"),
        ("response", "Response times"),
        ("servers", "Real servers"),
        ("settings", "Settings"),
    ];
    let main = html! {
        (agreement(results))
        (section("response", "Response times", "How close is the model to the kernel, with real TCP?", &times))
        (section("servers", "Real servers", "Does each get the same share?", &servers))
        section id="settings" {
            h2 { "Settings" }
            dl {
                dt { "scenario" } dd { (results.name) }
                dt { "kernel" } dd { (results.kernel) }
                dt { "seed" } dd { (results.seed) }
                dt { "program" } dd { "ipvslab " (version) }
            }
        }
    };
    Ok(document(&words, &sections, &main))
}

/// How far shares are apart, in words.
fn answer(results: &SideBySide, tolerance: f64) -> String {
    let limit = 100.0 * tolerance;
    let off = |row: &&crate::side_by_side::SideBySideRow| {
        row.share_difference().is_none_or(|part| part > tolerance)
    };
    let names: Vec<&str> = results.rows.iter().filter(off).map(|row| row.scheduler.name()).collect();
    let largest = results.share_difference();
    let largest =
        largest.map_or_else(|| "not known".to_owned(), |part| format!("{:.2} points", 100.0 * part));
    let verdict = match names.is_empty() {
        true => {
            format!(
                "Model and kernel agree: no server's share differs by more than {limit} percentage point."
            )
        }
        false => format!(
            "Shares differ by more than {limit} percentage point, or are unknown, under {}.",
            names.join(", ")
        ),
    };
    format!(
        "{verdict} The largest difference is {largest}. Response times are shown, not judged: there is one run on each side, and the kernel's include the time of the emulated machine itself."
    )
}

/// Both sides of every scheduler, and how far the kernel's is from the model's.
fn agreement(results: &SideBySide) -> Markup {
    html! {
        section id="agreement" {
            h2 { "Agreement" }
            p .lead { "Served connections. The difference is kernel / model - 1; for failed connections, percentage points." }
            div .scroll tabindex="0" role="region" aria-label="Model and kernel by scheduler" {
                table {
                    thead { tr {
                        th scope="col" { "scheduler" } th scope="col" { "side" }
                        th scope="col" .number { "connections" }
                        @for metric in METRICS { th scope="col" .number { (metric.words()) } }
                        th scope="col" .number { "largest share difference" }
                    } }
                    tbody {
                        @for row in &results.rows {
                            @for (side, metrics) in row.sides() {
                                tr {
                                    th scope="row" { (row.scheduler) } td { (side) }
                                    td .number { (metrics.arrived) }
                                    @for metric in METRICS { td .number { (value(metric, metric.of(metrics))) } }
                                    td {}
                                }
                            }
                            tr {
                                th scope="row" { (row.scheduler) } td { "difference" }
                                td .number { (i128::from(row.kernel.arrived) - i128::from(row.model.arrived)) }
                                @for metric in METRICS { td .number { (difference(metric, metric.of(&row.model), metric.of(&row.kernel))) } }
                                td .number { (row.share_difference().map_or_else(|| MISSING.to_owned(), |part| format!("{} pp", signed(100.0 * part)))) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn value(metric: Metric, found: Option<f64>) -> String {
    let scale = Scale::of(metric.quantity(), found.into_iter());
    found.map_or_else(|| MISSING.to_owned(), |_| format!("{} {}", scale.value(found), scale.unit))
}

fn difference(metric: Metric, model: Option<f64>, kernel: Option<f64>) -> String {
    let (found, unit) = match metric {
        Metric::Failed => (model.zip(kernel).map(|(model, kernel)| kernel - model), "pp"),
        _ => (relative_difference(model, kernel), "%"),
    };
    found.map_or_else(|| MISSING.to_owned(), |part| format!("{} {unit}", signed(100.0 * part)))
}

/// A row a percentile, two columns a scheduler.
fn percentiles(results: &SideBySide) -> Table {
    let names = results
        .rows
        .iter()
        .flat_map(|row| ["model", "kernel"].map(|side| format!("{}, {side}", row.scheduler)));
    let mut table = Table::new(["percentile".to_owned()].into_iter().chain(names));
    let nines = [
        (std::f64::consts::LOG10_2, "50 %"),
        (1.0, "90 %"),
        (1.0 + std::f64::consts::LOG10_2, "95 %"),
        (2.0, "99 %"),
        (3.0, "99.9 %"),
        (4.0, "99.99 %"),
    ];
    for (nines, name) in nines {
        let sides = results.rows.iter().flat_map(|row| [&row.model, &row.kernel]);
        let cells: Vec<String> = sides
            .map(|side| {
                let point = side.response_times.curve(nines, nines, 1.0).first().map(|&(_, micros)| micros);
                value(Metric::ResponseMean, point)
            })
            .collect();
        if cells.iter().any(|cell| cell != MISSING) {
            table.push([name.to_owned()].into_iter().chain(cells));
        }
    }
    table
}

/// A row a scheduler and server.
fn shares(results: &SideBySide) -> Table {
    let headings = ["scheduler", "server", "model, %", "kernel, %", "model minus kernel, points"];
    let mut table = Table::new(headings.map(str::to_owned));
    for row in &results.rows {
        let both = row.model.servers.iter().zip(&row.kernel.servers);
        for ((server, (model, kernel)), difference) in
            results.servers.iter().zip(both).zip(row.share_differences())
        {
            let difference = difference.map_or_else(|| MISSING.to_owned(), |part| signed(-100.0 * part));
            table.push([
                row.scheduler.to_string(),
                line(&server.name),
                Scale::PER_CENT.value(model.share_ratio),
                Scale::PER_CENT.value(kernel.share_ratio),
                difference,
            ]);
        }
    }
    table
}
