//! What a validation found, decision by decision, as its page shows it.

use ipvslab_schedulers::SchedulerKind;

/// A validation: the same events to the model and to one kernel or several.
#[derive(Clone, PartialEq, Debug)]
pub struct ValidationReport {
    /// What was played.
    pub title: String,
    /// The program that compared.
    pub version: String,
    /// The seed of what was played.
    pub seed: u64,
    /// What the comparison came to, in a sentence.
    pub sum: String,
    /// Each kernel in words.
    pub kernels: Vec<String>,
    /// A row a kernel and scheduler.
    pub rows: Vec<ValidationRow>,
    /// What is not checked against a kernel, or only in part.
    pub notes: Vec<String>,
}

impl ValidationReport {
    /// The decisions of every row.
    pub(crate) fn panels(&self) -> Vec<AgreementPanel> {
        self.rows.iter().map(|row| row.panel.clone()).collect()
    }
}

/// One scheduler on one kernel.
#[derive(Clone, PartialEq, Debug)]
pub struct ValidationRow {
    /// Decisions and connections by server.
    pub panel: AgreementPanel,
    /// How packets are forwarded, in ipvsadm's word.
    pub forwarding: String,
    /// Whether nothing differs.
    pub is_equal: bool,
    /// Of a scheduler whose random numbers cannot be known: how many standard deviations the server that is furthest off its law
    /// is away from it.
    pub law_deviation: Option<f64>,
    /// Decisions that differ when the model follows the kernel.
    pub followed_differ: u64,
    /// Other packets that were compared, and how many of them differ.
    pub packets: (u64, u64),
    /// Looks at the counters, and at how many of them something differs.
    pub checkpoints: (u64, u64),
    /// Where both part first, if they do.
    pub first: Option<FirstDifference>,
    /// Each server's counters.
    pub counters: Vec<CounterRow>,
}

/// One scheduler's decisions, compared with the kernel's.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AgreementPanel {
    /// Who chose the servers.
    pub scheduler: SchedulerKind,
    /// Which kernel it is, in words.
    pub kernel: String,
    /// How many decisions were compared.
    pub decisions: u64,
    /// Of these, decisions for another server than the kernel's; `None` where the kernel's random numbers cannot be known,
    /// so that the model has a law of its choices and no decisions.
    pub differ: Option<u64>,
    /// Each server's name, and the connections it got from the model by itself (by law: on average) and from the kernel.
    pub servers: Vec<(String, u64, u64)>,
}

/// Where model and kernel part first.
#[derive(Clone, PartialEq, Debug)]
pub struct FirstDifference {
    /// In which way of comparing, at which event, after what.
    pub place: String,
    /// The event.
    pub action: String,
    /// What the model did.
    pub model: String,
    /// What the kernel did.
    pub kernel: String,
    /// The model's list before the event, head first: server, weight, active, inactive, whether it is overloaded.
    pub servers: Vec<(String, u32, u32, u32, bool)>,
}

/// A server's counters in the model and in the kernel.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CounterRow {
    /// Its name.
    pub server: String,
    /// Weight, active and inactive connections in the model at the last look; `None` if it is not in the list there.
    pub model: Option<[u32; 3]>,
    /// The kernel's.
    pub kernel: Option<[u32; 3]>,
    /// The greatest difference of active or inactive connections at any look.
    pub furthest: u32,
}
