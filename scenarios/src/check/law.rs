//! The laws of work and sizes: from their parameters to what is drawn.

use std::path::Path;

use super::file::{Key, report, table_file};
use super::findings::Findings;
use crate::amount::{Amount, Constant};
use crate::problem::Problem;
use crate::quoted::{At, Quoted};
use crate::raw::{BoundedPareto, Empirical, Gamma, Laws};
use crate::trace::{Limit, ValueColumn, read_values};
use crate::words::Missing;
use crate::workload::Law;

/// The one law that the table at `path` holds.
pub(super) fn law<Q: Amount>(
    path: &str,
    laws: Laws<'_, Q>,
    base_dir: &Path,
    findings: &mut Findings,
) -> Option<Law> {
    let mut mean = |kind: &str, given: &Option<Quoted<Q>>| {
        positive(&format!("{path}.{kind}"), given.as_ref()?, findings)
    };
    if let Some(At { value: law, .. }) = laws.constant {
        return Some(Law::Constant { value: mean(&format!("constant.{}", Q::CONSTANT), law.constant())? });
    }
    if let Some(At { value: law, .. }) = laws.exponential {
        return Some(Law::Exponential { mean: mean("exponential.mean", &law.mean)? });
    }
    if let Some(At { value: law, .. }) = laws.erlang {
        return Some(Law::erlang(mean("erlang.mean", &law.mean)?, law.shape.as_ref()?.value));
    }
    if let Some(At { value: law, .. }) = laws.hyperexponential {
        return Some(Law::hyperexponential(
            mean("hyperexponential.mean", &law.mean)?,
            law.scv.as_ref()?.value,
        ));
    }
    if let Some(At { value: law, .. }) = laws.lognormal {
        return Some(Law::lognormal(mean("lognormal.mean", &law.mean)?, law.scv.as_ref()?.value));
    }
    if let Some(At { value: law, .. }) = laws.weibull {
        return Some(Law::weibull(mean("weibull.mean", &law.mean)?, law.shape.as_ref()?.value));
    }
    if let Some(law) = laws.gamma {
        let mean = mean("gamma.mean", &law.value.mean);
        let shape = gamma_shape(&format!("{path}.gamma"), law, findings);
        return Some(Law::gamma(mean?, shape?));
    }
    if let Some(law) = laws.empirical {
        return empirical(&format!("{path}.empirical"), &law.value, base_dir, findings);
    }
    bounded_pareto(&format!("{path}.bounded_pareto"), &laws.bounded_pareto?.value, findings)
}

fn gamma_shape<Q>(
    path: &str,
    At { value: raw, span }: &At<Gamma<Q>>,
    findings: &mut Findings,
) -> Option<f64> {
    match (&raw.shape, &raw.scv) {
        (Some(shape), None) => Some(shape.value),
        (None, Some(scv)) => Some(1.0 / scv.value),
        (Some(shape), Some(scv)) => {
            let problem = Problem::error(path, "found `shape` and `scv` together, expected one of them");
            findings.report(problem.at(&scv.span).also(&shape.span, "the other one"));
            None
        }
        (None, None) if findings.was_unreadable(path, &["shape", "scv"]) => None,
        (None, None) => {
            let problem = Problem::error(path, "found neither `shape` nor `scv`, expected one of them");
            findings.report(problem.at(span).help("`scv = 2` is the same as `shape = 0.5`"));
            None
        }
    }
}

fn empirical<Q: Amount>(
    path: &str,
    raw: &Empirical<Q>,
    base_dir: &Path,
    findings: &mut Findings,
) -> Option<Law> {
    let unit = raw.unit.as_ref().and_then(|unit| positive(&format!("{path}.unit"), unit, findings));
    let (name, column) = (raw.file.as_ref()?, raw.column.as_ref()?);
    let values = ValueColumn {
        file: table_file(name, raw.delimiter.as_ref(), raw.header.as_ref(), base_dir),
        column: column.value.clone(),
        unit: unit?,
        limit: Limit::of::<Q>(),
        missing: raw.missing.as_ref().map_or(Missing::Refuse, |missing| missing.value),
    };
    let keys = [Key::new(format!("{path}.column"), column)];
    let read = report(&format!("{path}.file"), name, &values.file, read_values(&values), &keys, findings)?;
    if read.iter().all(|&value| value == 0.0) {
        let message = format!("all numbers of column `{}` are zero", column.value);
        findings.report(Problem::error(format!("{path}.column"), message).at(&column.span));
        return None;
    }
    Some(Law::empirical(read))
}

fn bounded_pareto<Q: Amount>(path: &str, raw: &BoundedPareto<Q>, findings: &mut Findings) -> Option<Law> {
    let (shape, low, high) = (raw.shape.as_ref(), raw.low.as_ref(), raw.high.as_ref());
    let bottom = positive(&format!("{path}.low"), low?, findings);
    let (shape, low, high, bottom) = (shape?, low?, high?, bottom?);
    if high.value.amount() <= bottom {
        let problem = Problem::error(format!("{path}.high"), "expected more than `low`").at(&high.span);
        findings.report(problem.also(&low.span, "`low`"));
        return None;
    }
    let top = positive(&format!("{path}.high"), high, findings)?;
    Some(Law::bounded_pareto(shape.value, bottom, top))
}

/// An amount above zero, and no more than one connection may bring.
fn positive<Q: Amount>(path: &str, given: &Quoted<Q>, findings: &mut Findings) -> Option<f64> {
    let amount = given.value.amount();
    if amount <= 0.0 {
        let message = format!("found {}, expected more", Q::NOTHING);
        findings.report(Problem::error(path, message).at(&given.span));
        return None;
    }
    if amount > Q::MOST {
        let message = format!("found more than a connection may bring, expected at most {:?}", Q::AT_MOST);
        findings.report(Problem::error(path, message).at(&given.span));
        return None;
    }
    Some(amount)
}
