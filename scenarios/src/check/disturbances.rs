//! What breaks, how clients react, and who watches over the servers.

use ipvslab_schedulers::{Span, Time};
use ipvslab_sim::{
    Abandoned, Behaviour, Budget, ClientPolicy, Controller, Disturbances, Failover, Fault, HealthCheck,
    Newcomers, Pauses, Retries, SlowStart,
};

use super::Findings;
use super::farm::PlacedServer;
use super::timeline::{Farm, MOST_STEPS};
use crate::problem::Problem;
use crate::quantity::Duration;
use crate::quoted::{At, Quoted};
use crate::raw::{self, File, ServerGroup};
use crate::words::FaultKind;

/// Checks everything that disturbs a run; `Some(None)` if nothing does.
pub(super) fn disturbances(
    file: &File,
    servers: &[PlacedServer],
    duration: Option<Span>,
    findings: &mut Findings,
) -> Option<Option<Disturbances>> {
    let before = findings.list.len();
    let faults = faults(file, servers, duration, findings);
    let disturbances = Disturbances {
        patience: file.patience.as_ref().map(|patience| patience_of(&patience.value)),
        manners: servers.iter().map(|placed| placed.manner).collect(),
        faults,
        health: file.health.as_ref().map(|health| health_of(&health.value, findings)),
        controller: file
            .controller
            .as_ref()
            .and_then(|controller| controller_of(&controller.value, findings)),
        newcomers: file.newcomers.as_ref().and_then(|newcomers| newcomers_of(&newcomers.value)),
        ..Disturbances::default()
    };
    pauses_make_sense(file, findings);
    let has_errors =
        findings.list[before..].iter().any(|problem| problem.level == crate::problem::Level::Error);
    if has_errors {
        return None;
    }
    let has_manners = disturbances.manners.iter().any(|manner| *manner != Behaviour::default());
    let is_plain = disturbances.patience.is_none()
        && disturbances.faults.is_empty()
        && disturbances.health.is_none()
        && disturbances.controller.is_none()
        && disturbances.newcomers.is_none()
        && !has_manners;
    Some((!is_plain).then_some(disturbances))
}

/// How the servers of a group behave.
pub(super) fn manner(group: &ServerGroup) -> Behaviour {
    let slow_start = group.slow_start.as_ref().and_then(|start| {
        Some(SlowStart {
            from: number(&start.value.from, 0.1),
            ramp: start.value.ramp.as_ref()?.value.span(),
        })
    });
    let pauses = group.pauses.as_ref().and_then(|pauses| {
        Some(Pauses {
            every: pauses.value.every.as_ref()?.value.span(),
            lasting: pauses.value.lasting.as_ref()?.value.span(),
            law: pauses.value.law.as_ref().map_or_else(Default::default, |law| law.value),
            speed: number(&pauses.value.speed, 0.0),
        })
    });
    Behaviour {
        overflow: group.overflow.as_ref().map_or_else(Default::default, |overflow| overflow.value),
        slow_start,
        pauses,
    }
}

fn faults(
    file: &File,
    servers: &[PlacedServer],
    duration: Option<Span>,
    findings: &mut Findings,
) -> Vec<(Time, Fault)> {
    let farm = Farm::new(servers);
    let mut steps = Vec::new();
    let listed = file.faults.as_ref().map_or(&[][..], |faults| &faults.value);
    for (number, fault) in listed.iter().enumerate() {
        one_fault(&format!("faults[{number}]"), fault, file, &farm, duration, &mut steps, findings);
        if steps.len() > MOST_STEPS {
            let message = format!("more than {MOST_STEPS} faults of servers");
            findings.report(Problem::error("faults", message).at(&fault.span));
            break;
        }
    }
    // Stable: what stands first in the file is done first at the same instant.
    steps.sort_by_key(|&(at, _)| at);
    steps
}

