//! How many servers hold the objectives.

use clap::Args;
use ipvslab_schedulers::SchedulerKind;

use super::names::scheduler;
use super::study::Study;
use super::vary::{self, Vary};

#[derive(Debug, Args)]
pub(crate) struct Plan {
    #[command(flatten)]
    pub(crate) study: Study,
    /// What to find the least number of, and among which: count, slots, cores or workers of a group of servers
    /// [default: the count of the only group]
    #[arg(long, value_name = "KEY=FROM..TO")]
    pub(crate) vary: Option<Vary>,
    /// Find the most load that the farm of the file carries instead, as connections per second
    #[arg(long, conflicts_with = "vary")]
    pub(crate) load: bool,
    /// Which schedulers or baselines, separated by commas [default: the scenario's]
    #[arg(long, value_name = "NAMES", value_delimiter = ',', value_parser = scheduler(), hide_possible_values = true)]
    pub(crate) schedulers: Vec<SchedulerKind>,
    /// Require the objectives to hold with any this many servers away for the whole run
    #[arg(long, value_name = "SERVERS", default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=2))]
    pub(crate) survive: u32,
    /// The probability that the answer is right
    #[arg(long, value_name = "PERCENT", default_value = "95", value_parser = vary::confidence)]
    pub(crate) confidence: f64,
    /// Stop after this time, such as 90s or 5min, with what is certified by then
    #[arg(long, value_name = "TIME", value_parser = vary::time)]
    pub(crate) budget: Option<std::time::Duration>,
    /// Say what it would take and what formulas say, and run nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}
