//! The command line: verbs and flags.

mod colour;
mod format;
mod indifference;
pub(crate) mod live;
mod loads;
mod names;
mod plan;
mod planes;
mod ranges;
mod said;
mod study;
mod table;
pub(crate) mod trace;
mod vary;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use ipvslab_reports::Metric;
use ipvslab_scenarios::draft::Cost;
use ipvslab_schedulers::SchedulerKind;

pub(crate) use colour::Colour;
pub(crate) use format::{CheckFormat, Format, PairFormat, StudyFormat};
pub(crate) use indifference::Indifference;
pub(crate) use loads::{Factors, Loads};
pub(crate) use plan::Plan;
pub(crate) use planes::Planes;
pub(crate) use ranges::Ranges;
pub(crate) use said::Said;
pub(crate) use study::Study;
pub(crate) use table::{Export, ExportFormat, Import, TableFormat};
pub(crate) use vary::{Varied, Vary};

use names::{kernel_scheduler, metric, scenario, scheduler};
use planes::planes;
use study::threads;

/// A wind tunnel for IPVS: runs a scenario under the Linux kernel's schedulers and compares them.
#[derive(Debug, Parser)]
#[command(version, long_version = crate::version::LONG, arg_required_else_help = true, subcommand_required = true, max_term_width = 100)]
#[command(after_help = "Examples:
  ipvslab compare catalog:nasa-1995
  ipvslab run catalog:two-generations --scheduler wlc
  ipvslab explain sed
  ipvslab docs tutorial

Exit codes: 0 ok, 1 internal fault, 2 usage, 3 invalid input file, 4 nothing to run, 5 live lab unavailable, 6 output cannot be written,
20 an objective is violated, 21 regression, 22 differs from the reference, 23 inconclusive, 129 terminal closed, 130 interrupted, 143 terminated.")]
pub(crate) struct Cli {
    /// When to colour messages
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t = Colour::Auto, help_heading = "Messages")]
    pub(crate) color: Colour,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Run every scheduler of a scenario and print one table; with two scenarios, compare them
    #[command(after_help = "Examples:
  ipvslab compare web.toml
  ipvslab compare web.toml --schedulers rr,wlc,sed --replications 30 --out results
  ipvslab compare web.toml web-six-servers.toml
  ipvslab compare catalog:nasa-1995 --format json | jq '.schedulers[].scheduler'
  ipvslab init - | ipvslab compare -

To compare two directories of results: ipvslab regress BEFORE AFTER.")]
    Compare(Compare),
    /// Compare two directories of results: what became worse, beyond chance
    #[command(after_help = "Examples:
  ipvslab regress before after
  ipvslab regress before after --tolerance 2 --format markdown >> $GITHUB_STEP_SUMMARY

Exit codes: 0 nothing became worse, 21 a metric became worse, 23 undecided.")]
    Regress(Regress),
    /// Run the study at several loads, and show how much load each scheduler can take
    #[command(after_help = "Examples:
  ipvslab sweep web.toml
  ipvslab sweep web.toml --load 60%..98%:12 --schedulers rr,wlc --replications 20 --out sweep
  ipvslab sweep web.toml --factor 0.5,0.75,1,1.25

The scenario's objectives ([[objectives]]) say how much load is too much: the table and the page show the highest load at which each still holds.")]
    Sweep(Sweep),
    /// Find how many servers hold the objectives, or how much load, and certify it
    #[command(after_help = "Examples:
  ipvslab plan web.toml --vary servers.web.count=1..64 --schedulers wlc
  ipvslab plan web.toml --vary servers.web.slots=1..32 --budget 5min
  ipvslab plan web.toml --survive 1
  ipvslab plan web.toml --load --set objectives.0.require='p99 < 200ms'

Exit codes: 0 decided, 20 nothing that may be chosen holds, 23 undecided.")]
    Plan(Plan),
    /// Show what today's connections would meet under the rules of other data planes
    #[command(after_help = "Examples:
  ipvslab migrate web.toml --to nftables,cilium
  ipvslab migrate web.toml --from wlc --to iptables-random,least-of-2 --replications 20

