//! A plan as a page: the answer, every size that was tried, and how near each is to the limits.

use maud::{Markup, html};

use super::document::{Words, document, remarks, section};
use super::figure::{Figure, Table};
use super::order::{choice, swatch};
use super::text::line;
use crate::error::ReportError;
use crate::number::plain;
use crate::plan::{Plan, SchedulerPlan, plan_answer, plan_columns, plan_formula};
use crate::plot::plan as picture;

/// The page of a plan.
///
/// # Errors
/// If the picture cannot be drawn, which would be a fault of ours.
pub fn plan_html(plan: &Plan) -> Result<String, ReportError> {
    let plan = &harmless(plan);
    let words = Words {
        title: &plan.title,
        question: &plan.question,
        version: &plan.provenance.version,
        first: html! { p .answer { (plan_answer(plan).join(" ")) } },
        choice: choice(plan.schedulers.iter().map(|found| found.scheduler)),
    };
    let mut sections = vec![("tried", "What was tried"), ("settings", "Settings")];
    let mut figures = Vec::new();
    if plan.schedulers.iter().any(|found| found.rows.iter().any(|row| !row.outright)) {
        sections.insert(1, ("limits", "Limits"));
        figures.push(Figure::new("plan", &picture(plan), data(plan))?);
    }
    let main = html! {
        section id="tried" {
            h2 { "What was tried" }
            p .lead { "Every size that was looked at. Only what is certified proves something: exploring chooses what to certify." }
            @for found in &plan.schedulers { (tried(plan, found)) }
            (remarks(&plan.notes))
        }
        @if !figures.is_empty() { (section("limits", "How near the limits", "From which size on do the objectives hold?", &figures)) }
        (settings(plan))
    };
    Ok(document(&words, &sections, &main))
}

fn tried(plan: &Plan, found: &SchedulerPlan) -> Markup {
    let columns = plan_columns(plan, found);
    html! {
        h3 { (swatch(found.scheduler)) (found.scheduler) }
        div .scroll tabindex="0" role="region" aria-label={ "Sizes tried under " (found.scheduler) } {
            table {
                thead { tr { @for (heading, _) in &columns { th scope="col" .number { (heading) } } } }
                tbody {
                    @for row in 0..found.rows.len() {
                        tr {
                            @for (place, (_, cells)) in columns.iter().enumerate() {
                                @if place == 0 { th scope="row" { (cells[row]) } } @else { td .number { (cells[row]) } }
                            }
                        }
                    }
                }
            }
        }
        @if let Some(line) = plan_formula(plan, found) { p { (line) } }
    }
}

/// What the picture was drawn of.
fn data(plan: &Plan) -> Table {
    let mut table = Table::new(["size", "scheduler", "load, %", "replications"].map(str::to_owned));
    for found in &plan.schedulers {
        for row in &found.rows {
            let cells = [
                plain(row.number),
                found.scheduler.to_string(),
                plain(100.0 * row.load_ratio),
                row.replications.to_string(),
            ];
            table.push(cells);
        }
    }
    table
}

fn settings(plan: &Plan) -> Markup {
    let facts = [
        ("scenario", plan.name.clone()),
        ("varied", plan.key.clone()),
        ("confidence", format!("{} %", plain(100.0 * plan.confidence))),
        ("servers away", plan.survive.to_string()),
        ("measured", format!("{} s", plain(plan.window_s))),
        ("seed", plan.seed.to_string()),
        ("program", format!("ipvslab {}", plan.provenance.version)),
        ("scenario file, SHA-256", plan.provenance.scenario_sha256.clone()),
    ];
    html! {
        section id="settings" {
            h2 { "Settings" }
            dl { @for (name, value) in &facts { dt { (name) } dd { (value) } } }
            details { summary { "The scenario file" } pre tabindex="0" { code { (plan.provenance.scenario) } } }
        }
    }
}

/// The same plan, with no control or direction character in its texts.
fn harmless(plan: &Plan) -> Plan {
    let mut plan = plan.clone();
    for text in [&mut plan.title, &mut plan.question, &mut plan.name, &mut plan.key]
        .into_iter()
        .chain(&mut plan.cases)
    {
        *text = line(text);
    }
    plan.provenance.scenario = plan.provenance.scenario.split('\n').map(line).collect::<Vec<_>>().join("\n");
    plan
}
