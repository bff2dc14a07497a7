//! A validation as a page: model and kernel, decision by decision.

use maud::{Markup, html};

use super::document::{Words, document, remarks, section};
use super::figure::{Figure, Table};
use super::text::line;
use crate::error::ReportError;
use crate::number::plain;
use crate::plot::{agreement as agreement_of, agreement_residuals};
use crate::validation::report::{
    AgreementPanel, CounterRow, FirstDifference, ValidationReport, ValidationRow,
};

/// The page of a validation.
///
/// # Errors
/// If a picture cannot be drawn, which would be a fault of ours.
pub fn validation_html(report: &ValidationReport) -> Result<String, ReportError> {
    let title = line(&report.title);
    let panels = report.panels();
    let figures = [
        Figure::panels("decisions", &agreement_of(&title, &panels), by_server(&panels, false))?,
        Figure::new("residuals", &agreement_residuals(&title, &panels), by_server(&panels, true))?,
    ];
    let kernels: Vec<String> = report.kernels.iter().map(|kernel| line(kernel)).collect();
    let words = Words {
        title: &title,
        question: "Does the model decide as the kernel does?",
        version: &report.version,
        first: html! { p .answer { (line(&report.sum)) } },
        choice: html! {},
    };
    let sections = [("agreement", "Agreement"), ("servers", "Real servers"), ("settings", "Settings")];
    let main = html! {
        (agreement(report))
        (section("servers", "Real servers", "Does each server get the same number of connections from the model and from the kernel?", &figures))
        (counters(&report.rows))
        section id="settings" {
            h2 { "Settings" }
            dl {
                @for kernel in &kernels { dt { "kernel" } dd { (kernel) } }
                dt { "seed" } dd { (report.seed) }
                dt { "program" } dd { "ipvslab " (report.version) }
            }
        }
    };
    Ok(document(&words, &sections, &main))
}

/// A row a kernel and scheduler: what was compared, and what differs.
fn agreement(report: &ValidationReport) -> Markup {
    let headings = ["decisions", "free-running", "resynchronised", "packets", "checkpoints"];
    html! {
        section id="agreement" {
            h2 { "Agreement" }
            p .lead { "Free-running, the model continues from its own decisions; resynchronised, it follows the kernel's, so each difference counts once." }
            div .scroll tabindex="0" role="region" aria-label="Agreement by scheduler" {
                table .sortable {
                    thead { tr {
                        @for heading in ["scheduler", "kernel", "forwarding", "verdict"] { th scope="col" { (heading) } }
                        @for heading in headings { th scope="col" .number { (heading) } }
                    } }
                    tbody { @for row in &report.rows { (compared(row)) } }
                }
            }
            (remarks(&report.notes.iter().map(|note| line(note)).collect::<Vec<_>>()))
            @for row in &report.rows { @if let Some(first) = &row.first { (parting(row, first)) } }
        }
    }
}

fn compared(row: &ValidationRow) -> Markup {
    let free = match (row.panel.differ, row.law_deviation) {
        (Some(differ), _) => differs(differ),
        (None, Some(deviation)) => format!("by law, {} sd", plain((10.0 * deviation).round() / 10.0)),
        (None, None) => "not compared".to_owned(),
    };
    let followed = if row.panel.differ.is_some() { differs(row.followed_differ) } else { "–".to_owned() };
    let of = |(all, differ): (u64, u64)| format!("{all}, {}", differs(differ));
    html! {
        tr {
            th scope="row" { (row.panel.scheduler) }
            td { (line(&row.panel.kernel)) }
            td { (row.forwarding) }
            @if row.is_equal { td .met { "✓ equal" } } @else { td .violated { "✗ different" } }
            td .number data-v=(row.panel.decisions) { (row.panel.decisions) }
            td .number { (free) }
            td .number { (followed) }
            td .number data-v=(row.packets.1) { (of(row.packets)) }
            td .number data-v=(row.checkpoints.1) { (of(row.checkpoints)) }
        }
    }
}

fn differs(count: u64) -> String {
    if count == 0 { "equal".to_owned() } else { format!("{count} differ") }
}

/// The first difference, with the state before it.
fn parting(row: &ValidationRow, first: &FirstDifference) -> Markup {
    html! {
        h3 { "First difference under " (row.panel.scheduler) ", kernel " (line(&row.panel.kernel)) }
        p { (line(&first.place)) }
        dl {
            dt { "event" } dd { (line(&first.action)) }
            dt { "model" } dd { (line(&first.model)) }
            dt { "kernel" } dd { (line(&first.kernel)) }
        }
        p .lead { "The model's list before it, head first:" }
        div .scroll tabindex="0" role="region" aria-label={ "List before the first difference under " (row.panel.scheduler) ", " (line(&row.panel.kernel)) } {
            table {
                thead { tr {
                    th scope="col" { "server" }
                    @for heading in ["weight", "active", "inactive"] { th scope="col" .number { (heading) } }
                    th scope="col" { "overloaded" }
                } }
                tbody {
                    @for (name, weight, active, inactive, overloaded) in &first.servers {
                        tr {
                            th scope="row" { (line(name)) }
                            td .number { (weight) } td .number { (active) } td .number { (inactive) }
                            td { @if *overloaded { "yes" } @else { "no" } }
                        }
                    }
                }
            }
        }
    }
}

/// The counters of both sides, under each scheduler.
fn counters(rows: &[ValidationRow]) -> Markup {
    let sides = |sides: Option<[u32; 3]>| {
        sides.map_or_else(
            || ["–", "–", "–"].map(str::to_owned),
            |found| found.map(|number| number.to_string()),
        )
    };
    let headings = [
        "weight, model",
        "kernel",
        "active, model",
        "kernel",
        "inactive, model",
        "kernel",
        "largest difference at any checkpoint",
    ];
    html! {
        section id="counters" {
            details {
                summary { "Counters of the real servers in model and kernel" }
                p .lead { "At the last checkpoint; the last column covers active and inactive connections at every checkpoint." }
                @for row in rows {
                    h3 { (row.panel.scheduler) ", kernel " (line(&row.panel.kernel)) }
                    div .scroll tabindex="0" role="region" aria-label={ "Counters under " (row.panel.scheduler) ", " (line(&row.panel.kernel)) } {
                        table .sortable {
                            thead { tr { th scope="col" { "server" } @for heading in headings { th scope="col" .number { (heading) } } } }
                            tbody {
                                @for CounterRow { server, model, kernel, furthest } in &row.counters {
                                    tr {
                                        th scope="row" { (line(server)) }
                                        @for (model, kernel) in sides(*model).into_iter().zip(sides(*kernel)) {
                                            td .number { (model) } td .number { (kernel) }
                                        }
                                        td .number data-v=(furthest) { (furthest) }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Connections by server, of both sides or as their difference: one row per scheduler and server.
fn by_server(panels: &[AgreementPanel], residuals: bool) -> Table {
    let headings: &[&str] = match residuals {
        true => &["scheduler", "kernel", "server", "model minus kernel"],
        false => &["scheduler", "kernel", "server", "model", "kernel's"],
    };
    let mut table = Table::new(headings.iter().map(|&heading| heading.to_owned()));
    for panel in panels {
        for (name, model, kernel) in &panel.servers {
            let own = [panel.scheduler.to_string(), line(&panel.kernel), line(name)];
            let numbers = match residuals {
                true => vec![(i128::from(*model) - i128::from(*kernel)).to_string()],
                false => vec![model.to_string(), kernel.to_string()],
            };
            table.push(own.into_iter().chain(numbers));
        }
    }
    table
}
