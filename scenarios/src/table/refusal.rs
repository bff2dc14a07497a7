//! A problem on its way to the list of problems.

use std::ops::Range;

use crate::problem::{Level, Problem};

/// A [`Problem`] small enough for every `Result`.
#[derive(Clone, Debug)]
pub(super) struct Refusal(Box<Problem>);

impl Refusal {
    /// An error that says this.
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self(Box::new(Problem::error("", message)))
    }

    /// Where it is.
    pub(super) fn at(mut self, span: &Range<usize>) -> Self {
        self.0.span = Some(span.clone());
        self
    }

    /// A second place that has to do with it, and what is there.
    pub(super) fn also(mut self, span: &Range<usize>, label: &str) -> Self {
        self.0.also = Some((span.clone(), label.to_owned()));
        self
    }

    /// The same as a warning, if the program that the file is for goes on: with what it does.
    pub(super) fn passed_over(mut self, outcome: &str) -> Problem {
        self.0.level = Level::Warning;
        self.0.message = format!("{}: {outcome}", self.0.message);
        *self.0
    }

    /// What to do.
    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.0.help = Some(help.into());
        self
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        *refusal.0
    }
}
