//! Exit codes: what a script may rely on. clap itself exits with 2 when the command line is wrong.

use std::process::ExitCode;

/// How a command ended, for its caller.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Exit {
    /// An internal fault.
    Internal = 1,
    /// The command line is wrong in a way that clap does not see.
    Usage = 2,
    /// A scenario or trace is wrong or cannot be read.
    InvalidInput = 3,
    /// There was nothing to run.
    NothingSelected = 4,
    /// The kernel or the machine is unavailable, or something they need.
    LiveUnusable = 5,
    /// Results cannot be written.
    Output = 6,
    /// An objective is violated.
    ObjectiveViolated = 20,
    /// Results are worse than those they are compared with.
    Regression = 21,
    /// Simulated and reference values differ.
    Differs = 22,
    /// Intervals are too wide to decide.
    Inconclusive = 23,
}

/// A failure with its message and its exit code.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    pub(crate) message: String,
}

impl Failure {
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into() }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
