//! What a validation found, for people and for programs.

use std::fmt::Write as _;

use ipvslab_live::{Checkpoint, Comparison, Divergence, KernelFacts, LawTest, Mode};
use ipvslab_schedulers::SchedulerKind;
use serde::Serialize;

use super::plan::Plan;
use crate::print::fold;

/// A validation: the same scripts on one or several kernels.
#[derive(Debug, Serialize)]
pub(crate) struct Validation {
    pub(crate) schema: &'static str,
    pub(crate) version: &'static str,
    /// What was played.
    pub(crate) title: String,
    pub(crate) engine: &'static str,
    pub(crate) seed: u64,
    pub(crate) equal: bool,
    pub(crate) kernels: Vec<OnKernel>,
    /// What is not checked against the kernel, or only in part.
    pub(crate) tolerated: Vec<String>,
}

/// The answers of one kernel.
#[derive(Debug, Serialize)]
pub(crate) struct OnKernel {
    /// What it says of itself; `None` if it never came to playing.
    pub(crate) kernel: Option<KernelFacts>,
    /// What was asked for.
    pub(crate) asked: String,
    pub(crate) schedulers: Vec<Row>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Row {
    #[serde(skip)]
    pub(crate) kind: SchedulerKind,
    pub(crate) scheduler: &'static str,
    pub(crate) forwarding: &'static str,
    /// The service and servers as the kernel gave them back.
    pub(crate) configuration: Vec<String>,
    #[serde(flatten)]
    pub(crate) result: Found,
}

/// What came of one scheduler.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case", tag = "result")]
pub(crate) enum Found {
    Compared(Box<Comparison>),
    NoScheduler,
}

impl Validation {
    /// What the kernels' answers come to.
    pub(crate) fn new(plan: &Plan, kernels: Vec<OnKernel>) -> Self {
        let mut validation = Self {
            schema: "ipvslab.validation/1",
            version: env!("CARGO_PKG_VERSION"),
            title: plan.title.clone(),
            engine: "packet",
            seed: plan.seed,
            equal: false,
            kernels,
            tolerated: Vec::new(),
        };
        let equal = validation.compared().all(|(_, _, comparison)| comparison.is_equal());
        validation.equal = equal;
        validation.tolerated = validation.tolerated();
        validation
    }

    /// What is not checked against the kernel, or only in part.
    fn tolerated(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if let Some((.., law)) =
            self.compared().find_map(|(on, row, found)| Some((on, row, found.law.as_ref()?)))
        {
            let (servers, limit) = (law.servers.len(), law.limit());
            notes.push(format!(
                "twos draws random integers inside the kernel, which cannot be predicted: its choices are compared with \
                 their law, given the state before each (none impossible; none of {servers} servers more than {limit:.1} standard \
                 deviations off). Packets and counters are compared exactly."
            ));
        }
        let straddled: u64 = self.compared().map(|(_, _, found)| found.straddled).sum();
        if straddled > 0 {
            notes.push(format!(
                "{} events straddled the edge of a jiffy, so timers armed by them may fire one jiffy later than in the model.",
                grouped(straddled)
            ));
        }
        let long_looks: u64 = self.compared().map(|(_, _, found)| found.long_looks).sum();
        if long_looks > 0 {
            notes.push(format!(
                "At {} checkpoints the kernel took longer than a jiffy to list its servers. There, a count is equal if it \
                 lies between the model's before and after the timers that fired meanwhile.",
                grouped(long_looks)
            ));
        }
        notes
    }

    /// As JSON.
    pub(crate) fn json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a validation is plain data with text keys")
    }

    pub(crate) fn compared(&self) -> impl Iterator<Item = (&OnKernel, &Row, &Comparison)> {
        self.kernels.iter().flat_map(|on| {
            on.schedulers.iter().filter_map(move |row| match &row.result {
                Found::Compared(comparison) => Some((on, row, comparison.as_ref())),
                Found::NoScheduler => None,
            })
        })
    }

