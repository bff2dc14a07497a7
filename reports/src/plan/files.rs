//! A plan for programs: JSON with everything that was tried, a CSV table, and JUnit XML.

use std::fmt::Write as _;

use serde::Serialize;

use crate::error::ReportError;
use crate::output::csv::finish;
use crate::output::json::written;
use crate::output::junit::escaped;
use crate::plan::claim::Proven;
use crate::plan::report::{Plan, PlanEnd, PlanRow, PlanUnit, SchedulerPlan};
use crate::plan::search::PlanAnswer;
use crate::plan::text::{plan_answer, used};

/// The name and version of the layout; the number grows when a reader would have to change.
pub const PLAN_SCHEMA: &str = "ipvslab.plan/1";

/// The plan as JSON. Missing numbers are `null`.
///
/// # Errors
/// If the numbers do not fit into JSON, which would be a fault of ours.
pub fn plan_json(plan: &Plan) -> Result<String, ReportError> {
    let lines = plan_answer(plan);
    let words = |at: usize| {
        if plan.infeasible.is_empty() { lines.get(at).cloned().unwrap_or_default() } else { String::new() }
    };
    written(&Results {
        schema: PLAN_SCHEMA,
        tool_version: &plan.provenance.version,
        scenario_sha256: &plan.provenance.scenario_sha256,
        name: &plan.name,
        title: &plan.title,
        question: &plan.question,
        seed: plan.seed,
        key: &plan.key,
        unit: unit(plan.unit),
        confidence: plan.confidence,
        window_s: plan.window_s,
        survive: plan.survive,
        cases: &plan.cases,
        objectives: plan.objectives.iter().map(|objective| objective.text.as_str()).collect(),
        end: end(plan.end()),
        infeasible: &plan.infeasible,
        stopped: plan.stopped.as_deref(),
        notes: &plan.notes,
        schedulers: plan
            .schedulers
            .iter()
            .enumerate()
            .map(|(at, found)| Found::of(plan, found, words(at)))
            .collect(),
    })
}

/// One row a scheduler, size and rule.
///
/// # Errors
/// As [`plan_json`].
pub fn plan_csv(plan: &Plan) -> Result<String, ReportError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record([
        "scheduler",
        unit(plan.unit),
        "load_ratio",
        "replications",
        "is_certified",
        "proven",
        "away",
        "objective",
        "value",
        "part_of_limit",
    ])?;
    let text = |number: Option<f64>| number.map_or_else(String::new, |number| number.to_string());
    for found in &plan.schedulers {
        for row in &found.rows {
            for place in 0..plan.objectives.len() * plan.cases.len() {
                let (objective, case) = plan.rule(place);
                writer.write_record([
                    found.scheduler.name(),
                    &row.number.to_string(),
                    &row.load_ratio.to_string(),
                    &row.replications.to_string(),
                    &row.is_certified.to_string(),
                    proven(row),
                    case,
                    &objective.text,
                    &text(row.values.get(place).copied().flatten()),
                    &text(used(plan, row, place)),
                ])?;
            }
        }
    }
    finish(writer)
}

/// A test case for every scheduler: no size that holds is a failure, an undecided one is skipped.
pub fn plan_junit(plan: &Plan) -> String {
    let answers: Vec<PlanAnswer> = plan.schedulers.iter().map(|found| found.search.answer()).collect();
    let fails = |answer: &PlanAnswer| *answer == PlanAnswer::None;
    let holds = |answer: &PlanAnswer| matches!(answer, PlanAnswer::Least(_));
    let failed =
        answers.iter().filter(|answer| fails(answer)).count() + usize::from(!plan.infeasible.is_empty());
    let open = answers.iter().filter(|answer| !fails(answer) && !holds(answer)).count();
    let mut text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
    let tests = answers.len().max(usize::from(!plan.infeasible.is_empty()));
    let title = escaped(&plan.title);
    let _ = writeln!(
        text,
        "<testsuite name=\"{title}\" tests=\"{tests}\" failures=\"{failed}\" errors=\"0\" skipped=\"{open}\">"
    );
    let (class, key) = (escaped(&plan.name), escaped(&plan.key));
    if !plan.infeasible.is_empty() {
        let words = escaped(&plan.infeasible.join(" "));
        let _ = writeln!(
            text,
            "  <testcase classname=\"{class}\" name=\"{key}\"><failure message=\"{words}\"/></testcase>"
        );
    }
    for ((found, answer), words) in plan.schedulers.iter().zip(&answers).zip(plan_answer(plan)) {
        let words = escaped(&words);
        let _ = write!(text, "  <testcase classname=\"{class}.{}\" name=\"{key}\"", found.scheduler);
        let _ = match answer {
            answer if holds(answer) => writeln!(text, "><system-out>{words}</system-out></testcase>"),
            answer if fails(answer) => writeln!(text, "><failure message=\"{words}\"/></testcase>"),
            _ => writeln!(text, "><skipped message=\"undecided: {words}\"/></testcase>"),
        };
    }
    text.push_str("</testsuite>\n");
    text
}

