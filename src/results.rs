//! A study on stdout and in the `--out` directory.

use std::io::{IsTerminal, stderr, stdout};

use ipvslab_reports::{
    ReportError, Study, Summary, json, percentiles_svg, runs_csv, server_load_svg, servers_csv, shares_svg,
    summary_csv, timeline_csv,
};

use crate::args::{self, Format};
use crate::exit::{Exit, Failure};
use crate::output::Output;
use crate::print::talk;

/// How wide a table may be where there is no terminal to ask.
const WIDTH: usize = 130;

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What goes to stdout; `table` makes the one for people.
pub(crate) fn text(
    format: Format,
    study: &Study,
    summary: &Summary,
    table: fn(&Study, &Summary, usize) -> String,
) -> Result<String, Failure> {
    match format {
        Format::Table => Ok(table(study, summary, width())),
        Format::Json => json(study, summary, VERSION).map_err(failure),
        Format::Csv => summary_csv(summary).map_err(failure),
    }
}

/// Fills the directory and publishes it.
pub(crate) fn write(output: Output, study: &Study, summary: &Summary) -> Result<(), Failure> {
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
pub(crate) fn mention_files(args: &args::Study) {
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
fn width() -> usize {
    if !stdout().is_terminal() {
        return WIDTH;
    }
    console::Term::stdout().size_checked().map_or(WIDTH, |(_, columns)| usize::from(columns).max(60))
}
