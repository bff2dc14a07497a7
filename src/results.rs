//! A study on stdout and in the `--out` directory.

use std::io::{IsTerminal, stderr, stdout};

use ipvslab_reports::{
    DecisionCost, Metric, Study, Summary, Verdict, Width, artifacts, json, judge, junit, markdown,
    summary_csv, worst,
};
use ipvslab_scenarios::Scenario;

use crate::args::{self, StudyFormat};
use crate::exit::{Exit, Failure};
use crate::files::{self, failure};
use crate::output::Output;
use crate::print::{print, talk};
use crate::study::{self, Keep};
use crate::threads;

/// How wide a table may be where there is no terminal to ask.
const WIDTH: usize = 130;

/// Makes the table for people, for a terminal of `width` columns.
pub(crate) type Table = fn(&Study, &Summary, usize) -> String;

/// Measures what decisions cost.
pub(crate) type Measure = fn(&Scenario) -> Vec<DecisionCost>;

/// What only some verbs ask for.
#[derive(Clone, Copy, Default)]
pub(crate) struct Extras {
    /// What decisions cost.
    pub(crate) measure: Option<Measure>,
    /// Differences that do not matter.
    pub(crate) indifference: Option<Width>,
}

/// Runs the study, writes its files and prints it; measures what decisions cost, if that is asked for.
pub(crate) fn of(
    scenario: &Scenario,
    args: &args::Study,
    table: Table,
    extras: Extras,
) -> Result<(), Failure> {
    let Extras { measure, indifference } = extras;
    let output = Output::asked(args.out.as_deref(), args.force)?;
    threads::limit(args.threads)?;
    let mut study = study::run(scenario, Keep::Everything, "", args.quiet)?;
    study.design.indifference = indifference;
    if let Some(measure) = measure {
        study.decision_costs = measure(scenario);
    }
    let summary = Summary::new(&study, Metric::ResponseP99);
    // A disk that is full must not cost the table too.
    let written = output.map_or(Ok(()), |output| files::write(output, artifacts(&study, &summary)));
    print(format_args!("{}", text(args.format, &study, &summary, table)?));
    written.inspect(|()| mention_files(args))?;
    verdict(&study, &summary)
}

/// Whether the results are what they were to be.
pub(crate) fn verdict(study: &Study, summary: &Summary) -> Result<(), Failure> {
    match worst(&judge(study, summary)) {
        None | Some(Verdict::Met) => Ok(()),
        Some(Verdict::Violated) => {
            Err(Failure::new(Exit::ObjectiveViolated, "error: an objective is violated"))
        }
        Some(Verdict::Undecided) if study.design.varies.is_one_day() => Err(Failure::new(
            Exit::Inconclusive,
            "error: one day, over and over, decides no objective: it holds or does not on this day",
        )),
        Some(Verdict::Undecided) => Err(Failure::new(
            Exit::Inconclusive,
            "error: these runs cannot decide an objective; use more or longer replications",
        )),
    }
}

/// What goes to stdout.
pub(crate) fn text(
    format: StudyFormat,
    study: &Study,
    summary: &Summary,
    table: Table,
) -> Result<String, Failure> {
    match format {
        StudyFormat::Table => Ok(table(study, summary, width())),
        StudyFormat::Json => json(study, summary, &study.provenance.version).map_err(failure),
        StudyFormat::Csv => summary_csv(summary).map_err(failure),
        StudyFormat::Markdown => Ok(markdown(study, summary)),
        StudyFormat::Junit => Ok(junit(study, summary)),
    }
}

/// Tells somebody at a terminal where the pictures are, or how to get them.
pub(crate) fn mention_files(args: &args::Study) {
    if args.quiet || args.format != StudyFormat::Table || !stderr().is_terminal() {
        return;
    }
    match &args.out {
        Some(directory) => {
            talk(format_args!("\nwrote {}: report.html, JSON, CSV and plots", directory.display()))
        }
        None => talk(format_args!("\n--out DIR writes a page to forward, JSON, CSV and plots")),
    }
}

/// The terminal's width; a fixed one elsewhere, so that a file has the same bytes wherever it is written.
pub(crate) fn width() -> usize {
    if !stdout().is_terminal() {
        return WIDTH;
    }
    console::Term::stdout().size_checked().map_or(WIDTH, |(_, columns)| usize::from(columns).max(60))
}
