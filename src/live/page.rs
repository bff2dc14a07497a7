//! A validation as the page shows it.

use std::collections::BTreeMap;

use ipvslab_live::{Checkpoint, Comparison, Counters, Divergence};
use ipvslab_reports::{AgreementPanel, CounterRow, FirstDifference, ValidationReport, ValidationRow};

use super::verdict::{OnKernel, Row, Validation, ways};

/// Everything that the page is made of.
pub(crate) fn report(validation: &Validation, names: &[String]) -> ValidationReport {
    let described = |on: &OnKernel| match &on.kernel {
        Some(kernel) => format!(
            "{} ({}), {:?} accounting by probe, HZ {}",
            kernel.release, kernel.version, kernel.accounting, kernel.hz
        ),
        None => on.asked.clone(),
    };
    ValidationReport {
        title: validation.title.clone(),
        version: validation.version.to_owned(),
        seed: validation.seed,
        sum: validation.sum(),
        kernels: validation.kernels.iter().map(described).collect(),
        rows: validation
            .compared()
            .map(|(on, row, comparison)| compared(on, row, comparison, names))
            .collect(),
        notes: validation.tolerated.clone(),
    }
}

fn compared(on: &OnKernel, row: &Row, comparison: &Comparison, names: &[String]) -> ValidationRow {
    let named = |number: usize| names.get(number).cloned().unwrap_or_else(|| format!("server {number}"));
    let followed = &comparison.resynchronised;
    let servers = comparison.shares.iter().enumerate();
    ValidationRow {
        panel: AgreementPanel {
            scheduler: row.kind,
            kernel: on.name(),
            decisions: comparison.decisions,
            differ: comparison.free_running.as_ref().map(|mode| mode.decisions_differ),
            servers: servers.map(|(number, share)| (named(number), share.model, share.kernel)).collect(),
        },
        forwarding: row.forwarding.to_owned(),
        is_equal: comparison.is_equal(),
        law_deviation: comparison.law.as_ref().map(ipvslab_live::LawTest::worst_deviation),
        followed_differ: followed.decisions_differ,
        packets: (comparison.segments, followed.segments_differ),
        checkpoints: (comparison.checkpoints.len() as u64, followed.checkpoints_differ),
        first: ways(comparison).find_map(|(how, mode)| Some(parting(how, mode.first.as_ref()?, &named))),
        counters: counters(&comparison.checkpoints, &named),
    }
}

fn parting(how: &str, first: &Divergence, named: &impl Fn(usize) -> String) -> FirstDifference {
    let servers = first.servers.iter().map(|server| {
        let Counters { server: number, weight, active, inactive, .. } = server.counters;
        (named(number.into()), weight, active, inactive, server.overloaded)
    });
    FirstDifference {
        place: format!(
            "{how}, at event {}, after {} decisions and {:.3} s",
            first.event, first.decision, first.at_s
        ),
        action: first.action.clone(),
        model: first.model.clone(),
        kernel: first.kernel.clone(),
        servers: servers.collect(),
    }
}

/// Both sides of each server at the last look that shows it, and how far apart they were at any.
fn counters(checkpoints: &[Checkpoint], named: &impl Fn(usize) -> String) -> Vec<CounterRow> {
    let mut rows: BTreeMap<u16, CounterRow> = BTreeMap::new();
    for Checkpoint { model, kernel, .. } in checkpoints {
        let mut shown: Vec<u16> = model.iter().chain(kernel).map(|counters| counters.server).collect();
        shown.sort_unstable();
        shown.dedup();
        for server in shown {
            let of = |side: &[Counters]| {
                let found = side.iter().find(|counters| counters.server == server);
                found.map(|counters| [counters.weight, counters.active, counters.inactive])
            };
            let (model, kernel) = (of(model), of(kernel));
            let apart = match (model, kernel) {
                (Some(model), Some(kernel)) => model[1].abs_diff(kernel[1]).max(model[2].abs_diff(kernel[2])),
                _ => 0,
            };
            let before = rows.get(&server).map_or(0, |row| row.furthest);
            let row = CounterRow { server: named(server.into()), model, kernel, furthest: apart.max(before) };
            rows.insert(server, row);
        }
    }
    rows.into_values().collect()
}
