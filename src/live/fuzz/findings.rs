//! What a fuzzing found, for people and for programs.

use std::fmt::Write as _;

use ipvslab_live::{Comparison, Divergence, KernelFacts};
use serde::Serialize;

use super::super::verdict::grouped;
use crate::print::fold;

/// All of it.
#[derive(Debug, Serialize)]
pub(super) struct Findings {
    pub(super) schema: &'static str,
    pub(super) version: &'static str,
    pub(super) equal: bool,
    pub(super) first_seed: u64,
    pub(super) packets_of_a_run: u32,
    pub(super) kernels: Vec<OnKernel>,
}

/// What one kernel did.
#[derive(Debug, Serialize, Default)]
pub(super) struct OnKernel {
    pub(super) kernel: Option<KernelFacts>,
    pub(super) runs: u64,
    /// Packets that both took.
    pub(super) packets: u64,
    /// Of those, for which the scheduler was asked.
    pub(super) decisions: u64,
    /// Of those, which a template sent.
    pub(super) by_template: u64,
    pub(super) checkpoints: u64,
    /// Events that straddled the edge of a jiffy.
    pub(super) straddled: u64,
    pub(super) differences: Vec<Difference>,
    /// Runs that differed with straddled events, and were equal when they were played again.
    pub(super) replayed: Vec<u64>,
}

/// A run in which model and kernel part.
#[derive(Debug, Serialize)]
pub(super) struct Difference {
    pub(super) seed: u64,
    pub(super) straddled: u64,
    /// Whether it differed again when it was played again.
    pub(super) again: bool,
    pub(super) first: Divergence,
    pub(super) shrunk: Option<Small>,
    #[serde(skip)]
    pub(super) told: String,
}

/// A difference with the fewest events.
#[derive(Debug, Serialize)]
pub(super) struct Small {
    pub(super) events: Vec<usize>,
    /// Whether no single event can be left out any more.
    pub(super) smallest: bool,
    /// What replays it.
    pub(super) command: String,
    /// What happens in it.
    pub(super) story: String,
}

impl OnKernel {
    /// Counts a run.
    pub(super) fn count(&mut self, of: &Comparison) {
        self.runs += 1;
        self.packets += of.decisions + of.segments;
        self.decisions += of.decisions;
        self.by_template += of.by_template;
        self.checkpoints += of.checkpoints.len() as u64;
        self.straddled += of.straddled;
    }
}

impl Findings {
    pub(super) fn json(&self) -> String {
        serde_json::to_string_pretty(self).expect("findings are plain data with text keys")
    }

    /// For a terminal of `width` columns.
    pub(super) fn text(&self, width: usize) -> String {
        let mut text = format!(
            "random directors from seed {}, {} packets each\n\n{:<28} {:>6}  {:>10}  {:>10}  {:>12}  {:>11}  {:>11}\n",
            self.first_seed,
            grouped(self.packets_of_a_run.into()),
            "kernel",
            "runs",
            "packets",
            "decisions",
            "by template",
            "checkpoints",
            "differences"
        );
        for on in &self.kernels {
            let name = on.kernel.as_ref().map_or("–", |kernel| kernel.release.as_str());
            let [runs, packets, decisions, by_template, checkpoints] =
                [on.runs, on.packets, on.decisions, on.by_template, on.checkpoints].map(grouped);
            let _ = writeln!(
                text,
                "{name:<28} {runs:>6}  {packets:>10}  {decisions:>10}  {by_template:>12}  {checkpoints:>11}  {:>11}",
                grouped(on.differences.len() as u64)
            );
        }
        for on in &self.kernels {
            if !on.replayed.is_empty() {
                let seeds: Vec<String> = on.replayed.iter().map(u64::to_string).collect();
                let note = format!(
                    "* seeds {}: events straddled the edge of a jiffy, and what differed did not when they were played \
                     again",
                    seeds.join(", ")
                );
                let _ = writeln!(text, "{}", fold(&note, width));
            }
            for difference in &on.differences {
                text.push_str(&difference.text());
            }
        }
        text
    }
}

impl Difference {
    fn text(&self) -> String {
        let mut text = self.told.clone();
        if self.straddled > 0 {
            let _ = writeln!(text, "  {} events of it straddled the edge of a jiffy", self.straddled);
        }
        if !self.again {
            text.push_str("  played again by itself, it is equal\n");
        }
        if let Some(small) = &self.shrunk {
            let smallest = if small.smallest { "" } else { " (a smaller set may exist)" };
            let _ = write!(
                text,
                "\n  with {} events{smallest}:\n{}\n  {}\n",
                small.events.len(),
                small.story,
                small.command
            );
        }
        text
    }
}