fn one_fault(
    path: &str,
    fault: &At<raw::Fault>,
    file: &File,
    farm: &Farm<'_>,
    duration: Option<Span>,
    steps: &mut Vec<(Time, Fault)>,
    findings: &mut Findings,
) {
    let At { value: raw, span } = fault;
    let (Some(at), Some(kind)) = (&raw.at, &raw.kind) else { return };
    if let Some(duration) = duration.filter(|&duration| at.value.span() >= duration) {
        let (found, end) = (at.value.span().as_secs_f64(), duration.as_secs_f64());
        let message = format!("found {found} s, but the run ends at {end} s");
        findings.report(Problem::error(format!("{path}.at"), message).at(&at.span));
    }
    let of_director = matches!(kind.value, FaultKind::Failover | FaultKind::DirectorDown);
    let mut misplaced = |name: &str, span: Option<&std::ops::Range<usize>>, why: &str| {
        if let Some(span) = span {
            findings.report(Problem::error(format!("{path}.{name}"), why).at(span));
        }
    };
    if of_director {
        let why = "this happens to a director, not to a server";
        misplaced("server", raw.server.as_ref().map(|server| &server.span), why);
    } else {
        let why = "this happens to a server, not to a director";
        misplaced("director", raw.director.as_ref().map(|director| &director.span), why);
    }
    if kind.value == FaultKind::Failover {
        misplaced("lasting", raw.lasting.as_ref().map(|lasting| &lasting.span), "the new director stays");
    } else {
        misplaced("sync", raw.sync.as_ref().map(|sync| &sync.span), "only a `failover` knows `sync`");
    }
    if kind.value != FaultKind::Slow {
        misplaced("speed", raw.speed.as_ref().map(|speed| &speed.span), "only a `slow` server has a `speed`");
    }
    let director = if of_director { which_director(path, fault, file, findings) } else { 0 };
    let mut missing = |name: &str, why: &str| {
        if !findings.was_unreadable(path, &[name]) {
            findings.report(Problem::error(path, format!("`{name}` is missing, which {why}")).at(span));
        }
    };
    if raw.server.is_none() && !of_director {
        missing("server", "what happens to servers needs");
    }
    if raw.speed.is_none() && kind.value == FaultKind::Slow {
        missing("speed", "`slow` needs");
    }
    let Some(times) = times(path, raw, at.value.span(), findings) else { return };
    let hit: Vec<Option<_>> = match &raw.server {
        Some(server) if !of_director => {
            farm.find(&format!("{path}.server"), server, findings).iter().copied().map(Some).collect()
        }
        _ if of_director => vec![None],
        _ => Vec::new(),
    };
    for (start, server) in times.into_iter().flat_map(|start| hit.iter().map(move |&server| (start, server)))
    {
        let sync = raw.sync.as_ref().is_some_and(|sync| sync.value);
        let what = match (kind.value, server) {
            (FaultKind::Crash, Some(id)) => Fault::Crash(id),
            (FaultKind::Reset, Some(id)) => Fault::Refuse(id),
            (FaultKind::Hang, Some(id)) => Fault::Hang(id),
            (FaultKind::Slow, Some(id)) => Fault::Slow(id, number(&raw.speed, 1.0)),
            (FaultKind::DirectorDown, _) => Fault::DirectorDown(director),
            _ => {
                let failover = if sync { Failover::Synchronised } else { Failover::Cold };
                Fault::FailOver(director, failover)
            }
        };
        if steps.len() > MOST_STEPS || duration.is_some_and(|duration| start >= Time::ZERO + duration) {
            break;
        }
        steps.push((start, what));
        if let Some(lasting) = &raw.lasting {
            let again = server.map_or(Fault::DirectorUp(director), Fault::Recover);
            steps.push((start + lasting.value.span(), again));
        }
    }
}

/// The number of the director that something happens to, from 0 on.
fn which_director(path: &str, fault: &At<raw::Fault>, file: &File, findings: &mut Findings) -> u32 {
    let several = file.directors.as_ref().and_then(|all| all.value.count.as_ref()).map_or(1, |all| all.value);
    let Some(given) = &fault.value.director else {
        if several > 1 {
            let message = format!("`director` is missing, which says which of the {several} it is");
            findings.report(Problem::error(path, message).at(&fault.span).help("director = 1"));
        }
        return 0;
    };
    if given.value == 0 || given.value > several {
        let message =
            format!("found {}, expected 1..={several}: `directors.count` is {several}", given.value);
        findings.report(Problem::error(format!("{path}.director"), message).at(&given.span));
    }
    given.value.saturating_sub(1)
}

/// When a fault happens.
fn times(path: &str, raw: &raw::Fault, first: Span, findings: &mut Findings) -> Option<Vec<Time>> {
    let count = raw.count.as_ref().map_or(1, |count| count.value);
    let Some(every) = &raw.every else {
        if let Some(count) = raw.count.as_ref().filter(|count| count.value > 1) {
            let problem = Problem::error(format!("{path}.count"), "`every` is missing").at(&count.span);
            findings.report(problem.help("every = \"30s\" is the time from one to the next"));
            return None;
        }
        return Some(vec![Time::ZERO + first]);
    };
    if let Some(lasting) = raw.lasting.as_ref().filter(|lasting| lasting.value.span() >= every.value.span()) {
        let problem =
            Problem::error(format!("{path}.lasting"), "expected less than `every`").at(&lasting.span);
        findings.report(problem.also(&every.span, "`every`"));
        return None;
    }
    if every.value.span() == Span::ZERO {
        let problem = Problem::error(format!("{path}.every"), "found zero, expected a time above zero");
        findings.report(problem.at(&every.span));
        return None;
    }
    let step = every.value.span().as_nanos();
    let at = |number: u32| Time::ZERO + first + Span::from_nanos(step.saturating_mul(u64::from(number)));
    Some((0..count).map(at).collect())
}

