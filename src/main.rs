//! `ipvslab`: a wind tunnel for IPVS, on the command line.

#![forbid(unsafe_code)]

mod args;
mod catalog;
mod cell;
mod check;
mod compare;
mod coverage;
mod decision_cost;
mod decisions;
mod docs;
mod exit;
mod export;
mod file_output;
mod files;
mod import;
mod init;
mod interrupt;
mod live;
mod man;
mod migrate;
mod output;
mod plan;
mod print;
mod progress;
mod regress;
mod report;
mod results;
mod run;
mod scenario_file;
mod study;
mod sweep;
mod theory;
mod threads;
mod trace;
mod version;
mod warm_up;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use args::{Cli, Verb};
use exit::{Exit, Failure};
use print::print;

fn main() -> ExitCode {
    if ipvslab_live::vm::guest::is_guest() {
        ipvslab_live::vm::guest::run(live::answer);
    }
    let cli = Cli::parse();
    cli.color.choose();
    if let Err(error) = interrupt::watch() {
        print::talk(format_args!("warning: signals cannot be watched: {error}"));
    }
    let ended = catch_unwind(AssertUnwindSafe(|| carry_out(&cli.verb))).unwrap_or_else(|_| {
        Err(Failure::new(
            Exit::Internal,
            "error: this is a bug in ipvslab; please report it with the scenario",
        ))
    });
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure { exit, message }) => {
            print::talk(format_args!("{message}"));
            exit.into()
        }
    }
}

fn carry_out(verb: &Verb) -> Result<(), Failure> {
    match verb {
        Verb::Compare(args) => compare::run(args),
        Verb::Regress(args) => regress::run(args),
        Verb::Sweep(args) => sweep::run(args),
        Verb::Plan(args) => plan::run(args),
        Verb::Migrate(args) => migrate::run(args),
        Verb::Run(args) => run::run(args),
        Verb::Report(args) => report::run(args),
        Verb::Check(args) => check::run(args),
        Verb::Init(args) => init::run(args),
        Verb::Import(args) => import::run(args),
        Verb::Export(args) => export::run(args),
        Verb::Trace(args) => trace::run(&args.verb),
        Verb::List(args) => catalog::list(args),
        Verb::Explain(args) => {
            let kind = args.scheduler;
            print(format_args!("{kind}: {}\n\n{}\n", kind.full_name(), print::fold(kind.summary(), 100)));
            Ok(())
        }
        Verb::Schema => {
            print(format_args!("{:#}\n", ipvslab_scenarios::schema()));
            Ok(())
        }
        Verb::Docs(args) => {
            docs::run(args);
            Ok(())
        }
        Verb::Man(args) => man::run(args),
        Verb::Completions(args) => {
            let mut script = Vec::new();
            clap_complete::generate(args.shell, &mut Cli::command(), "ipvslab", &mut script);
            print(format_args!("{}", String::from_utf8_lossy(&script)));
            Ok(())
        }
        Verb::Theory(args) if args.coverage.is_some() => coverage::run(args),
        Verb::Theory(args) => theory::run(args),
        Verb::Live(args) => live::run(&args.verb),
    }
}
