//! `ipvslab plan`: how many servers hold the objectives, or how much load.

mod bound;
mod runner;
mod subject;

use std::time::Instant;

use ipvslab_reports::plan::{
    Plan, PlanAnswer, PlanEnd, PlanUnit, Proven, SchedulerPlan, Search, Terms, plan_csv, plan_json,
    plan_junit, plan_markdown, plan_text,
};
use ipvslab_reports::{Objective, Provenance, plan_artifacts};
use ipvslab_scenarios::Scenario;
use ipvslab_schedulers::SchedulerKind;

use self::runner::{Halt, Runner};
use self::subject::{Away, NEARLY_FULL, Subject};
use crate::args::{self, StudyFormat};
use crate::exit::{Exit, Failure};
use crate::files::{self, failure};
use crate::output::Output;
use crate::print::{print, talk};
use crate::{interrupt, results, study, threads, warm_up};

/// How many looks an attempt to certify has, if nobody says how many replications it may take.
const LOOKS: usize = 7;

/// Plans, writes the files and prints the answer.
pub(crate) fn run(args: &args::Plan) -> Result<(), Failure> {
    let output = Output::asked(args.study.out.as_deref(), args.study.force)?;
    threads::limit(args.study.threads)?;
    let mut scenario = study::scenario(&args.study)?;
    study::choose(&mut scenario, &args.schedulers);
    if scenario.finds_warm_up {
        scenario = warm_up::found(&scenario, args.study.quiet)?;
    }
    let subject = Subject::of(&scenario, args)?;
    let (objectives, added) = objectives(&scenario)?;
    let mut plan = empty(&scenario, &subject, args, objectives);
    plan.infeasible = bound::infeasible(&scenario, &plan.objectives)?;
    plan.notes = notes(&scenario, &subject, added);
    if !args.study.quiet && plan.infeasible.is_empty() {
        talk(format_args!("{}", bound::cost(&scenario, plan.cases.len())));
    }
    if plan.infeasible.is_empty() && !args.dry_run {
        interrupt::gently();
        let deadline = args.budget.map(|budget| Instant::now() + budget);
        for &scheduler in &scenario.schedulers {
            let found = under(&scenario, &subject, &mut plan, scheduler, deadline, args)?;
            plan.schedulers.push(found);
            if plan.stopped.is_some() {
                break;
            }
        }
    }
    if args.dry_run {
        return dry(&scenario, &subject, &plan);
    }
    let written = output.map_or(Ok(()), |output| files::write(output, plan_artifacts(&plan)));
    print(format_args!("{}", text(args.study.format, &plan)?));
    written.inspect(|()| results::mention_files(&args.study))?;
    match plan.end() {
        PlanEnd::Decided => Ok(()),
        PlanEnd::NoneHolds => Err(Failure::new(
            Exit::ObjectiveViolated,
            "error: nothing that may be chosen holds the objectives",
        )),
        PlanEnd::Undecided => Err(Failure::new(Exit::Inconclusive, "error: these runs do not decide it")),
    }
}

/// Searches under one scheduler.
fn under(
    scenario: &Scenario,
    subject: &Subject,
    plan: &mut Plan,
    scheduler: SchedulerKind,
    deadline: Option<Instant>,
    args: &args::Plan,
) -> Result<SchedulerPlan, Failure> {
    let objectives: Vec<Objective> = plan.objectives.clone();
    let formula = bound::formula(scenario, subject, scheduler, &objectives)?;
    let (least, most) = subject.among();
    let most_replications = args.study.replications.unwrap_or(u32::MAX);
    let looks =
        ipvslab_reports::statistics::looks().take(LOOKS).filter(|&look| look <= most_replications).count();
    let terms = Terms {
        least,
        most,
        start: formula.unwrap_or_else(|| subject.first_guess()),
        stride: if subject.unit() == PlanUnit::Load { 0.0 } else { 0.25 },
        alpha: 1.0 - plan.confidence,
        looks: looks.max(1),
        may_turn: subject::may_turn(scenario, scheduler),
    };
    let mut search = Search::new(terms);
    let mut runner = Runner::new(scenario, subject, scheduler, &objectives, deadline, args.study.quiet);
    let mut limiting = None;
    let mut alone = Vec::new();
    let ended = search.run(&mut runner).and_then(|()| {
        if let PlanAnswer::Least(size) = search.answer() {
            limiting = search.tried.get(&(size - 1)).and_then(broken);
            for place in 0..objectives.len() * plan.cases.len() {
                if limiting.is_some_and(|limiting| limiting != place) {
                    alone.push((place, search.alone(&mut runner, place, size)?));
                }
            }
        }
        Ok(())
    });
    match ended {
        Ok(()) => {}
        Err(Halt::Failed(failure)) => return Err(failure),
        Err(Halt::Interrupted) => plan.stopped = Some("interrupted".to_owned()),
        Err(Halt::Budget) => plan.stopped = Some("the budget was spent".to_owned()),
    }
    if let Some(why) = &plan.stopped {
        plan.notes.push(format!("Stopped under {scheduler}: {why}. What is said was certified by then."));
    }
    if let PlanAnswer::Least(size) = search.answer() {
        plan.notes
            .extend(bound::settling(scenario, subject, size).map(|note| format!("{scheduler}: {note}")));
    }
    Ok(SchedulerPlan { scheduler, rows: runner.rows(&search), search, limiting, alone, formula })
}