fn patience_of(raw: &raw::Patience) -> ClientPolicy {
    let most = raw.retries.as_ref().map_or(0, |retries| retries.value);
    let budget =
        raw.budget.as_ref().map(|budget| Budget { share: budget.value, burst: number(&raw.burst, 10.0) });
    let retries = Retries {
        most,
        backoff: span(&raw.backoff, Span::from_millis(100)),
        factor: number(&raw.backoff_factor, 2.0),
        jitter: number(&raw.jitter, 0.0),
        budget,
    };
    let cancels = raw.cancel.as_ref().is_some_and(|cancel| cancel.value);
    ClientPolicy {
        syn_retries: raw.syn_retries.as_ref().map_or(6, |retries| retries.value),
        connect_timeout: raw.connect_timeout.as_ref().map(|timeout| timeout.value.span()),
        deadline: raw.deadline.as_ref().map(|deadline| deadline.value.span()),
        abandoned: if cancels { Abandoned::Cancelled } else { Abandoned::WorkedOn },
        retries: (most > 0).then_some(retries),
    }
}

fn health_of(raw: &raw::Health, findings: &mut Findings) -> HealthCheck {
    let delay_loop = span(&raw.delay_loop, Span::from_secs(60));
    if let Some(given) = raw.delay_loop.as_ref().filter(|_| delay_loop == Span::ZERO) {
        let problem = Problem::error("health.delay_loop", "found zero, expected a time above zero");
        findings.report(problem.at(&given.span));
    }
    HealthCheck {
        asks: raw.check.as_ref().map_or_else(Default::default, |check| check.value),
        delay_loop,
        connect_timeout: span(&raw.connect_timeout, Span::from_secs(5)),
        retry: raw.retry.as_ref().map_or(1, |retry| retry.value),
        delay_before_retry: span(&raw.delay_before_retry, Span::from_secs(1)),
        warm_up: span(&raw.warmup, delay_loop),
        inhibit_on_failure: raw.inhibit_on_failure.as_ref().is_some_and(|inhibit| inhibit.value),
        quorum: raw.quorum.as_ref().map_or(0, |quorum| quorum.value),
        below_quorum: raw.below_quorum.as_ref().map_or_else(Default::default, |below| below.value),
    }
}

fn controller_of(raw: &raw::Controller, findings: &mut Findings) -> Option<Controller> {
    let every = raw.every.as_ref()?;
    if every.value.span() == Span::ZERO {
        let problem = Problem::error("controller.every", "found zero, expected a time above zero");
        findings.report(problem.at(&every.span));
    }
    let (least, most) =
        (raw.min.as_ref().map_or(1, |least| least.value), raw.max.as_ref().map_or(65_535, |most| most.value));
    if let Some(given) = raw.min.as_ref().or(raw.max.as_ref()).filter(|_| least > most) {
        let message = format!("found {least}, expected 1..={most}, no more than `max`");
        findings.report(Problem::error("controller.min", message).at(&given.span));
    }
    let (target, gain) = (raw.target.as_ref().map(|target| target.value), number(&raw.gain, 0.5));
    Some(Controller { every: every.value.span(), target, gain, least, most })
}

fn newcomers_of(raw: &raw::Newcomers) -> Option<Newcomers> {
    let (ramp, steps) = (raw.ramp.as_ref()?.value.span(), raw.steps.as_ref().map_or(10, |steps| steps.value));
    Some(Newcomers { from: number(&raw.from, 0.1), ramp, steps })
}

/// Reports pauses without distance, which would never end.
fn pauses_make_sense(file: &File, findings: &mut Findings) {
    let groups = file.servers.iter().flat_map(|groups| groups.value.iter().enumerate());
    for (number, group) in groups {
        let every = group.value.pauses.as_ref().and_then(|pauses| pauses.value.every.as_ref());
        if let Some(every) = every.filter(|every| every.value.span() == Span::ZERO) {
            let path = format!("servers[{number}].pauses.every");
            findings.report(Problem::error(path, "found zero, expected a time above zero").at(&every.span));
        }
    }
}

fn span(given: &Option<Quoted<Duration>>, default: Span) -> Span {
    given.as_ref().map_or(default, |given| given.value.span())
}

fn number(given: &Option<At<f64>>, default: f64) -> f64 {
    given.as_ref().map_or(default, |given| given.value)
}
