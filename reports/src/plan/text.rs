//! A plan in words and as text: the answer in a sentence for each scheduler, then every size that was tried.

use std::fmt::Write as _;

use crate::number::plain;
use crate::output::markdown::escaped;
use crate::output::quantity::{Scale, fold};
use crate::output::table::{Column, render};
use crate::output::text::heading::titled;
use crate::plan::claim::Proven;
use crate::plan::report::{Plan, PlanRow, PlanUnit, SchedulerPlan};
use crate::plan::search::{Open, PlanAnswer};
use crate::run::metric::Metric;

/// The answer of a plan, a sentence or two for each scheduler.
pub fn plan_answer(plan: &Plan) -> Vec<String> {
    if !plan.infeasible.is_empty() {
        return plan.infeasible.clone();
    }
    let is_one = plan.schedulers.len() == 1;
    let one = |found: &SchedulerPlan| {
        let sentence = sentence(plan, found);
        if is_one { sentence } else { format!("{}: {sentence}", found.scheduler) }
    };
    plan.schedulers.iter().map(one).collect()
}

/// A plan for a terminal of `width` columns.
pub fn plan_text(plan: &Plan, width: usize) -> String {
    let circumstances = format!(
        "{}: {} varied; runs of {} s after the warm-up, seed {}; {} % confidence{}.",
        plan.name,
        plan.key,
        plain(plan.window_s),
        plan.seed,
        plain(100.0 * plan.confidence),
        match plan.survive {
            0 => String::new(),
            1 => ", with any one server away".to_owned(),
            count => format!(", with any {count} servers away"),
        },
    );
    let mut text = titled(&plan.title, &plan.question, &circumstances, width);
    for line in plan_answer(plan) {
        let _ = writeln!(text, "{}", fold(&line, width, 2));
    }
    for found in &plan.schedulers {
        let _ = writeln!(text, "\nWhat was tried under {}:\n", found.scheduler);
        text.push_str(&table(plan, found, width));
        if let Some(line) = plan_formula(plan, found) {
            let _ = writeln!(text, "{}", fold(&line, width, 2));
        }
    }
    text.push('\n');
    for note in &plan.notes {
        let _ = writeln!(text, "{}", fold(&format!("* {note}"), width, 2));
    }
    text
}

/// A plan for a pull request.
pub fn plan_markdown(plan: &Plan) -> String {
    let mut text = format!("### {}\n\n", escaped(&plan.title));
    for line in plan_answer(plan) {
        let _ = writeln!(text, "{}\n", escaped(&line));
    }
    for found in &plan.schedulers {
        let columns = plan_columns(plan, found);
        let headings: Vec<&str> = columns.iter().map(|(heading, _)| heading.as_str()).collect();
        let _ = writeln!(
            text,
            "| {} |",
            headings.iter().map(|name| escaped(name)).collect::<Vec<_>>().join(" | ")
        );
        let _ = writeln!(text, "|{}", "--:|".repeat(columns.len()));
        for row in 0..found.rows.len() {
            let cells: Vec<String> = columns.iter().map(|(_, cells)| escaped(&cells[row])).collect();
            let _ = writeln!(text, "| {} |", cells.join(" | "));
        }
        let _ = writeln!(
            text,
            "\n{}\n",
            plan_formula(plan, found).map(|line| escaped(&line)).unwrap_or_default()
        );
    }
    for note in &plan.notes {
        let _ = writeln!(text, "- {}", escaped(note));
    }
    text
}

/// What a size is called: `17 servers`, `2.31/s`.
fn size_words(plan: &Plan, found: &SchedulerPlan, size: i64) -> String {
    let one = |singular: &str| {
        if size == 1 { format!("1 {singular}") } else { format!("{size} {singular}s") }
    };
    match plan.unit {
        PlanUnit::Servers => one("server"),
        PlanUnit::Slots => one("slot"),
        PlanUnit::Cores => one("core"),
        PlanUnit::Workers => one("worker"),
        PlanUnit::Load => {
            found.row(size).map_or_else(|| format!("step {size}"), |row| format!("{}/s", plain(row.number)))
        }
    }
}

/// What is proven of a size, in a word.
fn proven_words(row: &PlanRow) -> String {
    match (row.outright, row.proven) {
        (true, _) if row.load_ratio >= 1.0 => "cannot keep up".to_owned(),
        (true, _) => "too near to its capacity".to_owned(),
        (_, Some(Proven::Holds)) => "holds".to_owned(),
        (_, Some(Proven::Fails)) => "does not hold".to_owned(),
        (_, Some(Proven::Open(_))) => "undecided".to_owned(),
        (_, None) => "explored only".to_owned(),
    }
}