Data planes: iptables, nftables, swarm, cilium, katran. `ipvslab list schedulers` names the rules too. See docs/data-planes.md.")]
    Migrate(Migrate),
    /// Run one scheduler and show every real server
    #[command(after_help = "Examples:
  ipvslab run web.toml
  ipvslab run web.toml --scheduler lblcr --seed 7")]
    Run(Run),
    /// Rewrite the page, tables and plots of stored results, without running anything
    #[command(after_help = "Examples:
  ipvslab report results
  ipvslab report results --rank-by mean --format table
  ipvslab report results --format markdown >> $GITHUB_STEP_SUMMARY")]
    Report(Report),
    /// Check scenario files without running them
    #[command(after_help = "Examples:
  ipvslab check web.toml
  ipvslab check *.toml --strict
  ipvslab check web.toml --format github")]
    Check(Check),
    /// Write a starter scenario: a commented example, or a draft from a trace
    #[command(after_help = "Examples:
  ipvslab init
  ipvslab init site.toml --trace site.csv.gz
  ipvslab init site.toml --trace site.csv.gz --cost '20ms + 1us/response_bytes'

From a trace (ipvslab trace convert makes one from a log) come arrivals, clients, objects, sizes and
the length of the run. The servers are made up, and marked so.")]
    Init(Init),
    /// Convert a director's configuration (ipvsadm, keepalived) to a scenario
    #[command(after_help = "Examples:
  ipvsadm -Sn | ipvslab import ipvsadm - > web.toml
  ipvsadm -Ln --nosort | ipvslab import ipvsadm - --service 10.0.0.1:80 > web.toml
  ipvslab import ipvsadm saved.ipvsadm --service 10.0.0.1:80 --hosts /etc/hosts > web.toml
  ipvslab import keepalived /etc/keepalived/keepalived.conf --service 'fwmark 7' > mark.toml
  ipvslab import keepalived keepalived.conf --config-id lb1 --trace web.csv.gz --cost \"20ms + 1us/response_bytes\" > web.toml")]
    Import(Import),
    /// Convert a scenario's service to commands for ipvsadm -R
    #[command(after_help = "Examples:
  ipvslab export ipvsadm web.toml > web.ipvsadm
  ipvslab export ipvsadm web.toml --scheduler sed --strict-ipvsadm")]
    Export(Export),
    /// Convert logs to traces, and inspect them
    Trace(Trace),
    /// List schedulers, metrics, or the scenarios of the catalog or a directory
    #[command(after_help = "Examples:
  ipvslab list scenarios
  ipvslab list scenarios my-scenarios
  ipvslab list metrics")]
    List(List),
    /// Explain a scheduler: its rule and its pitfalls
    #[command(after_help = "Examples:
  ipvslab explain wlc
  ipvslab explain lblc")]
    Explain(Explain),
    /// Print the JSON Schema of the scenario file
    #[command(after_help = "Examples:
  ipvslab schema > scenario.schema.json
  ipvslab schema | jq '.properties | keys'")]
    Schema,
    /// Read a page of the documentation, which is inside the program
    #[command(after_help = "Examples:
  ipvslab docs
  ipvslab docs scenario-format | less")]
    Docs(Docs),
    /// Print the man page, or write one for every subcommand
    #[command(after_help = "Examples:
  ipvslab man | man -l -
  ipvslab man --out /usr/local/share/man/man1")]
    Man(Man),
    /// Print a completion script for a shell
    #[command(after_help = "Examples:
  ipvslab completions bash > /etc/bash_completion.d/ipvslab
  ipvslab completions fish > ~/.config/fish/completions/ipvslab.fish")]
    Completions(Completions),
    /// Compare the engine with the known answers of queueing theory
    #[command(after_help = "Examples:
  ipvslab theory --fast
  ipvslab theory --filter mm1,jsq
  ipvslab theory --coverage")]
    Theory(Theory),
    /// The kernel in the loop: check the model against real IPVS
    Live(Live),
}