    /// For a terminal of `width` columns; `shares` adds every server's connections.
    pub(crate) fn text(&self, names: &[String], width: usize) -> String {
        let mut text = fold(&self.title, width);
        text.push('\n');
        for on in &self.kernels {
            text.push('\n');
            text.push_str(&on.text(width));
        }
        for (on, row, comparison) in self.compared() {
            for (how, mode) in ways(comparison) {
                if let Some(first) = &mode.first {
                    text.push_str(&divergence(&on.name(), row.scheduler, how, first, names));
                    break;
                }
            }
        }
        if !names.is_empty() {
            text.push_str(&self.shares(names));
        }
        let _ = write!(text, "\n{}\n", fold(&self.sum(), width));
        for note in &self.tolerated {
            let _ = writeln!(text, "{}", fold(&format!("* {note}"), width));
        }
        text
    }

    /// The counters of both sides as CSV: a line a kernel, scheduler, checkpoint, server.
    pub(crate) fn checkpoints_csv(&self, names: &[String]) -> String {
        let mut table = Table::default();
        table.row([
            "kernel",
            "scheduler",
            "at_s",
            "server",
            "weight_model",
            "weight_kernel",
            "active_model",
            "active_kernel",
            "inactive_model",
            "inactive_kernel",
        ]);
        for (on, row, comparison) in self.compared() {
            for Checkpoint { at_s, model, kernel } in &comparison.checkpoints {
                for counters in kernel {
                    let twin = model.iter().find(|twin| twin.server == counters.server);
                    let theirs = |field: fn(&ipvslab_live::Counters) -> u32| {
                        twin.map_or_else(String::new, |twin| field(twin).to_string())
                    };
                    let number = usize::from(counters.server);
                    table.row([
                        on.name(),
                        row.scheduler.to_owned(),
                        at_s.to_string(),
                        names.get(number).cloned().unwrap_or_else(|| number.to_string()),
                        theirs(|twin| twin.weight),
                        counters.weight.to_string(),
                        theirs(|twin| twin.active),
                        counters.active.to_string(),
                        theirs(|twin| twin.inactive),
                        counters.inactive.to_string(),
                    ]);
                }
            }
        }
        table.text()
    }

    /// Connections given to every server as CSV: a line a kernel, scheduler, server.
    pub(crate) fn shares_csv(&self, names: &[String]) -> String {
        let mut table = Table::default();
        table.row(["kernel", "scheduler", "server", "connections_model", "connections_kernel"]);
        for (on, row, comparison) in self.compared() {
            for (number, share) in comparison.shares.iter().enumerate() {
                table.row([
                    on.name(),
                    row.scheduler.to_owned(),
                    names.get(number).cloned().unwrap_or_else(|| number.to_string()),
                    share.model.to_string(),
                    share.kernel.to_string(),
                ]);
            }
        }
        table.text()
    }

    /// What it came to, in a sentence.
    pub(crate) fn sum(&self) -> String {
        let decisions: u64 = self.compared().map(|(_, _, comparison)| comparison.decisions).sum();
        let parts = self.compared().filter(|(_, _, comparison)| !comparison.is_equal()).count();
        let of = self.compared().count();
        let decisions = grouped(decisions);
        match parts {
            0 => format!("equal: {decisions} decisions in {of} runs, and every count at every checkpoint"),
            _ => format!("DIFFERENT: in {parts} of {of} runs, model and kernel part ({decisions} decisions)"),
        }
    }

    /// Connections by server: model, kernel.
    fn shares(&self, names: &[String]) -> String {
        let longest = names.iter().map(|name| name.chars().count()).max().unwrap_or(0).max(6);
        let mut text = String::new();
        for on in &self.kernels {
            let rows: Vec<_> = self.compared().filter(|(other, ..)| std::ptr::eq(*other, on)).collect();
            if rows.is_empty() {
                continue;
            }
            let _ = writeln!(text, "\nconnections by server, model / {}", on.name());
            let _ = write!(text, "{:longest$}", "server");
            for (_, row, _) in &rows {
                let _ = write!(text, "  {:>15}", row.scheduler);
            }
            text.push('\n');
            for (number, name) in names.iter().enumerate() {
                let _ = write!(text, "{name:longest$}");
                for (_, _, comparison) in &rows {
                    let share = comparison.shares[number];
                    let _ = write!(text, "  {:>15}", format!("{} / {}", share.model, share.kernel));
                }
                text.push('\n');
            }
        }
        text
    }
}

