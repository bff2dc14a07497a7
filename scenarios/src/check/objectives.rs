//! `[[objectives]]`: whether they can be judged.

use ipvslab_schedulers::SchedulerKind;
use ipvslab_sim::{MetricKey, Needs};

use super::Findings;
use crate::objective::Objective;
use crate::problem::Problem;
use crate::raw::File;
use crate::scenario::Scenario;

/// Connections that must lie beyond a quantile for it to be reported.
const LEAST_BEYOND: f64 = 10.0;

/// The objectives of a file whose study compares `compared`.
pub(super) fn objectives(file: &File, compared: &[SchedulerKind], findings: &mut Findings) -> Vec<Objective> {
    let mut read = Vec::new();
    for raw in file.objectives.iter().flat_map(|objectives| &objectives.value) {
        let Some(require) = &raw.value.require else { continue };
        let mut schedulers = Vec::new();
        for kind in raw.value.schedulers.iter().flat_map(|list| &list.value) {
            if compared.contains(&kind.value) {
                schedulers.push(kind.value);
            } else {
                let message = format!("`{}` is not among the schedulers that are compared", kind.value);
                let problem = Problem::error("objectives.schedulers", message).at(&kind.span);
                findings.report(problem.help("service.schedulers has those"));
            }
        }
        let require = require.value.clone();
        read.push(Objective {
            metric: require.metric.key,
            below: require.below,
            limit: require.limit,
            text: require.text,
            schedulers,
        });
    }
    read
}

/// What a scenario would need for a metric, and does not have.
fn missing(metric: &MetricKey, scenario: &Scenario) -> Option<&'static str> {
    let has_director = scenario.passage.is_some_and(|passage| passage.capacity.is_some());
    let has_health = scenario.disturbances.as_ref().is_some_and(|disturbances| disturbances.health.is_some());
    match metric.needs? {
        Needs::Capacity => (!has_director).then_some("[director]"),
        Needs::Cache => (!scenario.has_caches()).then_some("server with a `cache`"),
        Needs::HealthCheck => (!has_health).then_some("[health]"),
    }
}

/// Warns of quantiles that a run has too few connections for.
pub(super) fn resolution(scenario: &Scenario, file: &File, findings: &mut Findings) {
    let measured = 1.0 - scenario.warm_up.as_secs_f64() / scenario.duration.as_secs_f64();
    let expected = scenario.expected_connections * measured;
    for raw in file.objectives.iter().flat_map(|objectives| &objectives.value) {
        let Some(require) = &raw.value.require else { continue };
        if let Some(section) = missing(require.value.metric, scenario) {
            let message = format!("`{}` is not measured: there is no {section}", require.value.metric.key);
            let problem = Problem::warning("objectives.require", message).at(&require.span);
            findings.report(problem.help("the objective would stay undecided"));
            continue;
        }
        let Some(beyond) = require.value.metric.beyond.filter(|beyond| expected * beyond < LEAST_BEYOND)
        else {
            continue;
        };
        let message = format!(
            "`{}` needs {:.0} connections or more in each replication, and about {expected:.0} are expected",
            require.value.metric.key,
            LEAST_BEYOND / beyond
        );
        let problem = Problem::warning("objectives.require", message).at(&require.span);
        findings.report(problem.help("use a longer duration, or a quantile closer to the median"));
    }
}
