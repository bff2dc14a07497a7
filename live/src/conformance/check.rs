//! Whether what was expected came true, on a kernel or on the model.

use ipvslab_schedulers::{Accounting, EntryScan, KernelProfile, Time};
use ipvslab_sim::TimerClock;

use super::case::{End, Expectation, Scripted, What};
use crate::log::{Counters, Log, Outcome};
use crate::model::{Model, named};
use crate::script::{Action, Script};

/// How many standard deviations a share may be off.
const LIMIT: f64 = 5.0;

/// What came of a script, event by event.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Answers {
    pub(super) outcomes: Vec<Outcome>,
    /// What a checkpoint saw; `None` at other events.
    pub(super) looks: Vec<Option<Vec<Counters>>>,
    /// Which part of its table the model or kernel looks at.
    scan: EntryScan,
}

impl Answers {
    /// Those of a kernel of `profile`; `None` if the log is of another script.
    pub(super) fn of_kernel(script: &Script, log: &Log, profile: KernelProfile) -> Option<Self> {
        let mut checkpoints = log.checkpoints.iter();
        let looks: Vec<_> = script
            .events
            .iter()
            .map(|event| match event.action {
                Action::Checkpoint => checkpoints.next().map(|look| look.servers.clone()),
                _ => None,
            })
            .collect();
        let fits = log.outcomes.len() == script.events.len() && log.jiffies.len() == script.events.len();
        fits.then(|| Self { outcomes: log.outcomes.clone(), looks, scan: profile.entry_scan })
    }

    /// The model's, if it takes the events at these times.
    pub(super) fn of_model(
        script: &Script,
        profile: KernelProfile,
        clock: TimerClock,
        times: impl IntoIterator<Item = Time>,
    ) -> Self {
        let mut model = Model::new(script, profile, clock);
        let mut answers = Self { outcomes: Vec::new(), looks: Vec::new(), scan: profile.entry_scan };
        for (event, now) in script.events.iter().zip(times) {
            answers.outcomes.push(model.take(event.action, now, &mut |_, chosen| chosen));
            answers.looks.push((event.action == Action::Checkpoint).then(|| model.counters()));
        }
        answers
    }
}

impl Scripted {
    /// What is expected of kernels of a generation.
    pub(super) fn expected(&self, of: Accounting) -> impl Iterator<Item = &Expectation> {
        self.expectations.iter().filter(move |expectation| expectation.of.is_none_or(|only| only == of))
    }

    /// Whether it came true.
    pub(super) fn is_met(&self, expectation: &Expectation, answers: &Answers) -> bool {
        let event = expectation.event;
        match expectation.what {
            What::Ends(end) => self.ends(end, answers.outcomes[event]),
            What::Connections { server, active, inactive } => counted(answers, event, server)
                .is_some_and(|found| (found.active, found.inactive) == (active, inactive)),
            What::Templates { server, count } => {
                counted(answers, event, server).is_some_and(|found| found.persistent == count)
            }
            What::ConnectionsLeft { server, lot } => counted(answers, event, server)
                .is_some_and(|found| lot.allows(found.active + found.inactive, answers.scan)),
            What::TemplatesLeft { server, lot } => counted(answers, event, server)
                .is_some_and(|found| lot.allows(found.persistent, answers.scan)),
            What::List(ref servers) => {
                let found = answers.looks[event].iter().flatten().map(|counters| counters.server);
                found.eq(servers.iter().copied())
            }
            What::Share { server, of, probability } => {
                let mean = of as f64 * probability;
                let off = self.share(answers, event, of, server) as f64 - mean;
                off.abs() <= LIMIT * (mean * (1.0 - probability)).sqrt()
            }
        }
    }

