//! Model against kernel: the same script, two answers.
//!
//! The model takes the script in two ways. **Free-running**, it binds every connection to the server that it chose
//! itself, so one difference may lead to others. **Resynchronised**, it is asked for its decision and then follows the
//! kernel's, so every difference counts once. Both run in the kernel's own jiffies.

mod law;
mod story;
mod world;

use ipvslab_schedulers::KernelProfile;
use serde::Serialize;

use crate::log::{Counters, Log};
use crate::model::ModelServer;
use crate::script::{Action, Script};
pub use law::LawTest;
pub use story::story;
use world::{Follows, World};

/// What a comparison found.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Comparison {
    /// Decisions that both made: packets for which the scheduler was asked.
    pub decisions: u64,
    /// The model by itself; `None` for a scheduler whose random numbers cannot be known.
    pub free_running: Option<Mode>,
    /// The model following the kernel.
    pub resynchronised: Mode,
    /// For `twos`: the kernel's choices against the law that they must follow.
    pub law: Option<LawTest>,
    /// All other packets that both took: of connections in progress, or sent to a server by a template.
    pub segments: u64,
    /// Of those, packets that began a connection to the server that a template named, as the model (following the kernel)
    /// has it.
    pub by_template: u64,
    /// By server: connections given to it by the model (free-running; for `twos` on average, by its law) and by the kernel.
    pub shares: Vec<Share>,
    /// The looks at the counters, model (following the kernel) and kernel.
    pub checkpoints: Vec<Checkpoint>,
    /// Packets and edits during which the kernel's jiffy changed.
    pub straddled: u64,
    /// Looks at the counters that took the kernel longer than a jiffy.
    pub long_looks: u64,
}

/// One way of comparing.
#[derive(Clone, PartialEq, Debug, Serialize, Default)]
pub struct Mode {
    /// Decisions that differ.
    pub decisions_differ: u64,
    /// Packets of connections in progress of which one side passed on what the other did not, or elsewhere.
    pub segments_differ: u64,
    /// Checkpoints at which the order of the list, a weight or a count differs.
    pub checkpoints_differ: u64,
    /// The first difference of any kind.
    pub first: Option<Divergence>,
}

impl Mode {
    /// Whether nothing differs.
    pub fn is_equal(&self) -> bool {
        self.decisions_differ + self.segments_differ + self.checkpoints_differ == 0
    }
}

/// Connections given to a server.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Default)]
pub struct Share {
    /// By the model.
    pub model: u64,
    /// By the kernel.
    pub kernel: u64,
}

/// A look at all servers, in the order of the list.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Checkpoint {
    /// Seconds since the start.
    pub at_s: f64,
    /// As the model counts.
    pub model: Vec<Counters>,
    /// As the kernel counts.
    pub kernel: Vec<Counters>,
}

/// A place where model and kernel part.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Divergence {
    /// The number of the event.
    pub event: usize,
    /// Decisions before it.
    pub decision: u64,
    /// Seconds since the start.
    pub at_s: f64,
    /// The event.
    pub action: String,
    /// What the model did.
    pub model: String,
    /// What the kernel did.
    pub kernel: String,
    /// The model's list before the event, head first.
    pub servers: Vec<ModelServer>,
}

impl Comparison {
    /// Whether model and kernel did the same.
    pub fn is_equal(&self) -> bool {
        self.free_running.as_ref().is_none_or(Mode::is_equal)
            && self.resynchronised.is_equal()
            && self.law.as_ref().is_none_or(LawTest::holds)
    }
}

/// Why a log cannot be compared.
#[derive(Debug, thiserror::Error)]
#[error(
    "the kernel's log has {found} {what}, and the script {expected}: it is of another script, or cut short"
)]
pub struct LogMismatch {
    what: &'static str,
    found: usize,
    expected: usize,
}

/// Compares a kernel's answer with the model's.
///
/// # Errors
/// If the log does not belong to the script.
pub fn compare(script: &Script, log: &Log, profile: KernelProfile) -> Result<Comparison, LogMismatch> {
    let checkpoints = script.events.iter().filter(|event| event.action == Action::Checkpoint).count();
    for (what, found, expected) in [
        ("outcomes", log.outcomes.len(), script.events.len()),
        ("jiffies", log.jiffies.len(), script.events.len()),
        ("checkpoints", log.checkpoints.len(), checkpoints),
    ] {
        if found != expected {
            return Err(LogMismatch { what, found, expected });
        }
    }
    let by_law = script.scheduler() == ipvslab_schedulers::SchedulerKind::Twos;
    let free = (!by_law).then(|| World::new(script, log, profile, Follows::Itself).run());
    let followed = World::new(script, log, profile, Follows::Kernel).run();
    let mut shares = vec![Share::default(); script.servers.len()];
    let model = free.as_ref().unwrap_or(&followed);
    for (share, &count) in shares.iter_mut().zip(&model.assigned) {
        share.model = count;
    }
    if let Some(law) = &followed.law {
        for (share, tally) in shares.iter_mut().zip(&law.servers) {
            share.model = tally.expected.round() as u64;
        }
    }
    for (share, &count) in shares.iter_mut().zip(&followed.of_kernel) {
        share.kernel = count;
    }
    Ok(Comparison {
        decisions: followed.decisions,
        free_running: free.map(|answer| answer.mode),
        segments: followed.segments,
        by_template: followed.by_template,
        law: followed.law,
        resynchronised: followed.mode,
        shares,
        checkpoints: followed.checkpoints,
        straddled: log.straddled,
        long_looks: log.checkpoints.iter().filter(|look| look.lasted > 0).count() as u64,
    })
}

#[cfg(test)]
mod tests;
