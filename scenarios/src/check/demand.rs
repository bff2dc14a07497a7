//! `[work]`: the law of the work that connections bring.

use super::Findings;
use crate::problem::Problem;
use crate::quantity::Duration;
use crate::quoted::Quoted;
use crate::raw::{BoundedPareto, File};
use crate::trace::Costs;
use crate::words::Missing;
use crate::workload::Law;

/// The law, or a stand-in where the work comes from the trace.
pub(super) fn work(file: &File, findings: &mut Findings) -> Option<Law> {
    let work = &file.work.as_ref()?.value;
    if let Some(trace) = &work.trace {
        let from_trace = file.arrivals.as_ref().is_none_or(|arrivals| arrivals.value.trace.is_some());
        if !from_trace {
            let problem =
                Problem::error("work.trace", "there is no trace: arrivals are drawn").at(&trace.span);
            findings.report(problem.help("[arrivals.trace] names one"));
            return None;
        }
        let has_cost = trace.value.constant.as_ref().is_some_and(|constant| constant.value.nanos() > 0.0)
            || trace.value.per.as_ref().is_some_and(|per| !per.value.is_empty());
        if !has_cost && !findings.was_unreadable("work.trace", &["constant", "per"]) {
            let problem = Problem::error("work.trace", "found neither `constant` nor `per`").at(&trace.span);
            findings.report(
                problem.help("constant = \"2ms\", and per = { bytes = \"80ns\" } for a column called bytes"),
            );
            return None;
        }
        return Some(Law::FROM_TRACE);
    }
    let mut mean = |path: &str, given: &Option<Quoted<Duration>>| positive(path, given.as_ref()?, findings);
    if let Some(law) = &work.constant {
        return Some(Law::Constant { time: mean("work.constant.time", &law.value.time)? });
    }
    if let Some(law) = &work.exponential {
        return Some(Law::Exponential { mean: mean("work.exponential.mean", &law.value.mean)? });
    }
    if let Some(law) = &work.erlang {
        return Some(Law::erlang(
            mean("work.erlang.mean", &law.value.mean)?,
            law.value.shape.as_ref()?.value,
        ));
    }
    if let Some(law) = &work.hyperexponential {
        let mean = mean("work.hyperexponential.mean", &law.value.mean)?;
        return Some(Law::hyperexponential(mean, law.value.scv.as_ref()?.value));
    }
    if let Some(law) = &work.lognormal {
        return Some(Law::lognormal(
            mean("work.lognormal.mean", &law.value.mean)?,
            law.value.scv.as_ref()?.value,
        ));
    }
    if let Some(law) = &work.weibull {
        return Some(Law::weibull(
            mean("work.weibull.mean", &law.value.mean)?,
            law.value.shape.as_ref()?.value,
        ));
    }
    bounded_pareto(&work.bounded_pareto.as_ref()?.value, findings)
}

fn bounded_pareto(raw: &BoundedPareto, findings: &mut Findings) -> Option<Law> {
    let (shape, low, high) = (raw.shape.as_ref(), raw.low.as_ref(), raw.high.as_ref());
    let bottom = positive("work.bounded_pareto.low", low?, findings);
    let (shape, low, high, bottom) = (shape?, low?, high?, bottom?);
    if high.value.nanos() <= bottom {
        let problem = Problem::error("work.bounded_pareto.high", "expected more than `low`").at(&high.span);
        findings.report(problem.also(&low.span, "`low`"));
        return None;
    }
    let law = Law::bounded_pareto(shape.value, bottom, high.value.nanos());
    if shape.value <= 2.0 && law.scv() > 100.0 {
        let message =
            format!("the scv of the work is {:.0}, so that confidence intervals are unreliable", law.scv());
        let help = "a shape of 2 and below has no variance but for the cut at `high`; use many connections";
        findings.report(Problem::warning("work.bounded_pareto.shape", message).at(&shape.span).help(help));
    }
    Some(law)
}

/// Nanoseconds above zero.
fn positive(path: &str, given: &Quoted<Duration>, findings: &mut Findings) -> Option<f64> {
    let nanos = given.value.nanos();
    if nanos <= 0.0 {
        findings.report(Problem::error(path, "found no time at all, expected more").at(&given.span));
        return None;
    }
    Some(nanos)
}

/// What the columns of the trace cost, if the work comes from it.
pub(super) fn costs(file: &File) -> Option<Costs> {
    let trace = &file.work.as_ref()?.value.trace.as_ref()?.value;
    let per = trace.per.as_ref().map(|per| &per.value);
    Some(Costs {
        constant: trace.constant.as_ref().map_or(0.0, |constant| constant.value.nanos()),
        per: per.into_iter().flatten().map(|(column, cost)| (column.clone(), cost.value.nanos())).collect(),
        missing: trace.missing.as_ref().map_or(Missing::Refuse, |missing| missing.value),
    })
}
