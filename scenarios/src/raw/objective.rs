//! `[[objectives]]`, and `run.stop_when`, as they are written.

use ipvslab_schedulers::SchedulerKind;
use ipvslab_sim::MetricKey;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::objective::Requirement;
use crate::quoted::{At, Quoted};

/// An objective that the results must meet.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Objective {
    /// A metric, `<` or `>`, and a limit.
    #[schemars(required)]
    pub(crate) require: Option<Quoted<Requirement>>,
    /// The schedulers that must meet it.
    #[schemars(length(min = 1, max = 14), extend("default" = "all that are compared"))]
    pub(crate) schedulers: Option<At<Vec<Quoted<SchedulerKind>>>>,
}

/// Precision at which replications stop.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StopWhen {
    /// The metric whose precision decides.
    #[schemars(required)]
    pub(crate) metric: Option<Quoted<&'static MetricKey>>,
    /// Half the width of its 95 % interval over its mean, under every scheduler.
    #[schemars(required, extend("exclusiveMinimum" = 0.0, "maximum" = 1.0))]
    pub(crate) relative_half_width: Option<At<f64>>,
}
