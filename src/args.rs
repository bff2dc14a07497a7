//! The command line: verbs and flags.

mod format;
pub(crate) mod live;
mod loads;
mod ranges;
mod said;
pub(crate) mod trace;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use ipvslab_reports::{Metric, UnknownMetric};
use ipvslab_scenarios::draft::Cost;
use ipvslab_schedulers::SchedulerKind;
use ipvslab_schedulers::planes::PlaneRule;

pub(crate) use format::{Format, StudyFormat};
pub(crate) use loads::{Factors, Loads};
pub(crate) use ranges::Ranges;
pub(crate) use said::Said;

/// A wind tunnel for IPVS: runs a scenario under the Linux kernel's schedulers and compares them.
#[derive(Debug, Parser)]
#[command(version, arg_required_else_help = true, subcommand_required = true, max_term_width = 100)]
#[command(after_help = "Examples:
  ipvslab compare scenarios/catalog/nasa-1995.toml
  ipvslab run scenarios/catalog/two-generations.toml --scheduler wlc
  ipvslab explain sed

Exit codes: 0 ok, 1 internal fault, 2 usage, 3 invalid input file, 4 nothing to run, 5 the live lab cannot be had, 6 output cannot be written,
20 an objective is violated, 21 worse than the results compared with, 22 differs from the reference, 23 too wide to tell, 129 terminal closed, 130 interrupted, 143 terminated.")]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Run every scheduler of a scenario and print one table; or compare two directories of results
    #[command(after_help = "Examples:
  ipvslab compare web.toml
  ipvslab compare web.toml --schedulers rr,wlc,sed --replications 30 --out results
  ipvslab compare web.toml --format json | jq '.schedulers[].scheduler'
  ipvslab compare baseline results --tolerance 2")]
    Compare(Compare),
    /// Run the study at several loads, and show how much load each scheduler can take
    #[command(after_help = "Examples:
  ipvslab sweep web.toml
  ipvslab sweep web.toml --load 60%..98%:12 --schedulers rr,wlc --replications 20 --out sweep
  ipvslab sweep web.toml --factor 0.5,0.75,1,1.25

