//! What is known of a log without looking at it.

use super::super::format::Format;
use super::super::format_string::FormatString;
use super::super::mapping::Mapping;
use super::super::meaning::Durations;
use super::super::said::Who;

/// What is known of a log without looking at it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    /// What it is said to be.
    pub(crate) format: Option<Format>,
    pub(crate) given: Option<Given>,
    pub(crate) durations: Option<Durations>,
    pub(crate) who: Who,
}

/// A format that is spelled out.
#[derive(Clone, Debug)]
pub enum Given {
    /// `--log-format`
    String(Box<FormatString>),
    /// `--map`
    Map(Box<Mapping>),
}
