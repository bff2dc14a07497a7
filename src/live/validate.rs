//! `ipvslab live validate`: model and kernel, decision by decision.

use ipvslab_live::{Answer, KernelFacts, Order, Script, Word, carry_out, compare};
use ipvslab_schedulers::{Accounting, KernelName, KernelProfile};
use ipvslab_sim::Forwarding;

use super::plan::{self, Plan};
use super::verdict::{Found, OnKernel, Row, Validation};
use super::{machine, output};
use crate::args::Format;
use crate::args::live::{Machines, Validate};
use crate::exit::{Exit, Failure};
use crate::output::Output;
use crate::print::print;

/// How wide a table may be.
pub(crate) const WIDTH: usize = 110;

/// Plays the plan to every kernel, compares, and prints what it found.
pub(crate) fn run(args: &Validate) -> Result<(), Failure> {
    let output = Output::asked(args.out.as_deref(), args.force)?;
    let plan = plan::of(args)?;
    let answers = ask(&args.machines, &Order::Play(plan.scripts.clone()))?;
    let kernels: Vec<OnKernel> = answers
        .into_iter()
        .map(|(asked, answers)| on_kernel(asked, &plan, answers))
        .collect::<Result<_, Failure>>()?;
    let validation = Validation::new(&plan, kernels);
    if let Some(output) = output {
        output::write(output, &validation, &plan.names)?;
    }
    match args.format {
        Format::Table => print(format_args!("{}", validation.text(&plan.names, WIDTH))),
        Format::Json => print(format_args!("{}\n", validation.json())),
        Format::Csv => print(format_args!("{}", validation.shares_csv(&plan.names))),
    }
    if validation.equal { Ok(()) } else { Err(Failure::new(Exit::Differs, "error: model and kernel differ")) }
}

/// Asks the kernels that the command line names.
pub(crate) fn ask(args: &Machines, order: &Order) -> Result<Vec<machine::Answers>, Failure> {
    if args.vm { machine::ask_each(args, order) } else { Ok(vec![here(order)]) }
}

/// Asks the running kernel.
pub(crate) fn here(order: &Order) -> (String, Vec<Answer>) {
    let mut answers = Vec::new();
    let asked: Result<(), std::convert::Infallible> = carry_out(order, |word| {
        if let Word::Answer(answer) = word {
            answers.push(answer);
        }
        Ok(())
    });
    let Ok(()) = asked;
    ("the running kernel".to_owned(), answers)
}

/// Compares the answers of one kernel.
fn on_kernel(asked: String, plan: &Plan, answers: Vec<Answer>) -> Result<OnKernel, Failure> {
    let unusable = |message: String| Failure::new(Exit::LiveUnusable, format!("error: {asked}: {message}"));
    if answers.len() != plan.scripts.len() {
        return Err(unusable(format!("{} answers to {} scripts", answers.len(), plan.scripts.len())));
    }
    let mut kernel = None;
    let mut schedulers = Vec::new();
    for (script, answer) in plan.scripts.iter().zip(answers) {
        let (result, configuration) = match answer {
            Answer::Failed(message) => {
                return Err(unusable(format!("{}: {message}", script.scheduler())));
            }
            Answer::Served(_) | Answer::Toured(_) | Answer::Told(..) => unreachable!("scripts are played"),
            Answer::NoScheduler => (Found::NoScheduler, Vec::new()),
            Answer::Played(log) => {
                let comparison = compare(script, &log, profile(&log.kernel))
                    .map_err(|error| unusable(format!("{}: {error}", script.scheduler())))?;
                kernel = Some(log.kernel);
                (Found::Compared(Box::new(comparison)), log.configuration)
            }
        };
        schedulers.push(Row {
            kind: script.scheduler(),
            scheduler: script.scheduler().name(),
            forwarding: forwarding(script),
            configuration,
            result,
        });
    }
    Ok(OnKernel { kernel, asked, schedulers })
}

/// The rules of a kernel: its accounting by probe, the rest by its version.
pub(crate) fn profile(kernel: &KernelFacts) -> KernelProfile {
    let by_probe = match Accounting::from(kernel.accounting) {
        Accounting::Classic => KernelProfile::CLASSIC,
        Accounting::Total => KernelProfile::TOTAL,
    };
    // Debian's `uname -v` names the upstream version: `#1 SMP PREEMPT_DYNAMIC Debian 6.1.170-3 (2026-05-08)`.
    let upstream =
        kernel.version.split_once("Debian ").and_then(|(_, rest)| rest.split(['-', '~', ' ']).next());
    let release = upstream.or_else(|| kernel.release.split('-').next());
    let by_version = release.and_then(|release| release.parse::<KernelName>().ok()).map(KernelName::profile);
    KernelProfile { accounting: by_probe.accounting, ..by_version.unwrap_or(by_probe) }
}

fn forwarding(script: &Script) -> &'static str {
    match script.servers[0].forwarding {
        Forwarding::Masquerade => "masq",
        Forwarding::DirectRoute => "gate",
        Forwarding::Tunnel => "tunnel",
    }
}