fn unit(unit: PlanUnit) -> &'static str {
    match unit {
        PlanUnit::Servers => "servers",
        PlanUnit::Slots => "slots",
        PlanUnit::Cores => "cores",
        PlanUnit::Workers => "workers",
        PlanUnit::Load => "arrivals_per_s",
    }
}

fn end(end: PlanEnd) -> &'static str {
    match end {
        PlanEnd::Decided => "decided",
        PlanEnd::NoneHolds => "none_holds",
        PlanEnd::Undecided => "undecided",
    }
}

fn proven(row: &PlanRow) -> &'static str {
    match row.proven {
        Some(Proven::Holds) => "holds",
        Some(Proven::Fails) => "fails",
        Some(Proven::Open(_)) => "undecided",
        None => "",
    }
}

#[derive(Serialize)]
struct Results<'a> {
    schema: &'a str,
    tool_version: &'a str,
    scenario_sha256: &'a str,
    name: &'a str,
    title: &'a str,
    question: &'a str,
    seed: u64,
    key: &'a str,
    unit: &'a str,
    confidence: f64,
    window_s: f64,
    survive: u32,
    cases: &'a [String],
    objectives: Vec<&'a str>,
    end: &'a str,
    infeasible: &'a [String],
    stopped: Option<&'a str>,
    notes: &'a [String],
    schedulers: Vec<Found<'a>>,
}

#[derive(Serialize)]
struct Found<'a> {
    scheduler: &'a str,
    words: String,
    /// The least size that holds, certified with the next smaller one; `null` if that is not decided.
    answer: Option<f64>,
    /// The greatest that is proven to fail below the answer.
    fails: Option<f64>,
    /// The least above it that is proven to hold.
    holds: Option<f64>,
    /// What exploring pointed to.
    candidate: Option<i64>,
    formula: Option<i64>,
    limited_by: Option<&'a str>,
    alone: Vec<Alone<'a>>,
    tried: Vec<Tried<'a>>,
}

#[derive(Serialize)]
struct Alone<'a> {
    objective: &'a str,
    size: i64,
}

#[derive(Serialize)]
struct Tried<'a> {
    size: i64,
    number: f64,
    load_ratio: f64,
    is_certified: bool,
    replications: u32,
    proven: Option<&'a str>,
    /// How many replications would probably decide.
    needed_replications: Option<u32>,
    rules: Vec<Ruled<'a>>,
}

#[derive(Serialize)]
struct Ruled<'a> {
    objective: &'a str,
    away: &'a str,
    value: Option<f64>,
    part_of_limit: Option<f64>,
    ratio: Option<f64>,
    ratio_low: Option<f64>,
    ratio_high: Option<f64>,
}

impl<'a> Found<'a> {
    fn of(plan: &'a Plan, found: &'a SchedulerPlan, words: String) -> Self {
        let number = |size: i64| found.row(size).map_or(size as f64, |row| row.number);
        let (answer, fails, holds) = match found.search.answer() {
            PlanAnswer::Least(size) => {
                let below = (size > found.search.terms.least).then(|| number(size - 1));
                (Some(number(size)), below, Some(number(size)))
            }
            PlanAnswer::Between { fails, holds, .. } => (None, fails.map(number), holds.map(number)),
            PlanAnswer::None => (None, Some(number(found.search.terms.most)), None),
            PlanAnswer::OnThisDay(_) => (None, None, None),
        };
        let objective = |place: usize| plan.rule(place).0.text.as_str();
        Self {
            scheduler: found.scheduler.name(),
            words,
            answer,
            fails,
            holds,
            candidate: found.search.candidate,
            formula: found.formula,
            limited_by: found.limiting.map(objective),
            alone: found
                .alone
                .iter()
                .map(|&(place, size)| Alone { objective: objective(place), size })
                .collect(),
            tried: found.rows.iter().map(|row| Tried::of(plan, row)).collect(),
        }
    }
}

impl<'a> Tried<'a> {
    fn of(plan: &'a Plan, row: &'a PlanRow) -> Self {
        let ruled = |place: usize| {
            let (objective, away) = plan.rule(place);
            let claim = row.claims.get(place);
            let interval = claim.and_then(|claim| claim.interval);
            Ruled {
                objective: &objective.text,
                away,
                value: row.values.get(place).copied().flatten(),
                part_of_limit: used(plan, row, place),
                ratio: claim.and_then(|claim| claim.ratio),
                ratio_low: interval.map(|interval| interval.low),
                ratio_high: interval.map(|interval| interval.high),
            }
        };
        Self {
            size: row.size,
            number: row.number,
            load_ratio: row.load_ratio,
            is_certified: row.is_certified,
            replications: row.replications,
            proven: row.proven.map(|_| proven(row)),
            needed_replications: match row.proven {
                Some(Proven::Open(needed)) => needed,
                _ => None,
            },
            rules: (0..plan.objectives.len() * plan.cases.len()).map(ruled).collect(),
        }
    }
}
