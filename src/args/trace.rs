//! The command line of `ipvslab trace`.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand, ValueEnum};
use ipvslab_scenarios::log::{Format, Unit};

#[derive(Debug, Subcommand)]
pub(crate) enum Trace {
    /// Convert a log to a trace that scenarios play
    #[command(after_help = "Examples:
  ipvslab trace convert access.log -o web.csv.gz
  ipvslab trace convert access.log --log-format '$remote_addr - [$time_local] \"$request\" $status $body_bytes_sent $request_time'
  ipvslab trace convert access.log --log-format @/etc/nginx/nginx.conf:main -o web.csv.gz
  ipvslab trace convert app.jsonl --map time=@timestamp:iso8601:end,client=remote_addr,duration=request_time:s
  ipvslab trace convert conn.log --window 3600 --clients ipv4 -o net.csv

The format is detected from the first lines, and stderr says what each field was taken for. Where that
is uncertain, the flags that settle it are listed. docs/traces.md lists every format.")]
    Convert(Convert),
    /// Summarise a log or a trace: rates, bursts, clients, objects, sizes
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
    /// Format of the log [default: detected]
    #[arg(long, value_name = "FORMAT", value_parser = format(), hide_possible_values = true, conflicts_with = "map")]
    pub(crate) from: Option<Format>,
    /// The format string of its server (nginx, Apache, Tomcat, HAProxy, Envoy), @FILE:NAME to read it in the server's
    /// configuration, or names in braces for any text: '{time:iso8601:end} {client} {_} {duration:ms}'
    #[arg(long, value_name = "STRING", conflicts_with = "map")]
    pub(crate) log_format: Option<String>,
    /// Which field of JSON lines or column of a table is what: time=FIELD:FORMAT:start|end,client=FIELD,
    /// object=FIELD,bytes=FIELD,duration=FIELD:s|ms|us|ns, and host, query, forwarded, client_port, destination,
    /// destination_port, protocol
    #[arg(long, value_name = "MAP")]
    pub(crate) map: Option<String>,
    /// Unit of durations, if the format leaves it open: s, ms, us, ns; `none` if the log has no durations
    #[arg(long, value_name = "UNIT", value_parser = unit)]
    pub(crate) duration_unit: Option<DurationUnit>,
    /// Which address is the client's: the peer's, which IPVS sees, or the first of X-Forwarded-For
    #[arg(long, value_enum, default_value_t = Client::Peer)]
    pub(crate) client: Client,
    /// Skip lines that cannot be read or are too far out of order, and count them
    #[arg(long)]
    pub(crate) skip_bad: bool,
    /// How far entries may be out of order, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u32).range(..=31_622_400))]
    pub(crate) window: u32,
    /// Keep times of whole seconds, instead of spreading requests over their second
    #[arg(long)]
    pub(crate) keep_ticks: bool,
    /// Keep only clients of this IP version, and clients given by name
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
    /// The trace, which must not exist yet; compressed if it ends in .gz [default: stdout]
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
    /// Output format on stdout
    #[arg(long, value_enum, default_value_t = Print::Table)]
    pub(crate) format: Print,
    /// Draw the rate over time to this SVG file, which must not exist yet
    #[arg(long, value_name = "FILE")]
    pub(crate) plot: Option<PathBuf>,
    /// Replace the file of --plot
    #[arg(long, requires = "plot")]
    pub(crate) force: bool,
}

/// What is said of durations.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum DurationUnit {
    Of(Unit),
    None,
}

/// Which address is the client.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Client {
    /// The peer of the connection
    Peer,
    /// The first address of X-Forwarded-For
    Forwarded,
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
    let names = Format::ALL.map(Format::name).into_iter().chain(["clb"]);
    PossibleValuesParser::new(names.collect::<Vec<_>>())
        .map(|name| Format::named(&name).expect("one of the names above"))
}

/// Reads the unit of durations.
fn unit(text: &str) -> Result<DurationUnit, String> {
    match (text, Unit::named(text)) {
        ("none", _) => Ok(DurationUnit::None),
        (_, Some(unit)) => Ok(DurationUnit::Of(unit)),
        _ => Err("expected s, ms, us, ns, or none".to_owned()),
    }
}