The scenario's objectives ([[objectives]]) say how much load is too much: the table and the page tell up to where each holds.")]
    Sweep(Sweep),
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
    /// Make the page, the tables and the plots of stored results again, without running anything
    #[command(after_help = "Examples:
  ipvslab report results
  ipvslab report results --rank-by mean --format table
  ipvslab report results --format markdown >> $GITHUB_STEP_SUMMARY")]
    Report(Report),
    /// Check scenario files without running them
    #[command(after_help = "Examples:
  ipvslab check web.toml
  ipvslab check scenarios/catalog/*.toml --strict")]
    Check(Check),
    /// Write a scenario to start from: a commented one, or one drafted from a trace
    #[command(after_help = "Examples:
  ipvslab init
  ipvslab init site.toml --trace site.csv.gz
  ipvslab init site.toml --trace site.csv.gz --cost '20ms + 1us/response_bytes'

From a trace (ipvslab trace convert makes one of a log) come arrivals, clients, objects, sizes and
the length of the run. The servers are made up, and marked so.")]
    Init(Init),
    /// Make a scenario of what ipvsadm saved or shows, or keepalived is told
    #[command(after_help = "Examples:
  ipvsadm -Sn | ipvslab import ipvsadm - > web.toml
  ipvsadm -Ln --nosort | ipvslab import ipvsadm - --service 10.0.0.1:80 > web.toml
  ipvslab import ipvsadm saved.ipvsadm --service 10.0.0.1:80 --hosts /etc/hosts > web.toml
  ipvslab import keepalived /etc/keepalived/keepalived.conf --service 'fwmark 7' > mark.toml
  ipvslab import keepalived keepalived.conf --config-id lb1 --trace web.csv.gz --cost \"20ms + 1us/response_bytes\" > web.toml")]
    Import(Import),
    /// Print the lines that set up a scenario's service with ipvsadm -R
    #[command(after_help = "Examples:
  ipvslab export ipvsadm web.toml > web.ipvsadm
  ipvslab export ipvsadm web.toml --scheduler sed --strict-ipvsadm")]
    Export(Export),
    /// Make traces of logs, and see what they are like
    Trace(Trace),
    /// List the schedulers, or the scenarios of a directory
    #[command(after_help = "Examples:
  ipvslab list schedulers
  ipvslab list scenarios scenarios/catalog")]
    List(List),
    /// Say what a scheduler does and where it surprises
    #[command(after_help = "Examples:
  ipvslab explain wlc
  ipvslab explain lblc")]
    Explain(Explain),
    /// Print the JSON Schema of the scenario file
    #[command(after_help = "Examples:
  ipvslab schema > scenario.schema.json
  ipvslab schema | jq '.properties | keys'")]
    Schema,
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
    /// The kernel in the loop: hold the model against real IPVS
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

/// What to run, of what a scenario offers.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("written").multiple(true))]
pub(crate) struct Study {
    /// The scenario file
    pub(crate) scenario: PathBuf,
    #[command(flatten)]
    pub(crate) said: Said,
    /// Seed of all random streams [default: the scenario's]
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Independent runs of each scheduler [default: the scenario's]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) replications: Option<u32>,
    /// Threads to run on [default: all cores]
    #[arg(long, value_name = "N", value_parser = threads)]
    pub(crate) threads: Option<usize>,
    /// What to print on stdout
    #[arg(long, value_enum, default_value_t = StudyFormat::Table)]
    pub(crate) format: StudyFormat,
    /// Write report.html, CSV files, plots and all that report needs into this directory, which must not exist yet
    #[arg(long, value_name = "DIR", group = "written")]
    pub(crate) out: Option<PathBuf>,
    /// Replace what is there already
    #[arg(long, requires = "written")]
    pub(crate) force: bool,
    /// Treat warnings about the scenario as errors
    #[arg(long)]
    pub(crate) strict: bool,
    /// Say nothing on stderr but errors
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Compare {
    #[command(flatten)]
    pub(crate) study: Study,
    /// Compare stored results instead: SCENARIO is then the directory before, and this the one after
    #[arg(value_name = "AFTER", conflicts_with_all = ["seed", "replications", "threads", "out", "schedulers", "strict", "settings"])]
    pub(crate) after: Option<PathBuf>,
    /// Changes below this part of the value before do not count, in per cent
    #[arg(long, value_name = "PERCENT", default_value_t = 1.0, value_parser = percent, requires = "after")]
    pub(crate) tolerance: f64,
    /// Compare results of different scenarios all the same
    #[arg(long, requires = "after")]
    pub(crate) allow_different: bool,
    /// Which schedulers, baselines or rules of data planes, separated by commas [default: the scenario's]
    #[arg(long, value_name = "NAMES", value_delimiter = ',', value_parser = scheduler_or_baseline)]
    pub(crate) schedulers: Vec<SchedulerKind>,
    /// Measure what a decision of each scheduler costs on this machine too: numbers that differ from time to time
    #[arg(long, conflicts_with = "after")]
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

/// The rules of a data plane.
#[derive(Clone, Debug)]
pub(crate) struct Planes(pub(crate) Vec<PlaneRule>);

#[derive(Debug, Args)]
pub(crate) struct Sweep {
    #[command(flatten)]
    pub(crate) study: Study,
    /// Offered loads in per cent of the capacity, separated by commas; FROM..TO:COUNT are so many at equal distances
    #[arg(long, value_name = "LOADS", default_value = "50%..95%:10")]
    pub(crate) load: Loads,
    /// Instead of loads, what the file's own rates are multiplied by, in the same way without %
    #[arg(long, value_name = "FACTORS", conflicts_with = "load")]
    pub(crate) factor: Option<Factors>,
    /// Which schedulers, baselines or rules of data planes, separated by commas [default: the scenario's]
    #[arg(long, value_name = "NAMES", value_delimiter = ',', value_parser = scheduler_or_baseline)]
    pub(crate) schedulers: Vec<SchedulerKind>,
}

#[derive(Debug, Args)]
pub(crate) struct Run {
    #[command(flatten)]
    pub(crate) study: Study,
    /// Which scheduler [default: the scenario's first]
    #[arg(long, value_name = "NAME")]
    pub(crate) scheduler: Option<SchedulerKind>,
    /// Write every decision of the first replication into this file, with what the scheduler compared: CSV, or JSON lines if
    /// its name ends in .jsonl
    #[arg(long, value_name = "FILE", group = "written")]
    pub(crate) decisions: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Report {
    /// The directory that compare, run or sweep wrote with --out
    pub(crate) results: PathBuf,
    /// What decides the order of the schedulers
    #[arg(long, value_name = "METRIC", default_value = "p99", value_parser = metric)]
    pub(crate) rank_by: Metric,
    /// What to print on stdout, instead of writing the files again
    #[arg(long, value_enum)]
    pub(crate) format: Option<StudyFormat>,
    /// Write the files into this directory, which must not exist yet [default: where the results are]
    #[arg(long, value_name = "DIR", conflicts_with = "format")]
    pub(crate) out: Option<PathBuf>,
    /// Replace the results in the --out directory
    #[arg(long, requires = "out")]
    pub(crate) force: bool,
    /// Say nothing on stderr but errors
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

fn percent(text: &str) -> Result<f64, String> {
    match text.trim_end_matches('%').parse() {
        Ok(percent) if (0.0..=100.0).contains(&percent) => Ok(percent),
        _ => Err("expected 0 to 100".to_owned()),
    }
}

fn metric(key: &str) -> Result<Metric, String> {
    key.parse().map_err(|unknown: UnknownMetric| unknown.to_string())
}

#[derive(Debug, Args)]
pub(crate) struct Check {
    /// The scenario files
    #[arg(required = true)]
    pub(crate) scenarios: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) said: Said,
    /// Treat warnings as errors
    #[arg(long)]
    pub(crate) strict: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The file to write, which must not exist yet
    #[arg(default_value = "scenario.toml")]
    pub(crate) file: PathBuf,
    /// Draft the scenario from this trace
    #[arg(long, value_name = "TRACE")]
    pub(crate) trace: Option<PathBuf>,
    /// What a request costs a server of speed 1: a time, and times per unit of the trace's columns
    /// [default: made up, from the durations or bytes of the trace]
    #[arg(long, value_name = "COST", requires = "trace")]
    pub(crate) cost: Option<Cost>,
}

#[derive(Debug, Args)]
pub(crate) struct Import {
    /// What the file is
    #[arg(value_enum)]
    pub(crate) format: TableFormat,
    /// The file; - is stdin
    pub(crate) file: PathBuf,
    /// Which virtual service, as ADDRESS:PORT, udp:ADDRESS:PORT or 'fwmark N' [default: the only one]
    #[arg(long, value_name = "SERVICE")]
    pub(crate) service: Option<String>,
    /// A file as /etc/hosts, for what ipvsadm wrote with names
    #[arg(long, value_name = "FILE")]
    pub(crate) hosts: Option<PathBuf>,
    /// A file as /etc/services, for what ipvsadm wrote with names [default: Debian's]
    #[arg(long, value_name = "FILE")]
    pub(crate) services: Option<PathBuf>,
    /// Which director reads keepalived.conf, as keepalived's option of that name: for lines such as `@lb1 weight 5`
    #[arg(long, value_name = "NAME")]
    pub(crate) config_id: Option<String>,
    /// Where the director's root is, for absolute paths that keepalived.conf includes
    #[arg(long, value_name = "DIR")]
    pub(crate) root: Option<PathBuf>,
    /// Play this trace instead of made-up connections
    #[arg(long, value_name = "TRACE")]
    pub(crate) trace: Option<PathBuf>,
    /// What a request costs a server of speed 1: a time, and times per unit of the trace's columns
    /// [default: made up, from the durations or bytes of the trace]
    #[arg(long, value_name = "COST", requires = "trace")]
    pub(crate) cost: Option<Cost>,
    /// Write the nearest thing, with a comment, where a scenario cannot express what changes decisions
    #[arg(long)]
    pub(crate) lossy: bool,
    /// Say nothing on stderr but errors
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

/// Who wrote a table, or reads it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum TableFormat {
    /// What ipvsadm -S or ipvsadm -L writes, or /proc/net/ip_vs
    Ipvsadm,
    /// keepalived.conf
    Keepalived,
}

#[derive(Debug, Args)]
pub(crate) struct Export {
    /// Who is to read it
    #[arg(value_enum)]
    pub(crate) format: ExportFormat,
    /// The scenario file
    pub(crate) scenario: PathBuf,
    #[command(flatten)]
    pub(crate) said: Said,
    /// Which scheduler [default: the scenario's first]
    #[arg(long, value_name = "NAME")]
    pub(crate) scheduler: Option<SchedulerKind>,
    /// Leave out connection thresholds, as ipvsadm -S does
    #[arg(long)]
    pub(crate) strict_ipvsadm: bool,
    /// Say nothing on stderr but errors
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

/// Who reads a table.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum ExportFormat {
    /// ipvsadm -R
    Ipvsadm,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// What to list
    #[arg(value_enum)]
    pub(crate) what: Listed,
    /// Where scenarios are looked for
    #[arg(default_value = "scenarios/catalog")]
    pub(crate) directory: PathBuf,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Listed {
    /// The kernel's schedulers
    Schedulers,
    /// The scenarios of a directory, with their questions
    Scenarios,
}

#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// Its ipvsadm name, or that of a baseline or a data plane's rule
    #[arg(value_parser = scheduler_or_baseline)]
    pub(crate) scheduler: SchedulerKind,
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
    /// Instead, run so many studies of M/M/1 and count whose confidence intervals cover the true mean [default: 4000]
    #[arg(long, value_name = "STUDIES", num_args = 0..=1, default_missing_value = "4000", conflicts_with_all = ["fast", "filter"],
        value_parser = clap::value_parser!(u32).range(10..=1_000_000))]
    pub(crate) coverage: Option<u32>,
    /// Only rows whose id begins with one of these, separated by commas
    #[arg(long, value_name = "PREFIXES", value_delimiter = ',')]
    pub(crate) filter: Vec<String>,
    /// Threads to run on [default: all cores]
    #[arg(long, value_name = "N", value_parser = threads)]
    pub(crate) threads: Option<usize>,
}

/// The rules that a data plane's name stands for, or the one of a rule's name.
fn planes(name: &str) -> Result<Planes, String> {
    let of_plane = PlaneRule::of_plane(name);
    let rules: Vec<PlaneRule> = if of_plane.is_empty() {
        PlaneRule::ALL.into_iter().filter(|rule| rule.name() == name).collect()
    } else {
        of_plane.to_vec()
    };
    if rules.is_empty() {
        let rules: Vec<&str> = PlaneRule::ALL.into_iter().map(PlaneRule::name).collect();
        return Err(format!("expected one of {}, {}", PlaneRule::PLANES.join(", "), rules.join(", ")));
    }
    Ok(Planes(rules))
}

/// A scheduler of the kernel, or what IPVS does not have.
fn scheduler_or_baseline(name: &str) -> Result<SchedulerKind, String> {
    SchedulerKind::named(name).ok_or_else(|| {
        format!(
            "expected one of {}",
            SchedulerKind::every().map(SchedulerKind::name).collect::<Vec<_>>().join(", ")
        )
    })
}

fn threads(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(threads) if (1..=1024).contains(&threads) => Ok(threads),
        _ => Err("expected 1 to 1024 threads".to_owned()),
    }
}
