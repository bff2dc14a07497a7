//! What is found in a configuration.

use super::super::format_string::Dialect;

/// A format string of a configuration.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Configured {
    /// What the configuration calls it; of HAProxy the section that it is in.
    pub name: String,
    /// Where it is, counted from 1.
    pub line: usize,
    /// Whose it is.
    pub dialect: Dialect,
    /// The format string.
    pub text: String,
}
