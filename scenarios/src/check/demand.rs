//! `[work]` and `[sizes]`: the laws of what connections bring.

use std::path::Path;

use super::class::Sections;
use super::{Findings, law, origin};
use crate::amount::Amount;
use crate::problem::Problem;
use crate::quoted::At;
use crate::raw::{self, Demand, File, Part};
use crate::size::Size;
use crate::trace::{Costs, SizeColumn};
use crate::words::Missing;
use crate::workload::{Drawn, Law, SizeLaws};

/// Where the work of a class comes from, or a stand-in where the trace says it.
pub(super) fn work(
    file: &File,
    class: &Sections<'_>,
    base_dir: &Path,
    findings: &mut Findings,
) -> Option<Drawn> {
    let At { value: work, span } = class.work?;
    if let Some(trace) = &work.trace {
        let path = class.path("work.trace");
        if !origin::is_traced(class, &path, &trace.span, findings) {
            return None;
        }
        let has_cost = trace.value.constant.as_ref().is_some_and(|constant| constant.value.nanos() > 0.0)
            || trace.value.per.as_ref().is_some_and(|per| !per.value.is_empty());
        if !has_cost && !findings.was_unreadable(&path, &["constant", "per"]) {
            let problem = Problem::error(path, "found neither `constant` nor `per`").at(&trace.span);
            findings.report(
                problem.help("constant = \"2ms\", and per = { bytes = \"80ns\" } for a column called bytes"),
            );
            return None;
        }
        return Some(Drawn::FROM_TRACE);
    }
    let drawn = drawn(&class.path("work"), work, file, base_dir, findings)?;
    warn_of_variance(class, drawn.law(), span, findings);
    Some(drawn)
}

/// Where the sizes of a class come from; `None` within where nothing is said of them.
pub(super) fn sizes(
    file: &File,
    class: &Sections<'_>,
    base_dir: &Path,
    findings: &mut Findings,
) -> Option<SizeLaws> {
    let Some(At { value: raw, .. }) = class.sizes else { return Some(SizeLaws::default()) };
    // Both are looked at before one that is faulty ends it.
    let [request, response] = both(raw).map(|(which, size)| {
        let Some(At { value: size, .. }) = size else { return Some(None) };
        let path = class.path(&format!("sizes.{which}"));
        match &size.trace {
            Some(trace) => {
                let is_traced = origin::is_traced(class, &format!("{path}.trace"), &trace.span, findings);
                is_traced.then_some(Some(Drawn::FROM_TRACE))
            }
            None => drawn(&path, size, file, base_dir, findings).map(Some),
        }
    });
    Some(SizeLaws { request: request?, response: response? })
}

/// The two sizes by the names of their tables.
pub(super) fn both(sizes: &raw::Sizes) -> [(&'static str, Option<&At<Demand<Size>>>); 2] {
    [("request", sizes.request.as_ref()), ("response", sizes.response.as_ref())]
}

/// The column of the trace that a size comes from, if it does.
pub(super) fn size_column(
    class: &Sections<'_>,
    which: impl Fn(&raw::Sizes) -> Option<&At<Demand<Size>>>,
) -> Option<SizeColumn> {
    let trace = &which(&class.sizes?.value)?.value.trace.as_ref()?.value;
    Some(SizeColumn {
        column: trace.column.as_ref()?.value.clone(),
        unit: trace.unit.as_ref().map_or(1.0, |unit| unit.value.bytes()),
        missing: trace.missing.as_ref().map_or(Missing::Refuse, |missing| missing.value),
    })
}

/// A law for each connection, or for each object.
fn drawn<Q: Amount>(
    path: &str,
    raw: &Demand<Q>,
    file: &File,
    base_dir: &Path,
    findings: &mut Findings,
) -> Option<Drawn> {
    let Some(by_object) = &raw.by_object else {
        return one_of(path, raw.laws(), raw.mixture.as_ref(), base_dir, findings).map(Drawn::Each);
    };
    let path = format!("{path}.by_object");
    let raw = &by_object.value;
    let law = one_of(&path, raw.laws(), raw.mixture.as_ref(), base_dir, findings);
    let service = file.service.as_ref().map(|service| &service.value);
    if let Some(address) = service.and_then(|service| service.address.as_ref()) {
        let message = format!("all connections go to one destination, and {}", Q::SAME);
        let problem =
            Problem::error(path, message).at(&by_object.span).also(&address.span, "the destination");
        findings.report(problem.help("objects are the [destinations] of a service by `fwmark`"));
        return None;
    }
    law.map(Drawn::ByObject)
}

/// A mixture, or one of the laws.
pub(super) fn one_of<Q: Amount>(
    path: &str,
    laws: raw::Laws<'_, Q>,
    mixture: Option<&At<Vec<At<Part<Q>>>>>,
    base_dir: &Path,
    findings: &mut Findings,
) -> Option<Law> {
    let Some(mixture) = mixture else { return law::law(path, laws, base_dir, findings) };
    let parts = mixture.value.iter().enumerate().map(|(number, At { value: part, .. })| {
        let law = law::law(&format!("{path}.mixture[{number}]"), part.laws(), base_dir, findings);
        Some((part.weight.as_ref()?.value, law?))
    });
    // All parts are looked at before one that is missing ends it.
    let parts: Vec<Option<(f64, Law)>> = parts.collect();
    let parts: Option<Vec<(f64, Law)>> = parts.into_iter().collect();
    parts.filter(|parts| !parts.is_empty()).map(Law::mixture)
}

/// Beyond an scv of 100, some 10,000 connections are no more than one of exponential work.
fn warn_of_variance(class: &Sections<'_>, law: &Law, span: &std::ops::Range<usize>, findings: &mut Findings) {
    const MOST: f64 = 100.0;
    let scv = law.scv();
    if scv > MOST {
        let message = format!("the scv of the work is {scv:.0}, so that confidence intervals are unreliable");
        let help = match law {
            Law::BoundedPareto { shape, .. } if *shape <= 2.0 => {
                "with a shape of 2 or less, only the bound at `high` makes the variance finite; use many connections"
            }
            _ => "a few connections bring most of the work; use many connections",
        };
        findings.report(Problem::warning(class.path("work"), message).at(span).help(help));
    }
}

/// What the columns of the trace cost, if the work comes from it.
pub(super) fn costs(class: &Sections<'_>) -> Option<Costs> {
    let trace = &class.work?.value.trace.as_ref()?.value;
    let per = trace.per.as_ref().map(|per| &per.value);
    Some(Costs {
        constant: trace.constant.as_ref().map_or(0.0, |constant| constant.value.nanos()),
        per: per.into_iter().flatten().map(|(column, cost)| (column.clone(), cost.value.nanos())).collect(),
        missing: trace.missing.as_ref().map_or(Missing::Refuse, |missing| missing.value),
    })
}
