//! What every command that runs a study takes.

use std::path::PathBuf;

use clap::Args;

use super::format::StudyFormat;
use super::names::scenario;
use super::said::Said;

/// Which part of a scenario to run, and where results go.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("written").multiple(true))]
pub(crate) struct Study {
    /// The scenario file; - is stdin, catalog:NAME a scenario of the catalog
    #[arg(value_parser = scenario(), hide_possible_values = true)]
    pub(crate) scenario: PathBuf,
    #[command(flatten)]
    pub(crate) said: Said,
    /// Seed of all random streams [default: the scenario's]
    #[arg(long, value_name = "N", help_heading = "Run")]
    pub(crate) seed: Option<u64>,
    /// Independent runs of each scheduler [default: the scenario's]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000), help_heading = "Run")]
    pub(crate) replications: Option<u32>,
    /// Threads to run on [default: all cores]
    #[arg(long, value_name = "N", value_parser = threads, help_heading = "Run")]
    pub(crate) threads: Option<usize>,
    /// What to print on stdout
    #[arg(long, value_enum, default_value_t = StudyFormat::Table, help_heading = "Output")]
    pub(crate) format: StudyFormat,
    /// Write report.html, CSV files, plots and the data for `report` to this directory, which must not exist yet
    #[arg(long, value_name = "DIR", group = "written", help_heading = "Output")]
    pub(crate) out: Option<PathBuf>,
    /// Replace existing output
    #[arg(long, requires = "written", help_heading = "Output")]
    pub(crate) force: bool,
    /// Treat warnings about the scenario as errors
    #[arg(long, help_heading = "Messages")]
    pub(crate) strict: bool,
    /// Print nothing but errors on stderr
    #[arg(long, short, help_heading = "Messages")]
    pub(crate) quiet: bool,
}

/// A number of threads.
pub(super) fn threads(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(threads) if (1..=1024).contains(&threads) => Ok(threads),
        _ => Err("expected 1 to 1024 threads".to_owned()),
    }
}