fn sentence(plan: &Plan, found: &SchedulerPlan) -> String {
    let confidence = plain(100.0 * plan.confidence);
    match found.search.answer() {
        PlanAnswer::Least(size) => least(plan, found, size, &confidence),
        PlanAnswer::None => {
            let most = found.search.terms.most;
            let why =
                found.row(most).map_or_else(String::new, |row| format!(" ({})", row_words(plan, found, row)));
            let words = size_words(plan, found, most);
            format!("none of what may be chosen holds the objectives: not even {words}{why}.")
        }
        PlanAnswer::OnThisDay(Some(size)) => format!(
            "{} held on this recorded day, which was played once: nothing is left to chance, so there is no confidence to state.",
            size_words(plan, found, size)
        ),
        PlanAnswer::OnThisDay(None) => {
            "none of what may be chosen held on this recorded day, which was played once.".to_owned()
        }
        PlanAnswer::Between { fails, holds, open } => between(plan, found, fails, holds, &open),
    }
}

fn least(plan: &Plan, found: &SchedulerPlan, size: i64, confidence: &str) -> String {
    let words = size_words(plan, found, size);
    let at = found.row(size).map_or_else(String::new, |row| row_words(plan, found, row));
    let below = found.row(size - 1).filter(|_| size > found.search.terms.least);
    let smaller = size_words(plan, found, size - 1);
    let verb = match plan.unit {
        PlanUnit::Load => "does not hold",
        _ if size == 2 => "does not hold",
        _ => "do not hold",
    };
    let number = if plan.unit == PlanUnit::Load { smaller } else { format!("{}", size - 1) };
    let below = match below {
        None => "less was not to be chosen".to_owned(),
        Some(row) if row.outright && row.load_ratio >= 1.0 => {
            format!("{number} cannot keep up, with a load of {}", load_words(row))
        }
        Some(row) if row.outright => format!(
            "{number} would have a load of {}, which counts as not holding: runs that long would take too long",
            load_words(row)
        ),
        Some(row) => format!("{number} {verb} it: {}", value_words(plan, found, row)),
    };
    let mut text = format!("{words} ({at}; {below}; both with {confidence} % together)");
    let objective = |place: usize| {
        let (objective, case) = plan.rule(place);
        let case = if plan.cases.len() > 1 { format!(" with {case} away") } else { String::new() };
        format!("{}{case}", objective.metric.key())
    };
    if let Some(place) = found.limiting {
        let _ = write!(text, ", limited by {}", objective(place));
    }
    for &(place, alone) in &found.alone {
        let _ =
            write!(text, "; {} alone would need about {}", objective(place), size_words(plan, found, alone));
    }
    text.push('.');
    for &(holds, fails) in &found.search.turns {
        let _ = write!(
            text,
            " {} seems to hold too, but {} does not: more is not always better here.",
            size_words(plan, found, holds),
            size_words(plan, found, fails)
        );
    }
    text
}

fn between(
    plan: &Plan,
    found: &SchedulerPlan,
    fails: Option<i64>,
    holds: Option<i64>,
    open: &[Open],
) -> String {
    let mut text = match (fails, holds) {
        (Some(fails), Some(holds)) => format!(
            "between {} and {}: {} {}, {} {}",
            fails + 1,
            size_words(plan, found, holds),
            size_words(plan, found, holds),
            if holds == 1 || plan.unit == PlanUnit::Load { "holds" } else { "hold" },
            size_words(plan, found, fails),
            if fails == 1 || plan.unit == PlanUnit::Load { "does not" } else { "do not" },
        ),
        (None, Some(holds)) => format!("at most {}", size_words(plan, found, holds)),
        (Some(fails), None) => format!("more than {}", size_words(plan, found, fails)),
        (None, None) => "nothing is decided".to_owned(),
    };
    if plan.unit == PlanUnit::Load
        && let (Some(fails), Some(holds)) = (fails, holds)
    {
        text = format!(
            "between {} and {}: the first holds, the second does not",
            size_words(plan, found, holds),
            size_words(plan, found, fails)
        );
    }
    for &Open { size, needed } in open {
        let words = size_words(plan, found, size);
        let value =
            found.row(size).map_or_else(String::new, |row| format!(" ({})", row_words(plan, found, row)));
        let _ = match needed {
            Some(needed) => write!(text, "; {words}{value}: about {needed} replications would decide"),
            None => {
                write!(text, "; {words}{value}: no number of replications that anybody would run decides")
            }
        };
    }
    if let (Some(candidate), true) = (found.search.candidate, open.is_empty()) {
        let _ = write!(text, "; exploring points to {}", size_words(plan, found, candidate));
    }
    text.push('.');
    text
}

