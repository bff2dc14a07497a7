//! A case on a kernel: what was expected, what the kernel did, what the model did.

use std::fmt;

use ipvslab_schedulers::{Accounting, KernelProfile};
use serde::Serialize;

use super::case::{Case, Play, Scripted, What};
use super::check::Answers;
use crate::log::{KernelFacts, Log};
use crate::model::{describe, only_in};
use crate::order::{Answer, Task};

/// What a case came to on a kernel.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case", tag = "result", content = "detail")]
pub enum Verdict {
    /// Kernel, expectation and model agree.
    Equal,
    /// They do not, and where.
    Different(Vec<Difference>),
    /// The kernel does not have the scheduler.
    NoScheduler,
    /// No engine can play it, and why.
    Unplayable(&'static str),
}

/// A place where they do not agree.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Difference {
    /// Which event or command, and what it was.
    pub step: String,
    /// What was expected, if anything was.
    pub expected: Option<String>,
    /// What the kernel did.
    pub kernel: String,
    /// What the model did; `None` for commands, of which it knows nothing.
    pub model: Option<String>,
}

/// Why a case has no verdict.
#[derive(Debug, thiserror::Error)]
pub enum NoVerdict {
    /// It could not be played.
    #[error("{0}")]
    Failed(String),
    /// The answer is not to this case.
    #[error("the kernel's answer is of another case, or cut short")]
    Astray,
}

impl Case {
    /// What a kernel is asked to do; `None` if it cannot be played.
    pub fn task(&self) -> Option<Task> {
        match &self.play {
            Play::Script(scripted) => Some(Task::Play(Box::new(scripted.script.clone()))),
            Play::Commands(told) => Some(Task::Tell(told.iter().map(|told| told.command.clone()).collect())),
            Play::Unplayable(_) => None,
        }
    }

    /// Compares a kernel's answer with what was expected, and with the model under the profile of the kernel.
    ///
    /// # Errors
    /// If it could not be played, or the answer is not to this case.
    pub fn judge(
        &self,
        answer: Option<&Answer>,
        profile: impl Fn(&KernelFacts) -> KernelProfile,
    ) -> Result<Verdict, NoVerdict> {
        match (&self.play, answer) {
            (&Play::Unplayable(why), _) => Ok(Verdict::Unplayable(why)),
            (_, Some(Answer::NoScheduler)) => Ok(Verdict::NoScheduler),
            (_, Some(Answer::Failed(why))) => Err(NoVerdict::Failed(why.clone())),
            (Play::Script(scripted), Some(Answer::Played(log))) => {
                scripted.differences(log, profile(&log.kernel)).map(Verdict::of).ok_or(NoVerdict::Astray)
            }
            (Play::Commands(told), Some(Answer::Told(kernel, ended))) if told.len() == ended.len() => {
                let accounting = Accounting::from(kernel.accounting);
                let differing =
                    told.iter().zip(ended).filter(|(told, ended)| told.expected(accounting) != **ended);
                let difference = differing.map(|(told, ended)| Difference {
                    step: told.command.to_string(),
                    expected: Some(told.expected(accounting).to_string()),
                    kernel: ended.to_string(),
                    model: None,
                });
                Ok(Verdict::of(difference.collect()))
            }
            _ => Err(NoVerdict::Astray),
        }
    }
}

impl Verdict {
    fn of(differences: Vec<Difference>) -> Self {
        if differences.is_empty() { Self::Equal } else { Self::Different(differences) }
    }
}

impl Scripted {
    /// Where kernel, expectation and model do not agree; `None` if the log is of another script.
    fn differences(&self, log: &Log, profile: KernelProfile) -> Option<Vec<Difference>> {
        let kernel = Answers::of_kernel(&self.script, log, profile)?;
        let model = Answers::of_model(&self.script, profile, log.clock(), log.times());
        let step = |event: usize| format!("event {event}, {}", describe(&self.script, event));
        let mut differences = Vec::new();
        // Events of which all is said.
        let mut said = vec![false; self.script.events.len()];
        for expectation in self.expected(profile.accounting) {
            match expectation.what {
                What::Share { of, .. } => said[expectation.event..expectation.event + of].fill(true),
                What::ConnectionsLeft { .. } | What::TemplatesLeft { .. } => said[expectation.event] = true,
                _ => {}
            }
            if self.is_met(expectation, &kernel) && self.is_met(expectation, &model) {
                continue;
            }
            said[expectation.event] = true;
            differences.push(Difference {
                step: step(expectation.event),
                expected: Some(self.wanted(&expectation.what)),
                kernel: self.found(expectation, &kernel),
                model: Some(self.found(expectation, &model)),
            });
        }
        for event in (0..said.len()).filter(|&event| !said[event]) {
            let (of_kernel, of_model) = if kernel.outcomes[event] == model.outcomes[event] {
                match (&kernel.looks[event], &model.looks[event]) {
                    (Some(of_kernel), Some(of_model)) if of_kernel != of_model => {
                        (only_in(of_kernel, of_model), only_in(of_model, of_kernel))
                    }
                    _ => continue,
                }
            } else {
                (self.ended(kernel.outcomes[event]), self.ended(model.outcomes[event]))
            };
            differences.push(Difference {
                step: step(event),
                expected: None,
                kernel: of_kernel,
                model: Some(of_model),
            });
        }
        Some(differences)
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { step, expected, kernel, model } = self;
        let expected = expected.as_deref().unwrap_or("nothing said");
        let model = model.as_deref().unwrap_or("knows nothing of it");
        write!(f, "{step}: expected: {expected}; kernel: {kernel}; model: {model}")
    }
}