/// The rule that is proven to be broken; of several, the first.
fn broken(evidence: &ipvslab_reports::plan::Evidence) -> Option<usize> {
    evidence.claims.iter().position(|claim| claim.found == Proven::Fails)
}

/// The objectives, and whether one was added: of a farm that refuses what it cannot do, the rest is quick.
fn objectives(scenario: &Scenario) -> Result<(Vec<Objective>, bool), Failure> {
    let mut objectives: Vec<Objective> = scenario.objectives.iter().map(study::objective).collect();
    if objectives.is_empty() {
        let message = "error: there is nothing to hold: the scenario has no objectives\n  help: add [[objectives]] with, for example, \
                       require = \"p99 < 200ms\"";
        return Err(Failure::new(Exit::NothingSelected, message));
    }
    let counts = |objective: &Objective| matches!(objective.metric.key(), "failed" | "refused" | "lost");
    let is_added = !objectives.iter().any(counts);
    if is_added {
        objectives.push(Objective {
            metric: "failed".parse().expect("a metric"),
            below: true,
            limit: 0.001,
            text: "failed < 0.1%".to_owned(),
            schedulers: Vec::new(),
        });
    }
    Ok((objectives, is_added))
}

fn notes(scenario: &Scenario, subject: &Subject, added: bool) -> Vec<String> {
    let mut notes = Vec::new();
    if added {
        notes.push(
            "\u{201c}failed < 0.1%\u{201d} was added to the objectives: response times are of what was served, and a farm \
             that refuses the rest would meet them."
                .to_owned(),
        );
    }
    notes.push(match scenario.is_steady() {
        true => format!(
            "Steady: each run is a sample of an endless one. What would be loaded to {} % or more counts as not holding.",
            100.0 * NEARLY_FULL
        ),
        false => "The run itself is what is asked about: another day, or another course of events, is not in it.".to_owned(),
    });
    if subject.away.len() > 1 || subject.survive > 0 {
        notes.push(
            "Servers that are away are away for the whole run: how they leave is not in it.".to_owned(),
        );
    }
    notes.push(
        "Intervals cover chance within the model, not whether rate, work and farm are right.".to_owned(),
    );
    notes
}

/// A plan before anything is run.
fn empty(scenario: &Scenario, subject: &Subject, args: &args::Plan, objectives: Vec<Objective>) -> Plan {
    Plan {
        title: scenario.title.clone(),
        question: scenario.question.clone().unwrap_or_default(),
        name: scenario.name.clone(),
        seed: scenario.seed,
        provenance: Provenance::of(env!("CARGO_PKG_VERSION"), &scenario.provenance()),
        key: subject.key(),
        unit: subject.unit(),
        confidence: args.confidence,
        window_s: (scenario.duration.as_secs_f64() - scenario.warm_up.as_secs_f64()).max(0.0),
        survive: args.survive,
        objectives,
        cases: subject.away.iter().map(Away::words).collect(),
        infeasible: Vec::new(),
        schedulers: Vec::new(),
        stopped: None,
        notes: Vec::new(),
    }
}

/// What formulas say, and nothing more.
fn dry(scenario: &Scenario, subject: &Subject, plan: &Plan) -> Result<(), Failure> {
    for line in &plan.infeasible {
        print(format_args!("{line}\n"));
    }
    let (least, most) = subject.among();
    for &scheduler in &scenario.schedulers {
        match bound::formula(scenario, subject, scheduler, &plan.objectives)? {
            Some(size) => {
                let number = subject.number(size);
                print(format_args!(
                    "{scheduler}: queueing formulas, an approximation: {} = {number}\n",
                    plan.key
                ));
            }
            None => print(format_args!("{scheduler}: no formula; the search is from {least} to {most}\n")),
        }
    }
    Ok(())
}

fn text(format: StudyFormat, plan: &Plan) -> Result<String, Failure> {
    match format {
        StudyFormat::Table => Ok(plan_text(plan, results::width())),
        StudyFormat::Json => plan_json(plan).map_err(failure),
        StudyFormat::Csv => plan_csv(plan).map_err(failure),
        StudyFormat::Markdown => Ok(plan_markdown(plan)),
        StudyFormat::Junit => Ok(plan_junit(plan)),
    }
}