/// The rule that matters most at a size: the limiting one, or the one nearest to its limit.
fn place(plan: &Plan, found: &SchedulerPlan, row: &PlanRow) -> Option<usize> {
    let near = |place: usize| used(plan, row, place).unwrap_or(f64::NEG_INFINITY);
    let all = 0..row.claims.len();
    found
        .limiting
        .filter(|&place| place < row.claims.len())
        .or_else(|| all.max_by(|&a, &b| near(a).total_cmp(&near(b))))
}

/// How much of what a rule allows is used: 1 is the limit.
pub fn used(plan: &Plan, row: &PlanRow, place: usize) -> Option<f64> {
    let rule = crate::plan::rule::PlanRule::of(plan.rule(place).0);
    let ratio = row.claims.get(place)?.ratio?;
    let used = if rule.below { ratio / rule.allowed } else { rule.allowed / ratio };
    used.is_finite().then_some(used)
}

/// `p99 188 ms of 200 ms`.
fn row_words(plan: &Plan, found: &SchedulerPlan, row: &PlanRow) -> String {
    match place(plan, found, row) {
        None => format!("a load of {}", load_words(row)),
        Some(place) => {
            let (objective, _) = plan.rule(place);
            let limit = plan_metric_words(objective.metric, objective.limit);
            format!("{} {} of {limit}", objective.metric.key(), value_words(plan, found, row))
        }
    }
}

fn value_words(plan: &Plan, found: &SchedulerPlan, row: &PlanRow) -> String {
    let Some(place) = place(plan, found, row) else { return format!("a load of {}", load_words(row)) };
    let value = row.values.get(place).copied().flatten();
    value.map_or_else(|| "unknown".to_owned(), |value| plan_metric_words(plan.rule(place).0.metric, value))
}

fn load_words(row: &PlanRow) -> String {
    format!("{} %", plain((1e3 * row.load_ratio).round() / 10.0))
}

/// A value of a metric with its unit.
pub fn plan_metric_words(metric: Metric, value: f64) -> String {
    let scale = Scale::of(metric.quantity(), std::iter::once(value.abs()));
    format!("{} {}", scale.value(Some(value)), scale.unit).trim_end().to_owned()
}

/// What the formulas say, beside the answer.
pub fn plan_formula(plan: &Plan, found: &SchedulerPlan) -> Option<String> {
    let size = found.formula?;
    let words = size_words(plan, found, size);
    Some(format!("Queueing formulas, an approximation: {words}."))
}

/// The columns of the sizes that were tried: headings and cells.
pub fn plan_columns(plan: &Plan, found: &SchedulerPlan) -> Vec<(String, Vec<String>)> {
    let cells = |cell: &dyn Fn(&PlanRow) -> String| found.rows.iter().map(cell).collect::<Vec<String>>();
    let first = match plan.unit {
        PlanUnit::Servers => "servers",
        PlanUnit::Slots => "slots",
        PlanUnit::Cores => "cores",
        PlanUnit::Workers => "workers",
        PlanUnit::Load => "connections/s",
    };
    let mut columns = vec![
        (first.to_owned(), cells(&|row| plain(row.number))),
        ("load %".to_owned(), cells(&|row| plain((1e3 * row.load_ratio).round() / 10.0))),
        ("runs".to_owned(), cells(&|row| row.replications.to_string())),
    ];
    for place in 0..plan.objectives.len() * plan.cases.len() {
        let (objective, case) = plan.rule(place);
        let case = if plan.cases.len() > 1 { format!(", {case} away") } else { String::new() };
        let value = |row: &PlanRow| {
            row.values.get(place).copied().flatten().map_or_else(
                || crate::number::MISSING.to_owned(),
                |value| plan_metric_words(objective.metric, value),
            )
        };
        let part = |row: &PlanRow| {
            used(plan, row, place)
                .map_or_else(|| crate::number::MISSING.to_owned(), |used| plain((1e3 * used).round() / 10.0))
        };
        columns.push((format!("{}{case}", objective.metric.key()), cells(&value)));
        columns.push(("% of limit".to_owned(), cells(&part)));
    }
    columns.push(("".to_owned(), cells(&proven_words)));
    columns
}

fn table(plan: &Plan, found: &SchedulerPlan, width: usize) -> String {
    let mut columns: Vec<Column> = plan_columns(plan, found)
        .into_iter()
        .map(|(heading, cells)| Column::numbers(&heading, cells))
        .collect();
    let rest = columns.split_off(1);
    let groups: Vec<Vec<Column>> = rest.into_iter().map(|column| vec![column]).collect();
    render(&columns, &groups, width)
}