#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub(crate) struct Live {
    #[command(subcommand)]
    pub(crate) verb: live::Live,
}

#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub(crate) struct Trace {
    #[command(subcommand)]
    pub(crate) verb: trace::Trace,
}

#[derive(Debug, Args)]
pub(crate) struct Compare {
    #[command(flatten)]
    pub(crate) study: Study,
    /// Further scenarios: each is compared with the first
    #[arg(value_name = "OTHER", value_parser = scenario(), hide_possible_values = true, conflicts_with_all = ["out", "decision_cost"])]
    pub(crate) others: Vec<PathBuf>,
    /// Schedulers, baselines or rules of data planes to run, separated by commas [default: the scenario's]
    #[arg(long, value_name = "NAMES", value_delimiter = ',', value_parser = scheduler(), hide_possible_values = true)]
    pub(crate) schedulers: Vec<SchedulerKind>,
    /// Differences that do not matter when asking which scheduler may be best: a time, or a part of the best [default: 2%]
    #[arg(long, value_name = "TIME|PERCENT", conflicts_with = "others")]
    pub(crate) indifference: Option<Indifference>,
    /// Also measure the cost of a decision of each scheduler on this machine (results vary between runs)
    #[arg(long)]
    pub(crate) decision_cost: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Migrate {
    #[command(flatten)]
    pub(crate) study: Study,
    /// Today's scheduler [default: the scenario's first]
    #[arg(long, value_name = "NAME")]
    pub(crate) from: Option<SchedulerKind>,
    /// Which data planes, or rules of theirs, separated by commas
    #[arg(long, value_name = "NAMES", value_delimiter = ',', default_value = "nftables,cilium", value_parser = planes)]
    pub(crate) to: Vec<Planes>,
}

#[derive(Debug, Args)]
pub(crate) struct Regress {
    /// The directory of results before the change
    pub(crate) before: PathBuf,
    /// The directory of results after the change
    pub(crate) after: PathBuf,
    /// Ignore changes smaller than this percentage of the value before
    #[arg(long, value_name = "PERCENT", default_value_t = 1.0, value_parser = percent)]
    pub(crate) tolerance: f64,
    /// Compare results even if they are of different scenarios
    #[arg(long)]
    pub(crate) allow_different: bool,
    /// What to print on stdout
    #[arg(long, value_enum, default_value_t = PairFormat::Table)]
    pub(crate) format: PairFormat,
}

#[derive(Debug, Args)]
pub(crate) struct Sweep {
    #[command(flatten)]
    pub(crate) study: Study,
    /// Offered loads in per cent of the capacity, separated by commas; FROM..TO:COUNT expands to COUNT evenly spaced values
    #[arg(long, value_name = "LOADS", default_value = "50%..95%:10")]
    pub(crate) load: Loads,
    /// Factors for the file's own rates instead of loads, written in the same way without %
    #[arg(long, value_name = "FACTORS", conflicts_with = "load")]
    pub(crate) factor: Option<Factors>,
    /// Schedulers, baselines or rules of data planes to run, separated by commas [default: the scenario's]
    #[arg(long, value_name = "NAMES", value_delimiter = ',', value_parser = scheduler(), hide_possible_values = true)]
    pub(crate) schedulers: Vec<SchedulerKind>,
}

#[derive(Debug, Args)]
pub(crate) struct Run {
    #[command(flatten)]
    pub(crate) study: Study,
    /// The scheduler [default: the scenario's first]
    #[arg(long, value_name = "NAME", value_parser = kernel_scheduler(), hide_possible_values = true)]
    pub(crate) scheduler: Option<SchedulerKind>,
    /// Write every decision of the first replication to this file, with what the scheduler compared: CSV, or JSON lines if
    /// its name ends in .jsonl
    #[arg(long, value_name = "FILE", group = "written")]
    pub(crate) decisions: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Report {
    /// The directory that compare, run or sweep wrote with --out
    pub(crate) results: PathBuf,
    /// The metric to rank schedulers by
    #[arg(long, value_name = "METRIC", default_value = "p99", value_parser = metric(), hide_possible_values = true)]
    pub(crate) rank_by: Metric,
    /// Print this on stdout instead of rewriting the files
    #[arg(long, value_enum)]
    pub(crate) format: Option<StudyFormat>,
    /// Write the files to this directory, which must not exist yet [default: where the results are]
    #[arg(long, value_name = "DIR", conflicts_with = "format")]
    pub(crate) out: Option<PathBuf>,
    /// Replace the results in the --out directory
    #[arg(long, requires = "out")]
    pub(crate) force: bool,
    /// Print nothing but errors on stderr
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

fn percent(text: &str) -> Result<f64, String> {
    match text.trim_end_matches('%').parse() {
        Ok(percent) if (0.0..=100.0).contains(&percent) => Ok(percent),
        _ => Err("expected 0 to 100".to_owned()),
    }
}

#[derive(Debug, Args)]
pub(crate) struct Check {
    /// The scenario files; - is stdin, catalog:NAME a scenario of the catalog
    #[arg(required = true, value_parser = scenario(), hide_possible_values = true)]
    pub(crate) scenarios: Vec<PathBuf>,
    /// How problems are written: for people on stderr, or for programs on stdout
    #[arg(long, value_enum, default_value_t = CheckFormat::Text)]
    pub(crate) format: CheckFormat,
    #[command(flatten)]
    pub(crate) said: Said,
    /// Treat warnings as errors
    #[arg(long)]
    pub(crate) strict: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The file to write, which must not exist yet; - is stdout
    #[arg(default_value = "scenario.toml")]
    pub(crate) file: PathBuf,
    /// Draft the scenario from this trace
    #[arg(long, value_name = "TRACE")]
    pub(crate) trace: Option<PathBuf>,
    /// Work of a request on a server of speed 1: a time, plus times per unit of the trace's columns
    /// [default: a placeholder, from the durations or bytes of the trace]
    #[arg(long, value_name = "COST", requires = "trace")]
    pub(crate) cost: Option<Cost>,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// The kind of thing to list
    #[arg(value_enum)]
    pub(crate) what: Listed,
    /// Directory to search for scenarios [default: the catalog, which is inside the program]
    pub(crate) directory: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Listed {
    /// The kernel's schedulers
    Schedulers,
    /// The metrics that objectives and --rank-by know
    Metrics,
    /// The scenarios of the catalog or a directory, with their questions
    Scenarios,
}

#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// A scheduler's ipvsadm name, or the name of a baseline or a data plane's rule
    #[arg(value_parser = scheduler(), hide_possible_values = true)]
    pub(crate) scheduler: SchedulerKind,
}

#[derive(Debug, Args)]
pub(crate) struct Docs {
    /// The page [default: a list of all pages]
    #[arg(value_parser = clap::builder::PossibleValuesParser::new(crate::docs::names()), hide_possible_values = true)]
    pub(crate) page: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Man {
    /// Write ipvslab.1 and one page for every subcommand to this directory
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub(crate) struct Theory {
    /// A subset that takes less than a minute
    #[arg(long)]
    pub(crate) fast: bool,
    /// Instead, run this many studies of each of several queues and count the confidence intervals that cover the truth, as a
    /// table in Markdown [default: 1000; with --fast 200 of six of them]
    #[arg(long, value_name = "STUDIES", num_args = 0..=1, default_missing_value = "0", conflicts_with = "filter",
        value_parser = clap::value_parser!(u32).range(0..=1_000_000))]
    pub(crate) coverage: Option<u32>,
    /// Only rows whose id begins with one of these, separated by commas
    #[arg(long, value_name = "PREFIXES", value_delimiter = ',')]
    pub(crate) filter: Vec<String>,
    /// Threads to run on [default: all cores]
    #[arg(long, value_name = "N", value_parser = threads)]
    pub(crate) threads: Option<usize>,
}
