//! A kernel that takes scripts, in as many machines at once as there are cores.

use indicatif::MultiProgress;
use ipvslab_live::kernels::Kernel;
use ipvslab_live::vm::Limits;
use ipvslab_live::{Answer, Comparison, KernelFacts, Log, Order, Script, compare};
use rayon::prelude::*;

use super::super::{machine, validate};
use crate::exit::{Exit, Failure};

/// About how many events one machine takes, so that its memory and the way back are never full.
const EVENTS_OF_A_MACHINE: usize = 60_000;

/// Fewer are played before another machine has booted.
const EVENTS_WORTH_A_BOOT: usize = 10_000;

/// A kernel to play to.
pub(super) enum Target<'a> {
    /// The running one.
    Here,
    /// One in a machine.
    Machine { kernel: &'a Kernel, limits: &'a Limits, progress: &'a MultiProgress },
}

/// A script that was played, and what the comparison says.
pub(super) struct Played {
    pub(super) log: Box<Log>,
    pub(super) comparison: Comparison,
}

impl Played {
    /// The script's place of the first difference of any kind.
    pub(super) fn first_event(&self) -> Option<usize> {
        let free = self.comparison.free_running.as_ref().and_then(|mode| mode.first.as_ref());
        let followed = self.comparison.resynchronised.first.as_ref();
        free.into_iter().chain(followed).map(|first| first.event).min()
    }

    pub(super) fn kernel(&self) -> &KernelFacts {
        &self.log.kernel
    }
}

impl Target<'_> {
    /// The name of the kernel, for a command line; `None` for the running one.
    pub(super) fn release(&self) -> Option<&str> {
        match self {
            Self::Here => None,
            Self::Machine { kernel, .. } => Some(&kernel.release),
        }
    }

    /// Plays scripts and compares each; what went wrong with one is its own.
    pub(super) fn play(&self, scripts: &[Script]) -> Result<Vec<Result<Played, String>>, Failure> {
        let events: usize = scripts.iter().map(|script| script.events.len()).sum();
        let cores = if events < EVENTS_WORTH_A_BOOT { 1 } else { rayon::current_num_threads() };
        let machines = events.div_ceil(EVENTS_OF_A_MACHINE).max(1).next_multiple_of(cores);
        let batch = scripts.len().div_ceil(machines).max(1);
        let of_batch = |batch: &[Script]| self.batch(batch);
        let played: Vec<Vec<_>> = match self {
            Self::Here => scripts.chunks(batch).map(of_batch).collect::<Result<_, _>>()?,
            Self::Machine { .. } => scripts.par_chunks(batch).map(of_batch).collect::<Result<_, _>>()?,
        };
        Ok(played.into_iter().flatten().collect())
    }

    /// In one machine, or in none if there is nothing to play.
    fn batch(&self, scripts: &[Script]) -> Result<Vec<Result<Played, String>>, Failure> {
        if scripts.is_empty() {
            return Ok(Vec::new());
        }
        let order = Order::Play(scripts.to_vec());
        let (asked, answers) = match self {
            Self::Here => validate::here(&order),
            Self::Machine { kernel, limits, progress } => {
                machine::ask(kernel, &order, &order.encode(), limits, progress)?
            }
        };
        if answers.len() != scripts.len() {
            let found = format!("{} answers to {} scripts", answers.len(), scripts.len());
            return Err(Failure::new(Exit::LiveUnusable, format!("error: {asked}: {found}")));
        }
        Ok(scripts.par_iter().zip(answers).map(|(script, answer)| compared(script, answer)).collect())
    }
}

fn compared(script: &Script, answer: Answer) -> Result<Played, String> {
    match answer {
        Answer::Played(log) => {
            let comparison = compare(script, &log, validate::profile(&log.kernel));
            comparison.map(|comparison| Played { log, comparison }).map_err(|error| error.to_string())
        }
        Answer::Failed(message) => Err(message),
        Answer::NoScheduler => Err("the kernel does not have one of the schedulers".to_owned()),
        Answer::Served(_) | Answer::Toured(_) | Answer::Told(..) => unreachable!("scripts are played"),
    }
}