impl OnKernel {
    pub(crate) fn name(&self) -> String {
        self.kernel.as_ref().map_or_else(|| self.asked.clone(), |kernel| kernel.release.clone())
    }

    fn text(&self, width: usize) -> String {
        let mut text = match &self.kernel {
            Some(kernel) => fold(
                &format!(
                    "kernel {} ({}): {:?} accounting by probe, HZ {}",
                    kernel.release, kernel.version, kernel.accounting, kernel.hz
                ),
                width,
            ),
            None => format!("kernel {}", self.asked),
        };
        text.push('\n');
        let _ = writeln!(
            text,
            "{:<6} {:<7} {:>10}  {:>13}  {:>14}  {:>15}  {:>15}",
            "sched.", "forward", "decisions", "free-running", "resynchronised", "packets", "checkpoints"
        );
        for row in &self.schedulers {
            let _ = write!(text, "{:<6} {:<7} ", row.scheduler, row.forwarding);
            let _ = match &row.result {
                Found::NoScheduler => writeln!(text, "{:>10}  this kernel does not have it", "–"),
                Found::Compared(found) => {
                    let first = |mode: &Mode| differ(mode.decisions_differ);
                    let free = match (&found.free_running, &found.law) {
                        (Some(mode), _) => first(mode),
                        (None, Some(law)) => by_law(law),
                        (None, None) => "–".to_owned(),
                    };
                    let followed = &found.resynchronised;
                    let resynchronised = if found.law.is_some() { "–".to_owned() } else { first(followed) };
                    writeln!(
                        text,
                        "{:>10}  {free:>13}  {resynchronised:>14}  {:>15}  {:>15}",
                        grouped(found.decisions),
                        counted(found.segments, followed.segments_differ),
                        counted(found.checkpoints.len() as u64, followed.checkpoints_differ),
                    )
                }
            };
        }
        text
    }
}

pub(crate) fn ways(comparison: &Comparison) -> impl Iterator<Item = (&'static str, &Mode)> {
    let free = comparison.free_running.as_ref().map(|mode| ("free-running", mode));
    free.into_iter().chain([("resynchronised", &comparison.resynchronised)])
}

fn differ(count: u64) -> String {
    if count == 0 { "equal".to_owned() } else { format!("{} differ", grouped(count)) }
}

fn counted(of: u64, count: u64) -> String {
    if count == 0 {
        format!("{} equal", grouped(of))
    } else {
        format!("{} of {} differ", grouped(count), grouped(of))
    }
}

fn by_law(law: &LawTest) -> String {
    match law.impossible {
        0 => format!("law, {:.1} sd", law.worst_deviation()),
        impossible => format!("{impossible} impossible"),
    }
}

/// The first difference, and the state around it.
pub(crate) fn divergence(
    kernel: &str,
    scheduler: &str,
    how: &str,
    first: &Divergence,
    names: &[String],
) -> String {
    let named =
        |server: u16| names.get(usize::from(server)).cloned().unwrap_or_else(|| format!("server {server}"));
    let mut text = format!(
        "\n{scheduler} on {kernel}, {how}: first difference at event {}, after {} decisions and {:.3} s\n  {}\n  \
         model:  {}\n  kernel: {}\n  the model's list before it, head first:\n",
        first.event, first.decision, first.at_s, first.action, first.model, first.kernel
    );
    for server in &first.servers {
        let counters = &server.counters;
        let _ = writeln!(
            text,
            "    {:12} weight {:5}  active {:6}  inactive {:6}{}",
            named(counters.server),
            counters.weight,
            counters.active,
            counters.inactive,
            if server.overloaded { "  overloaded" } else { "" }
        );
    }
    text
}

/// A CSV table in memory, where writing cannot fail.
struct Table(csv::Writer<Vec<u8>>);

impl Default for Table {
    fn default() -> Self {
        Self(csv::Writer::from_writer(Vec::new()))
    }
}

impl Table {
    fn row<const N: usize>(&mut self, cells: [impl AsRef<[u8]>; N]) {
        self.0.write_record(cells).expect("rows are equally long and go to memory");
    }

    fn text(self) -> String {
        let bytes = self.0.into_inner().expect("writing into memory does not fail");
        String::from_utf8(bytes).expect("what was written is text")
    }
}

/// A number with commas between the thousands.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
