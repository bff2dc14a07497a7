//! A study on stdout and in the `--out` directory.

use std::io::{IsTerminal, stderr, stdout};

use ipvslab_reports::{
    Metric, ReportError, Study, Summary, json, percentiles_svg, runs_csv, server_load_svg, servers_csv,
    shares_svg, summary_csv, timeline_csv,
};
use ipvslab_scenarios::Scenario;

use crate::args::{self, Format};
use crate::exit::{Exit, Failure};
use crate::output::Output;
use crate::print::{print, talk};
use crate::study;

/// How wide a table may be where there is no terminal to ask.
const WIDTH: usize = 130;

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Makes the table for people, for a terminal of so many columns.
type Table = fn(&Study, &Summary, usize) -> String;

/// Runs the study, writes its files and prints it.
pub(crate) fn of(scenario: &Scenario, args: &args::Study, table: Table) -> Result<(), Failure> {
    let output = Output::asked(args.out.as_deref(), args.force)?;
    let study = study::run(scenario, args)?;
    let summary = Summary::new(&study, Metric::ResponseP99);
    // A disk that is full must not cost the table too.
    let written = output.map_or(Ok(()), |output| write(output, &study, &summary));
    print(format_args!("{}", text(args.format, &study, &summary, table)?));
    written.inspect(|()| mention_files(args))
}

/// What goes to stdout.
fn text(format: Format, study: &Study, summary: &Summary, table: Table) -> Result<String, Failure> {
    match format {
        Format::Table => Ok(table(study, summary, width())),
        Format::Json => json(study, summary, VERSION).map_err(failure),
        Format::Csv => summary_csv(summary).map_err(failure),
    }
}

/// Fills the directory and publishes it.
fn write(output: Output, study: &Study, summary: &Summary) -> Result<(), Failure> {
    output.write("results.json", &json(study, summary, VERSION).map_err(failure)?)?;
    output.write("runs.csv", &runs_csv(study).map_err(failure)?)?;
    output.write("servers.csv", &servers_csv(study).map_err(failure)?)?;
    output.write("timeline.csv", &timeline_csv(study).map_err(failure)?)?;
    output.write("percentiles.svg", &percentiles_svg(study, summary).map_err(failure)?)?;
    output.write("server_load.svg", &server_load_svg(study, summary).map_err(failure)?)?;
    output.write("shares.svg", &shares_svg(study, summary).map_err(failure)?)?;
    output.publish()
}

/// Tells somebody at a terminal where the pictures are, or how to get them.
fn mention_files(args: &args::Study) {
    if args.quiet || args.format != Format::Table || !stderr().is_terminal() {
        return;
    }
    match &args.out {
        Some(directory) => talk(format_args!("\nwrote {}: JSON, CSV and plots", directory.display())),
        None => talk(format_args!("\n--out DIR writes JSON, CSV and plots")),
    }
}

fn failure(error: ReportError) -> Failure {
    Failure::new(Exit::Internal, format!("error: {error}"))
}

/// The terminal's width; a fixed one elsewhere, so that a file has the same bytes wherever it is written.
pub(crate) fn width() -> usize {
    if !stdout().is_terminal() {
        return WIDTH;
    }
    console::Term::stdout().size_checked().map_or(WIDTH, |(_, columns)| usize::from(columns).max(60))
}