    fn ends(&self, end: End, outcome: Outcome) -> bool {
        match (end, outcome) {
            (End::Server { server, port }, Outcome::Server { host, port: found }) => {
                self.script.host(server) == host && port.is_none_or(|port| port == found)
            }
            (End::Refused, Outcome::Refused)
            | (End::Reset, Outcome::Reset)
            | (End::Dropped, Outcome::Nothing)
            | (End::Answered, Outcome::Answered)
            | (End::Untouched, Outcome::Untouched) => true,
            _ => false,
        }
    }

    fn share(&self, answers: &Answers, first: usize, of: usize, server: u16) -> usize {
        let host = self.script.host(server);
        let got =
            |outcome: &&Outcome| matches!(outcome, Outcome::Server { host: found, .. } if *found == host);
        answers.outcomes[first..first + of].iter().filter(got).count()
    }

    /// What is expected, in words.
    pub(super) fn wanted(&self, what: &What) -> String {
        match *what {
            What::Ends(End::Server { server, port: None }) => format!("to {}", self.name(server)),
            What::Ends(End::Server { server, port: Some(port) }) => {
                format!("to {}, port {port}", self.name(server))
            }
            What::Ends(End::Refused) => named(Outcome::Refused),
            What::Ends(End::Reset) => named(Outcome::Reset),
            What::Ends(End::Dropped) => named(Outcome::Nothing),
            What::Ends(End::Answered) => named(Outcome::Answered),
            What::Ends(End::Untouched) => named(Outcome::Untouched),
            What::Connections { server, active, inactive } => {
                format!("{}: {active} active, {inactive} inactive", self.name(server))
            }
            What::Templates { server, count } => format!("{}: {count} templates", self.name(server)),
            What::ConnectionsLeft { server, lot } => {
                format!("{}: about {:.0} connections of {}", self.name(server), lot.mean(), lot.of)
            }
            What::TemplatesLeft { server, lot } => {
                format!("{}: about {:.0} templates of {}", self.name(server), lot.mean(), lot.of)
            }
            What::List(ref servers) => self.list(servers.iter().copied()),
            What::Share { server, of, probability } => {
                format!("{}: about {:.0} of {of}", self.name(server), of as f64 * probability)
            }
        }
    }

    /// What was found where something was expected, in words.
    pub(super) fn found(&self, expectation: &Expectation, answers: &Answers) -> String {
        let event = expectation.event;
        let of = |server, tell: &dyn Fn(&Counters) -> String| match counted(answers, event, server) {
            Some(counters) => format!("{}: {}", self.name(server), tell(counters)),
            None => format!("{}: not in the list", self.name(server)),
        };
        match expectation.what {
            What::Ends(_) => self.ended(answers.outcomes[event]),
            What::Connections { server, .. } | What::ConnectionsLeft { server, .. } => {
                of(server, &|found| format!("{} active, {} inactive", found.active, found.inactive))
            }
            What::Templates { server, .. } | What::TemplatesLeft { server, .. } => {
                of(server, &|found| format!("{} templates", found.persistent))
            }
            What::List(_) => {
                let found = answers.looks[event].iter().flatten();
                self.list(found.map(|counters| counters.server))
            }
            What::Share { server, of, .. } => {
                format!("{}: {} of {of}", self.name(server), self.share(answers, event, of, server))
            }
        }
    }

    /// An outcome in words.
    pub(super) fn ended(&self, outcome: Outcome) -> String {
        match outcome {
            Outcome::Server { host, port } => format!("to {}, port {port}", self.name(host)),
            other => named(other),
        }
    }

    fn list(&self, servers: impl Iterator<Item = u16>) -> String {
        let names: Vec<&str> = servers.map(|server| self.name(server)).collect();
        format!("[{}]", names.join(", "))
    }

    fn name(&self, server: u16) -> &'static str {
        self.names.get(usize::from(server)).copied().unwrap_or("an unknown server")
    }
}

fn counted(answers: &Answers, event: usize, server: u16) -> Option<&Counters> {
    answers.looks[event].iter().flatten().find(|counters| counters.server == server)
}
