//! Model and kernel side by side as text: three rows a scheduler, then each real server's share.

use std::fmt::Write as _;

use ipvslab_schedulers::Time;

use super::{SideBySide, SideBySideRow, furthest, relative_difference};
use crate::number::{MISSING, signed, unsigned};
use crate::output::columns::heading;
use crate::output::quantity::{Scale, fold};
use crate::output::table::{Column, render};
use crate::output::text::heading::{seconds, titled};
use crate::run::metric::Metric;
use crate::run::metrics::RunMetrics;

/// With more servers than this, shares are shown by group.
const SHOWN_SERVERS: usize = 32;

/// Sides that fail so much differently serve different connections.
const OTHER_CONNECTIONS: f64 = 0.01;

/// The columns about served connections.
const TIMES: [Metric; 4] =
    [Metric::ResponseMean, Metric::ResponseP50, Metric::ResponseP95, Metric::ResponseP99];

/// Model and kernel with their differences, for a terminal of `width` columns.
///
/// # Panics
/// If a row is of other servers than the others.
pub fn side_by_side_text(results: &SideBySide, width: usize) -> String {
    let servers = results.servers.len();
    let circumstances = format!(
        "{}: model and kernel, one run each of {} s after {} s of warm-up, seed {}; {servers} real server{}; kernel {}.",
        results.name,
        seconds(results.window()),
        seconds(results.warm_up.since(Time::ZERO)),
        results.seed,
        if servers == 1 { "" } else { "s" },
        results.kernel,
    );
    let mut text = titled(&results.title, &results.question, &circumstances, width);
    text.push_str(&overview(results, width));
    for row in &results.rows {
        let _ = writeln!(text, "\n{}", fold(&about(results, row), width, 2));
        text.push_str(&if servers > SHOWN_SERVERS {
            by_group(results, row, width)
        } else {
            by_server(results, row, width)
        });
    }
    text.push('\n');
    for note in notes(results) {
        let _ = writeln!(text, "{}", fold(&format!("* {note}"), width, 2));
    }
    text
}

/// Model, kernel and difference of every scheduler.
fn overview(results: &SideBySide, width: usize) -> String {
    let three = |cells: fn(&SideBySideRow) -> [String; 3]| results.rows.iter().flat_map(cells).collect();
    let leading = [
        Column::words("scheduler", three(|row| [row.scheduler.to_string(), String::new(), String::new()])),
        Column::words("", three(|_| ["model", "kernel", "difference"].map(str::to_owned))),
    ];
    let counts = vec![
        Column::numbers(
            "connections",
            three(|row| {
                let [model, kernel] = [&row.model, &row.kernel].map(|side| side.arrived);
                let difference = i128::from(kernel) - i128::from(model);
                let sign = if difference > 0 { "+" } else { "" };
                [model.to_string(), kernel.to_string(), format!("{sign}{difference}")]
            }),
        ),
        Column::numbers(
            "failed %",
            three(|row| {
                let [model, kernel] = [&row.model, &row.kernel].map(|side| side.failed_ratio);
                let difference = model.zip(kernel).map(|(model, kernel)| kernel - model);
                [Scale::PER_CENT.value(model), Scale::PER_CENT.value(kernel), points(difference)]
            }),
        ),
    ];
    let time = |metric: Metric| {
        let sides = |row: &SideBySideRow| [metric.of(&row.model), metric.of(&row.kernel)];
        let scale = Scale::of(metric.quantity(), results.rows.iter().flat_map(sides).flatten());
        let cells = results.rows.iter().flat_map(|row| {
            let [model, kernel] = sides(row);
            let difference = relative_difference(model, kernel);
            let difference =
                difference.map_or_else(|| MISSING.to_owned(), |part| format!("{} %", signed(part * 100.0)));
            [scale.value(model), scale.value(kernel), difference]
        });
        Column::numbers(&format!("{} {}", heading(metric).unwrap_or_default(), scale.unit), cells.collect())
    };
    let share = Column::numbers(
        "share",
        three(|row| {
            let largest = row.share_difference();
            let largest =
                largest.map_or_else(|| MISSING.to_owned(), |part| format!("{} pp", unsigned(part * 100.0)));
            [String::new(), String::new(), largest]
        }),
    );
    render(&leading, &[counts, TIMES.map(time).to_vec(), vec![share]], width)
}

/// The heading of a scheduler's shares.
fn about(results: &SideBySide, row: &SideBySideRow) -> String {
    let scheduler = format!("{}, {}", row.scheduler, row.scheduler.full_name());
    match row.furthest() {
        None => scheduler,
        Some((_, 0.0)) => format!("{scheduler}: equal shares"),
        Some((server, difference)) => {
            format!(
                "{scheduler}: {} differs most, by {}",
                results.servers[server].name,
                points(Some(difference))
            )
        }
    }
}

fn by_server(results: &SideBySide, row: &SideBySideRow, width: usize) -> String {
    let names = results.servers.iter().map(|server| server.name.clone()).collect();
    let share = |metrics: &RunMetrics| {
        metrics.servers.iter().map(|server| Scale::PER_CENT.value(server.share_ratio)).collect()
    };
    let weights = results.weight_shares().into_iter().map(|share| Scale::PER_CENT.value(share)).collect();
    let columns = [
        Column::numbers("weight %", weights),
        Column::numbers("model %", share(&row.model)),
        Column::numbers("kernel %", share(&row.kernel)),
        Column::numbers("difference", row.share_differences().into_iter().map(points).collect()),
    ];
    render(&[Column::words("server", names)], &columns.map(|column| vec![column]), width)
}

