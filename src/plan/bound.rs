//! What is known before anything is run: what no number of servers can hold, and what formulas say.

use std::io::{IsTerminal, stderr};

use ipvslab_reports::plan::PlanUnit;
use ipvslab_reports::plan::formula::{Asked, EqualServers, Spreading};
use ipvslab_reports::plan::plan_metric_words;
use ipvslab_reports::{Metric, Objective};
use ipvslab_scenarios::{Scenario, WorkSeen};
use ipvslab_schedulers::SchedulerKind;
use ipvslab_sim::{Discipline, MetricKey};

use super::subject::Subject;
use crate::args::Varied;
use crate::exit::{Exit, Failure};

/// Connections that a core simulates per second, roughly.
const PER_SECOND: f64 = 2e6;
/// Runs that a search makes, roughly: exploring ten sizes, and certifying two at forty replications.
const RUNS: f64 = 130.0;
/// How many times the time to settle a window is to have at least.
const SETTLED: f64 = 30.0;
/// Rounding of a bound that is met exactly.
const ROUNDING: f64 = 1e-9;

/// The work of the scenario.
fn work(scenario: &Scenario) -> Result<Option<WorkSeen>, Failure> {
    scenario.work_seen().map_err(|error| Failure::new(Exit::InvalidInput, format!("error: {error}")))
}

/// Objectives that the work alone breaks, on an idle farm of any size.
pub(super) fn infeasible(scenario: &Scenario, objectives: &[Objective]) -> Result<Vec<String>, Failure> {
    if scenario.has_caches() {
        return Ok(Vec::new());
    }
    let Some(work) = work(scenario)? else { return Ok(Vec::new()) };
    let speed = scenario.servers.iter().map(|info| info.server.speed).fold(0.0, f64::max);
    let mut lines = Vec::new();
    for objective in objectives.iter().filter(|objective| objective.below && objective.schedulers.is_empty())
    {
        let limit_s = objective.limit / 1e6;
        let key = MetricKey::read(objective.metric.key()).expect("every metric has a key");
        let least_s = match (objective.metric, key.beyond) {
            (Metric::ResponseMean, _) if work.mean_s / speed >= limit_s * (1.0 - ROUNDING) => {
                work.mean_s / speed
            }
            (
                Metric::ResponseP50 | Metric::ResponseP95 | Metric::ResponseP99 | Metric::ResponseP999,
                Some(beyond),
            ) if work.at_least(limit_s * speed) >= beyond * (1.0 - ROUNDING) => work.quantile(beyond) / speed,
            _ => continue,
        };
        let least = plan_metric_words(objective.metric, least_s * 1e6);
        lines.push(format!(
            "\u{201c}{}\u{201d} cannot be held by any number of servers: the work alone has a {} of {least} at the speed of the \
             fastest server. What helps is servers more than {:.2} times as fast, or a limit above {least}.",
            objective.text,
            objective.metric.words(),
            least_s / limit_s
        ));
    }
    Ok(lines)
}

