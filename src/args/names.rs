//! Names that the command line knows: schedulers, metrics and scenarios of the catalog, so that shells can complete them.

use std::ffi::OsStr;
use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Arg, Command, Error};
use ipvslab_reports::Metric;
use ipvslab_schedulers::SchedulerKind;

/// A scheduler of the kernel, or a baseline.
pub(crate) fn scheduler() -> impl TypedValueParser<Value = SchedulerKind> {
    PossibleValuesParser::new(SchedulerKind::every().map(SchedulerKind::name))
        .map(|name| SchedulerKind::named(&name).expect("one of the names above"))
}

/// A scheduler of the kernel.
pub(crate) fn kernel_scheduler() -> impl TypedValueParser<Value = SchedulerKind> {
    PossibleValuesParser::new(SchedulerKind::ALL.map(SchedulerKind::name))
        .map(|name| SchedulerKind::named(&name).expect("one of the names above"))
}

/// The key of a metric.
pub(crate) fn metric() -> impl TypedValueParser<Value = Metric> {
    PossibleValuesParser::new(Metric::ALL.map(Metric::key))
        .map(|key| key.parse().expect("one of the keys above"))
}

/// A scenario: any path, and the names of the catalog for completions.
pub(crate) fn scenario() -> ScenarioParser {
    ScenarioParser
}

/// Takes any path; offers the scenarios of the catalog.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ScenarioParser;

impl TypedValueParser for ScenarioParser {
    type Value = PathBuf;

    fn parse_ref(&self, _: &Command, _: Option<&Arg>, value: &OsStr) -> Result<PathBuf, Error> {
        Ok(PathBuf::from(value))
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(ipvslab_scenarios::catalog().map(|entry| PossibleValue::new(entry.argument))))
    }
}
