//! `ipvslab export`: the lines that set up a scenario's service with `ipvsadm -R`.

use ipvslab_scenarios::table::ipvsadm::{Thresholds, write};
use ipvslab_scenarios::table::of_scenario;

use crate::args;
use crate::exit::Failure;
use crate::print::{print, talk};
use crate::scenario_file::{Warnings, load};

/// Prints the table of a scenario; what is in no table goes to stderr.
pub(crate) fn run(args: &args::Export) -> Result<(), Failure> {
    let warnings = if args.quiet { Warnings::Hide } else { Warnings::Tell };
    let scenario = load(&args.scenario, &args.said.settings, warnings)?;
    let scheduler = args.scheduler.unwrap_or(scenario.schedulers[0]);
    let exported = of_scenario(&scenario, scheduler);
    let args::ExportFormat::Ipvsadm = args.format;
    let thresholds = if args.strict_ipvsadm { Thresholds::LeaveOut } else { Thresholds::Write };
    if !args.quiet {
        let servers = exported.table.services.iter().flat_map(|service| &service.servers);
        let limited = servers.filter(|server| server.thresholds.upper() > 0).count();
        if args.strict_ipvsadm && limited > 0 {
            talk(format_args!("note: left out: the connection thresholds (-x, -y) of {limited} servers"));
        }
        for left_out in &exported.left_out {
            talk(format_args!("note: left out: {left_out}"));
        }
        for sysctl in &exported.sysctls {
            talk(format_args!("# sysctl -w {sysctl}"));
        }
    }
    print(format_args!("{}", write(&exported.table, thresholds)));
    Ok(())
}