/// The least size for which formulas say that all objectives hold that they know; `None` where they know none, or no size.
pub(super) fn formula(
    scenario: &Scenario,
    subject: &Subject,
    scheduler: SchedulerKind,
    objectives: &[Objective],
) -> Result<Option<i64>, Failure> {
    let Some(work) = work(scenario)? else { return Ok(None) };
    let first = &scenario.servers[0].server;
    let is_equal = |other: &ipvslab_sim::RealServer| {
        other.discipline == first.discipline
            && other.speed == first.speed
            && other.backlog == first.backlog
            && other.listed
    };
    let is_known = scenario.is_steady()
        && !scenario.has_closed_loops()
        && !scenario.has_caches()
        && scenario.servers.iter().all(|info| is_equal(&info.server))
        && matches!(first.backlog, None | Some(0));
    if !is_known {
        return Ok(None);
    }
    let spreading = match scheduler.name() {
        "rr" | "wrr" => Spreading::InTurn,
        "random" | "sh" | "mh" | "dh" | "twos" => Spreading::AtRandom,
        _ => Spreading::Pooled,
    };
    let base = EqualServers {
        spreading,
        servers: scenario.servers.len() as u32,
        width: first.discipline.width(),
        shares: matches!(first.discipline, Discipline::ProcessorSharing { .. }),
        refuses: first.backlog == Some(0),
        rate: scenario.arrival_rate(),
        mean_work_s: work.mean_s / first.speed,
        work_scv: work.scv,
        arrivals_scv: scenario.arrivals_scv(),
    };
    let sized = |size: i64| {
        let farm = match (subject.varied().map(|vary| vary.what), subject.unit()) {
            (Some(Varied::Count), _) => EqualServers { servers: size as u32, ..base },
            (Some(Varied::Slots | Varied::Cores), _) => EqualServers { width: size as u32, ..base },
            (_, PlanUnit::Load) => EqualServers { rate: subject.number(size), ..base },
            _ => base,
        };
        EqualServers { servers: farm.servers.saturating_sub(subject.survive), ..farm }
    };
    let asked: Vec<(Asked, f64)> = objectives.iter().filter_map(asked).collect();
    let holds = |size: i64| {
        let farm = sized(size);
        farm.servers > 0
            && asked.iter().all(|&(asked, limit)| farm.value(asked).is_none_or(|value| value < limit))
    };
    let knows_any = asked.iter().any(|&(asked, _)| sized(subject.among().1).value(asked).is_some());
    let (least, most) = subject.among();
    if !knows_any || !holds(most) {
        return Ok(None);
    }
    let (mut fails, mut found) = (least - 1, most);
    while found - fails > 1 {
        let middle = fails + (found - fails) / 2;
        if holds(middle) { found = middle } else { fails = middle }
    }
    Ok(Some(found))
}

/// What a formula is asked for an objective, and its limit.
fn asked(objective: &Objective) -> Option<(Asked, f64)> {
    let seconds = objective.limit / 1e6;
    let beyond = MetricKey::read(objective.metric.key())?.beyond;
    let found = match (objective.metric, beyond) {
        (Metric::ResponseMean, _) => (Asked::MeanResponse, seconds),
        (Metric::WaitingMean, _) => (Asked::MeanWait, seconds),
        (Metric::WaitingP95 | Metric::WaitingP99, Some(beyond)) => (Asked::WaitBeyond(seconds), beyond),
        (_, Some(beyond)) => (Asked::ResponseBeyond(seconds), beyond),
        (Metric::Refused | Metric::Failed, None) => (Asked::Refused, objective.limit),
        _ => return None,
    };
    objective.below.then_some(found)
}

/// What a plan will take, roughly.
pub(super) fn cost(scenario: &Scenario, cases: usize) -> String {
    let of_run = scenario.arrival_rate() * scenario.duration.as_secs_f64();
    let all = of_run * RUNS * (cases * scenario.schedulers.len()) as f64;
    let seconds = all / PER_SECOND / rayon::current_num_threads() as f64;
    let time = if seconds < 90.0 {
        format!("{:.0} s", seconds.max(1.0))
    } else {
        format!("{:.0} min", seconds / 60.0)
    };
    let stop = if stderr().is_terminal() { "; Ctrl-C ends it with what is certified by then" } else { "" };
    format!("about {:.1e} connections will be simulated: some {time}{stop}", all)
}

/// That the windows are short for how slowly the farm of the answer settles; nothing if they are not.
pub(super) fn settling(scenario: &Scenario, subject: &Subject, size: i64) -> Option<String> {
    if !scenario.is_steady() {
        return None;
    }
    let work = work(scenario).ok()??;
    let load = subject.load_ratio(size);
    let rate = match subject.unit() {
        PlanUnit::Load => subject.number(size),
        _ => scenario.arrival_rate(),
    };
    let spare = (rate / load).sqrt() - rate.sqrt();
    let settles = 0.5 * (scenario.arrivals_scv() + work.scv) / (spare * spare);
    let window = scenario.duration.as_secs_f64() - scenario.warm_up.as_secs_f64();
    (window < SETTLED * settles).then(|| {
        format!(
            "the window of {window:.0} s is only {:.0} times as long as the farm takes to settle at this size; {:.0} s would do",
            window / settles,
            (SETTLED * settles).ceil()
        )
    })
}