/// What all servers of a group get together, and which of them differs most.
fn by_group(results: &SideBySide, row: &SideBySideRow, width: usize) -> String {
    let groups = results.groups();
    let sum = |members: &[usize], shares: &[Option<f64>]| {
        members.iter().map(|&server| shares[server]).sum::<Option<f64>>()
    };
    let column = |shares: &[Option<f64>], cell: fn(Option<f64>) -> String| {
        groups.iter().map(|(_, members)| cell(sum(members, shares))).collect::<Vec<String>>()
    };
    let per_cent = |share| Scale::PER_CENT.value(share);
    let [model, kernel] = [&row.model, &row.kernel]
        .map(|side| side.servers.iter().map(|server| server.share_ratio).collect::<Vec<_>>());
    let differences = row.share_differences();
    let furthest_of = |(_, members): &(&str, Vec<usize>)| {
        furthest(members.iter().map(|&server| (server, differences[server])))
    };
    let found: Vec<Option<(usize, f64)>> = groups.iter().map(furthest_of).collect();
    let names = groups.iter().map(|(name, members)| format!("{name} ({})", members.len())).collect();
    let furthest_name = |found: &Option<(usize, f64)>| {
        found.map_or_else(|| MISSING.to_owned(), |(server, _)| results.servers[server].name.clone())
    };
    let columns = [
        vec![Column::numbers("weight %", column(&results.weight_shares(), per_cent))],
        vec![Column::numbers("model %", column(&model, per_cent))],
        vec![Column::numbers("kernel %", column(&kernel, per_cent))],
        vec![Column::numbers("difference", column(&differences, points))],
        vec![
            Column::words("differs most", found.iter().map(furthest_name).collect()),
            Column::numbers(
                "by",
                found.iter().map(|found| points(found.map(|(_, difference)| difference))).collect(),
            ),
        ],
    ];
    render(&[Column::words("group", names)], &columns, width)
}

/// What a reader must know before believing the numbers.
fn notes(results: &SideBySide) -> Vec<String> {
    let mut said = vec![
        "Model is the simulated run; kernel is the same scenario as real TCP through IPVS of this kernel, in network \
         namespaces. Differences are the kernel's minus the model's: of times in per cent of the model's, of failed \
         connections (refused or lost) and shares in percentage points (pp). Share is the largest difference of a \
         server's part of the connections given to servers, whichever way."
            .to_owned(),
        "Response times are of connections that were served. The kernel's side holds real TCP handshakes and the time \
         the emulating machine itself takes, which the model does not know: the shorter the times, the more of a \
         difference they make."
            .to_owned(),
        "One run on each side: differences may be chance.".to_owned(),
    ];
    if results.servers.iter().any(|server| server.mean_weight != f64::from(server.weight)) {
        said.push("Weights change during the run; weight % is of their mean over the window.".to_owned());
    }
    let differing = |row: &SideBySideRow| {
        let (model, kernel) = row.model.failed_ratio.zip(row.kernel.failed_ratio)?;
        let difference = kernel - model;
        (difference.abs() > OTHER_CONNECTIONS)
            .then(|| format!("{} ({})", row.scheduler, points(Some(difference))))
    };
    let differing: Vec<String> = results.rows.iter().filter_map(differing).collect();
    if !differing.is_empty() {
        said.push(format!(
            "One side fails more connections than the other, so response times are not those of the same connections: {}.",
            differing.join(", ")
        ));
    }
    let without: Vec<String> = missing(results).collect();
    if !without.is_empty() {
        said.push(format!(
            "A quantile is missing (–) if fewer than 10 served connections lie beyond it: {}.",
            without.join(", ")
        ));
    }
    let nothing = |row: &&SideBySideRow| row.share_difference().is_none();
    let nothing: Vec<&str> = results.rows.iter().filter(nothing).map(|row| row.scheduler.name()).collect();
    if !nothing.is_empty() {
        said.push(format!(
            "Shares cannot be compared (–) if a side gave no server a connection: {}.",
            nothing.join(", ")
        ));
    }
    said
}

/// Where quantiles are missing.
fn missing(results: &SideBySide) -> impl Iterator<Item = String> {
    let quantiles: Vec<Metric> = TIMES.into_iter().filter(|metric| metric.is_quantile()).collect();
    results.rows.iter().filter_map(move |row| {
        let lacking = |side: &RunMetrics| quantiles.iter().any(|quantile| quantile.of(side).is_none());
        let sides = row.sides().into_iter().filter(|(_, side)| lacking(side)).map(|(name, _)| name);
        let sides: Vec<&str> = sides.collect();
        (!sides.is_empty()).then(|| format!("{} ({})", row.scheduler, sides.join(" and ")))
    })
}

/// A difference of two parts in percentage points; what is left by rounding is none.
fn points(difference: Option<f64>) -> String {
    const ROUNDING: f64 = 1e-12;
    let part = difference.map(|part| if part.abs() < ROUNDING { 0.0 } else { part });
    part.map_or_else(|| MISSING.to_owned(), |part| format!("{} pp", signed(part * 100.0)))
}
