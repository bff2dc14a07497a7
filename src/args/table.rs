//! The command line of `ipvslab import` and `ipvslab export`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use ipvslab_scenarios::draft::Cost;
use ipvslab_schedulers::SchedulerKind;

use super::Said;
use super::names::{kernel_scheduler, scenario};

#[derive(Debug, Args)]
pub(crate) struct Import {
    /// The format of the file
    #[arg(value_enum)]
    pub(crate) format: TableFormat,
    /// The file; - is stdin
    pub(crate) file: PathBuf,
    /// The virtual service, as ADDRESS:PORT, udp:ADDRESS:PORT or 'fwmark N' [default: the only one]
    #[arg(long, value_name = "SERVICE")]
    pub(crate) service: Option<String>,
    /// A file in the format of /etc/hosts, to resolve the names that ipvsadm wrote
    #[arg(long, value_name = "FILE")]
    pub(crate) hosts: Option<PathBuf>,
    /// A file in the format of /etc/services, to resolve the names that ipvsadm wrote [default: Debian's]
    #[arg(long, value_name = "FILE")]
    pub(crate) services: Option<PathBuf>,
    /// The config-id of the director, as in keepalived's option of that name: selects lines such as `@lb1 weight 5`
    #[arg(long, value_name = "NAME")]
    pub(crate) config_id: Option<String>,
    /// Directory that stands for the director's /, for absolute paths that keepalived.conf includes
    #[arg(long, value_name = "DIR")]
    pub(crate) root: Option<PathBuf>,
    /// Replay this trace instead of placeholder traffic
    #[arg(long, value_name = "TRACE")]
    pub(crate) trace: Option<PathBuf>,
    /// Work of a request on a server of speed 1: a time, plus times per unit of the trace's columns
    /// [default: a placeholder, from the durations or bytes of the trace]
    #[arg(long, value_name = "COST", requires = "trace")]
    pub(crate) cost: Option<Cost>,
    /// Where a scenario cannot express a setting that changes decisions, write the closest one with a comment
    #[arg(long)]
    pub(crate) lossy: bool,
    /// Print nothing but errors on stderr
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
    /// The format to write
    #[arg(value_enum)]
    pub(crate) format: ExportFormat,
    /// The scenario file; - is stdin, catalog:NAME a scenario of the catalog
    #[arg(value_parser = scenario(), hide_possible_values = true)]
    pub(crate) scenario: PathBuf,
    #[command(flatten)]
    pub(crate) said: Said,
    /// The scheduler [default: the scenario's first]
    #[arg(long, value_name = "NAME", value_parser = kernel_scheduler(), hide_possible_values = true)]
    pub(crate) scheduler: Option<SchedulerKind>,
    /// Leave out connection thresholds, as ipvsadm -S does
    #[arg(long)]
    pub(crate) strict_ipvsadm: bool,
    /// Print nothing but errors on stderr
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

/// Who reads a table.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum ExportFormat {
    /// ipvsadm -R
    Ipvsadm,
}
