//! The command line of `ipvslab live`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use ipvslab_schedulers::SchedulerKind;

use super::format::Format;
use super::ranges::Ranges;
use super::said::Said;

#[derive(Debug, Subcommand)]
pub(crate) enum Live {
    /// Say what the live lab needs, what is there, and how to get what is missing
    #[command(after_help = "Examples:
  ipvslab live doctor
  sudo ipvslab live doctor")]
    Doctor,
    /// List the kernels that --vm can boot, or fetch one
    #[command(after_help = "Examples:
  ipvslab live kernels
  ipvslab live kernels --fetch 6.12")]
    Kernels(Kernels),
    /// Build a scenario's hosts for real and keep them up, to look around in
    #[command(after_help = "Examples:
  sudo ipvslab live up scenarios/catalog/lvs-dr.toml
  ipvslab live up scenarios/catalog/lvs-tun.toml --vm")]
    Up(Up),
    /// List services, servers, counters and rates of the labs that are up
    #[command(after_help = "Examples:
  ipvslab live show
  watch ipvslab live show")]
    Show,
    /// Play a scenario, or random traffic, to the kernel and compare every decision with the model's
    #[command(after_help = "Examples:
  ipvslab live validate scenarios/catalog/nasa-1995.toml --vm
  ipvslab live validate --vm --kernel 6.1 --kernel 6.12 --events 20000
  ipvslab live validate scenarios/catalog/lvs-dr.toml --vm --engine socket --schedulers rr,wlc
  sudo ipvslab live validate web.toml --schedulers wlc --format json

Exit codes: 0 equal, 22 different, 5 live lab unavailable.")]
    Validate(Validate),
    /// Play the kernel specification's edge cases, and say where kernel, specification and model disagree
    #[command(after_help = "Examples:
  ipvslab live conform --vm --kernel 6.1 --kernel 6.12
  ipvslab live conform --vm --case 17,71,sctp-walk
  ipvslab live conform --vm --format markdown

Exit codes: 0 all equal, 22 different, 5 live lab unavailable.")]
    Conform(Conform),
    /// Play random directors to the kernel, compare everything with the model, and shrink what differs
    #[command(after_help = "Examples:
  ipvslab live fuzz --vm --runs 50
  ipvslab live fuzz --vm --kernel 6.1 --kernel 6.12 --seed 1000 --runs 200
  ipvslab live fuzz --vm --kernel 6.12 --seed 17 --only-events 3,17,40-44

Exit codes: 0 equal, 22 different, 5 live lab unavailable.")]
    Fuzz(Fuzz),
}

#[derive(Debug, Args)]
pub(crate) struct Kernels {
    /// Fetch this kernel, a version or a package, into the cache (Debian)
    #[arg(long, value_name = "VERSION")]
    pub(crate) fetch: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Up {
    /// The scenario file
    pub(crate) scenario: PathBuf,
    #[command(flatten)]
    pub(crate) said: Said,
    /// The scheduler [default: the scenario's first]
    #[arg(long, value_name = "NAME")]
    pub(crate) scheduler: Option<SchedulerKind>,
    /// Build it in an emulated machine (QEMU), show it around, and end
    #[arg(long)]
    pub(crate) vm: bool,
    /// Which kernel to boot: a version such as 6.12, or a path to a vmlinuz
    #[arg(long, value_name = "VERSION|PATH", requires = "vm")]
    pub(crate) kernel: Option<String>,
}

/// What of `conform` goes to stdout.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum ConformFormat {
    /// For people
    Table,
    /// For programs: everything, with a schema version
    Json,
    /// A page with the table and the reasons
    Markdown,
}

#[derive(Debug, Args)]
pub(crate) struct Conform {
    #[command(flatten)]
    pub(crate) machines: Machines,
    /// Which cases, by number or name, separated by commas [default: all]
    #[arg(long = "case", value_name = "NAMES", value_delimiter = ',')]
    pub(crate) cases: Vec<String>,
    /// What to print on stdout
    #[arg(long, value_enum, default_value_t = ConformFormat::Table)]
    pub(crate) format: ConformFormat,
}

/// Which kernels are asked, and how.
#[derive(Debug, Args)]
pub(crate) struct Machines {
    /// Boot a kernel in an emulated machine (QEMU) instead of using the running one
    #[arg(long)]
    pub(crate) vm: bool,
    /// Which kernel to boot: a version such as 6.12, or a path to a vmlinuz; may be given several times
    #[arg(long = "kernel", value_name = "VERSION|PATH", requires = "vm")]
    pub(crate) kernels: Vec<String>,
    /// Stop a machine after this many minutes
    #[arg(long, value_name = "MINUTES", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=1440))]
    pub(crate) limit: u64,
    /// Say nothing on stderr but errors
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

/// How packets are made.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Engine {
    /// Crafted packets, one by one: every decision is compared
    Packet,
    /// Real TCP between network namespaces: shares and response times side by side
    Socket,
}

#[derive(Debug, Args)]
pub(crate) struct Validate {
    /// The scenario file [default: random traffic, drawn anew for each scheduler]
    pub(crate) scenario: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) said: Said,
    #[command(flatten)]
    pub(crate) machines: Machines,
    /// Which schedulers, separated by commas [default: the scenario's, or all]
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub(crate) schedulers: Vec<SchedulerKind>,
    /// How packets are made
    #[arg(long, value_enum, default_value_t = Engine::Packet)]
    pub(crate) engine: Engine,
    /// Random traffic of datagrams instead of TCP
    #[arg(long, conflicts_with = "scenario")]
    pub(crate) udp: bool,
    /// How many connections of each scheduler [default: all of a scenario, 2000 of random traffic]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    pub(crate) events: Option<u32>,
    /// Seed of random traffic [default: 1], or of the scenario [default: its own]
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// What to print on stdout
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
    /// Write CSV files and a plot of both sides into this directory, which must not exist yet
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Replace the results in the --out directory
    #[arg(long, requires = "out")]
    pub(crate) force: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Fuzz {
    #[command(flatten)]
    pub(crate) machines: Machines,
    /// Seed of the first run; each further one has the next
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// How many runs
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) runs: u32,
    /// How many packets each
    #[arg(long, value_name = "N", default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) packets: u32,
    /// Only these events of the first run, and tell all of them
    #[arg(long, value_name = "RANGES", conflicts_with = "runs")]
    pub(crate) only_events: Option<Ranges>,
    /// For how many minutes events are left out of a run that differs
    #[arg(long, value_name = "MINUTES", default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=1440))]
    pub(crate) shrink: u64,
    /// What to print on stdout
    #[arg(long, value_enum, default_value_t = FuzzFormat::Table)]
    pub(crate) format: FuzzFormat,
    /// Write fuzz.json and fuzz.txt into this directory, which must not exist yet
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Replace the results in the --out directory
    #[arg(long, requires = "out")]
    pub(crate) force: bool,
}

/// What `live fuzz` prints.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum FuzzFormat {
    /// A line a kernel, and the story of what differs
    Table,
    /// Everything
    Json,
}
