//! `ipvslab live fuzz`: random directors, model against kernel, and the fewest events that make them part.

mod findings;
mod shrink;
mod target;

use std::time::Duration;

use ipvslab_live::{Script, story, wild};
use rayon::prelude::*;

use super::validate::{self, WIDTH};
use super::{machine, verdict};
use crate::args::Ranges;
use crate::args::live::{Fuzz, FuzzFormat};
use crate::exit::{Exit, Failure};
use crate::output::Output;
use crate::print::{print, talk};
use findings::{Difference, Findings, OnKernel, Small};
use target::{Played, Target};

/// How many differences of a kernel are shrunk.
const SHRUNK: usize = 3;

/// Plays the runs to every kernel, compares, shrinks what differs, and prints what it found.
pub(crate) fn run(args: &Fuzz) -> Result<(), Failure> {
    let output = Output::asked(args.out.as_deref(), args.force)?;
    let runs = runs(args)?;
    let kernels = if args.machines.vm { machine::find_each(&args.machines.kernels)? } else { Vec::new() };
    let limits = machine::limits(args.machines.limit);
    let progress = machine::progress(args.machines.quiet);
    let machines =
        kernels.iter().map(|kernel| Target::Machine { kernel, limits: &limits, progress: &progress });
    let targets: Vec<Target<'_>> = if args.machines.vm { machines.collect() } else { vec![Target::Here] };
    let kernels = targets
        .par_iter()
        .map(|target| on_kernel(args, target, &runs))
        .collect::<Result<Vec<OnKernel>, Failure>>()?;
    let findings = Findings {
        schema: "ipvslab.fuzz/1",
        version: env!("CARGO_PKG_VERSION"),
        equal: kernels.iter().all(|on| on.differences.is_empty()),
        first_seed: args.seed,
        packets_of_a_run: args.packets,
        kernels,
    };
    if let Some(output) = output {
        output.write("fuzz.json", &format!("{}\n", findings.json()))?;
        output.write("fuzz.txt", &findings.text(WIDTH))?;
        output.publish()?;
    }
    match args.format {
        FuzzFormat::Table => print(format_args!("{}", findings.text(WIDTH))),
        FuzzFormat::Json => print(format_args!("{}\n", findings.json())),
    }
    if findings.equal { Ok(()) } else { Err(Failure::new(Exit::Differs, "error: model and kernel differ")) }
}

/// A script with its seed, and its events' numbers in the whole one.
struct Run {
    seed: u64,
    script: Script,
    numbers: Vec<usize>,
}

fn runs(args: &Fuzz) -> Result<Vec<Run>, Failure> {
    if let Some(only) = &args.only_events {
        let whole = wild(args.seed, args.packets);
        if only.last() >= whole.events.len() {
            let allowed = whole.events.len() - 1;
            let found = only.last();
            let message = format!("error: --only-events: found {found}, expected at most {allowed}");
            return Err(Failure::new(Exit::Usage, message));
        }
        let numbers = whole.sensible(&only.numbers());
        return Ok(vec![Run { seed: args.seed, script: whole.only(&numbers), numbers }]);
    }
    let seeds: Vec<u64> = (0..u64::from(args.runs)).map(|run| args.seed.wrapping_add(run)).collect();
    let run = |seed| {
        let script = wild(seed, args.packets);
        Run { seed, numbers: (0..script.events.len()).collect(), script }
    };
    Ok(seeds.into_par_iter().map(run).collect())
}

fn on_kernel(args: &Fuzz, target: &Target<'_>, runs: &[Run]) -> Result<OnKernel, Failure> {
    let mut on = OnKernel::default();
    let scripts: Vec<Script> = runs.iter().map(|run| run.script.clone()).collect();
    let mut differing = Vec::new();
    for (run, played) in runs.iter().zip(target.play(&scripts)?) {
        let played = played.map_err(|message| unplayable(run, &message))?;
        on.count(&played.comparison);
        on.kernel.get_or_insert_with(|| played.kernel().clone());
        if !played.comparison.is_equal() {
            differing.push((run, played));
        }
    }
    for (run, played) in differing {
        if args.only_events.is_some() {
            let small = Small {
                events: run.numbers.clone(),
                smallest: true,
                command: command(args, target, run.seed, &run.numbers),
                story: story(&run.script, &run.numbers, &played.log, validate::profile(played.kernel())),
            };
            on.differences.push(difference(run, &played, true, Some(small)));
            continue;
        }
        let straddled = played.comparison.straddled;
        let again = target.play(std::slice::from_ref(&run.script))?.pop().expect("an answer to a script");
        let again = again.map_err(|message| unplayable(run, &message))?;
        let persists = !again.comparison.is_equal();
        if !persists && straddled > 0 {
            on.replayed.push(run.seed);
            continue;
        }
        let mut found = difference(run, &played, persists, None);
        if persists && on.differences.iter().filter(|other| other.shrunk.is_some()).count() < SHRUNK {
            if !args.machines.quiet {
                talk(format_args!("seed {}: {} events differ, shrinking", run.seed, run.numbers.len()));
            }
            found.shrunk = Some(small(args, target, run, again)?);
        }
        on.differences.push(found);
    }
    Ok(on)
}

fn unplayable(run: &Run, message: &str) -> Failure {
    Failure::new(Exit::LiveUnusable, format!("error: seed {}: {message}", run.seed))
}

fn small(args: &Fuzz, target: &Target<'_>, run: &Run, played: Played) -> Result<Small, Failure> {
    let shrunk = shrink::shrink(target, &run.script, played, Duration::from_secs(60 * args.shrink))?;
    let profile = validate::profile(shrunk.played.kernel());
    Ok(Small {
        command: command(args, target, run.seed, &shrunk.events),
        story: story(&shrunk.script, &shrunk.events, &shrunk.played.log, profile),
        smallest: shrunk.smallest,
        events: shrunk.events,
    })
}

fn command(args: &Fuzz, target: &Target<'_>, seed: u64, events: &[usize]) -> String {
    let kernel = target.release().map_or(String::new(), |release| format!(" --vm --kernel {release}"));
    let events = Ranges::of(events);
    format!("ipvslab live fuzz{kernel} --seed {seed} --packets {} --only-events {events}", args.packets)
}

fn difference(run: &Run, played: &Played, again: bool, shrunk: Option<Small>) -> Difference {
    let (how, first) = verdict::ways(&played.comparison)
        .find_map(|(how, mode)| Some((how, mode.first.clone()?)))
        .expect("a difference has a first one");
    let told = verdict::divergence(&played.kernel().release, &format!("seed {}", run.seed), how, &first, &[]);
    Difference { seed: run.seed, straddled: played.comparison.straddled, again, first, shrunk, told }
}
