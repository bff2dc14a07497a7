//! The command line of `ipvslab trace`.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand, ValueEnum};
use ipvslab_scenarios::log::Format;

#[derive(Debug, Subcommand)]
pub(crate) enum Trace {
    /// Make a trace that scenarios read of a log
    #[command(after_help = "Examples:
  ipvslab trace convert access.log -o web.csv.gz
  zcat access.log.*.gz | ipvslab trace convert - --from nginx > web.csv
  ipvslab trace convert conn.log --window 3600 --clients ipv4 -o net.csv

Read are common and combined logs of Apache and nginx with or without request times, HTTP and
TCP logs of HAProxy, access logs of AWS's classic and application load balancers, Zeek's
conn.log, Envoy's JSON log, pcap and pcapng; plain, gzip or zstd. docs/traces.md says what is
taken of each.")]
    Convert(Convert),
    /// Say what a log or a trace is like: rates, bursts, clients, objects, sizes
    #[command(after_help = "Examples:
  ipvslab trace inspect web.csv.gz --plot rate.svg
  ipvslab trace inspect access.log --format json | jq .interarrival_scv")]
    Inspect(Inspect),
}

/// How a log is read.
#[derive(Debug, Args)]
pub(crate) struct Source {
    /// The log; - is stdin
    pub(crate) file: PathBuf,
    /// What it is [default: what it looks like]
    #[arg(long, value_name = "FORMAT", value_parser = format())]
    pub(crate) from: Option<Format>,
    /// Leave out lines that cannot be read or come too late, and count them
    #[arg(long)]
    pub(crate) skip_bad: bool,
    /// How far entries may be out of order
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u32).range(..=31_622_400))]
    pub(crate) window: u32,
    /// Leave times of whole seconds as they are, instead of spreading requests over their second
    #[arg(long)]
    pub(crate) keep_ticks: bool,
    /// Take only clients of this IP version, and those with names
    #[arg(long, value_enum)]
    pub(crate) clients: Option<Family>,
    /// Say nothing on stderr but errors
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Convert {
    #[command(flatten)]
    pub(crate) source: Source,
    /// The trace, which must not exist yet; packed if it ends in .gz [default: stdout]
    #[arg(long, short, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Replace the file of --out
    #[arg(long, requires = "out")]
    pub(crate) force: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Inspect {
    #[command(flatten)]
    pub(crate) source: Source,
    /// What to print on stdout
    #[arg(long, value_enum, default_value_t = Print::Table)]
    pub(crate) format: Print,
    /// Draw the rate over time into this SVG file, which must not exist yet
    #[arg(long, value_name = "FILE")]
    pub(crate) plot: Option<PathBuf>,
    /// Replace the file of --plot
    #[arg(long, requires = "plot")]
    pub(crate) force: bool,
}

/// An IP version.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Family {
    Ipv4,
    Ipv6,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Print {
    /// For people
    Table,
    /// For programs, with a schema version
    Json,
}

fn format() -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(Format::ALL.map(Format::name))
        .map(|name| Format::named(&name).expect("one of the names above"))
}
