//! `[arrivals.trace]`, and what `[work]`, `[sizes]`, `[clients]` and `[destinations]` take from the trace.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use super::class::Sections;
use super::farm::Family;
use super::file::{Key, report, table_file};
use super::findings::Findings;
use super::resampled::Resampling;
use super::{demand, origin};
use crate::log::{Mapping, played};
use crate::problem::Problem;
use crate::quoted::At;
use crate::raw::{File, TraceArrivals};
use crate::trace::{ClientColumns, DestinationColumn, Dialect, Layout, TimeFormat, Trace, Way};
use crate::workload::Source;

/// Reads the trace to see what is in it; it is played with `factor` times as many clients as the file says.
pub(super) fn trace(
    raw: &TraceArrivals,
    file: &File,
    class: &Sections<'_>,
    factor: f64,
    base_dir: &Path,
    family: Family,
    findings: &mut Findings,
) -> Option<Source> {
    let clients = class.clients.and_then(|clients| clients.value.trace.as_ref());
    let destinations = class.destinations.and_then(|destinations| destinations.value.trace.as_ref());
    let name = raw.file.as_ref()?;
    let mut keys: Vec<Key<'_>> =
        raw.time.iter().map(|time| Key::new(class.path("arrivals.trace.time"), time)).collect();
    if let Some(per) = class.work.and_then(|work| work.value.trace.as_ref()?.value.per.as_ref()) {
        keys.extend(per.value.iter().map(|(column, cost)| Key {
            path: class.path(&format!("work.trace.per.{column}")),
            column,
            span: &cost.span,
        }));
    }
    for (which, size) in class.sizes.iter().flat_map(|sizes| demand::both(&sizes.value)) {
        let column = size.and_then(|size| size.value.trace.as_ref()?.value.column.as_ref());
        keys.extend(
            column.map(|column| Key::new(class.path(&format!("sizes.{which}.trace.column")), column)),
        );
    }
    let mut layout = Layout {
        file: table_file(name, raw.delimiter.as_ref(), raw.header.as_ref(), base_dir),
        time: raw.time.as_ref().map_or_else(|| "arrival_s".to_owned(), |time| time.value.clone()),
        format: raw.time_format.as_ref().map_or(TimeFormat::UnixSeconds, |format| format.value),
        work: demand::costs(class),
        request: demand::size_column(class, |sizes| sizes.request.as_ref()),
        response: demand::size_column(class, |sizes| sizes.response.as_ref()),
        client: None,
        destination: None,
        limit: raw.limit.as_ref().map_or(u64::MAX, |limit| limit.value),
        until: u64::MAX,
    };
    if let Some(map) = &raw.map {
        let mapping = mapping(map, class, findings);
        if !is_alone(raw, class, &map.span, findings) {
            return None;
        }
        layout.file.dialect = Dialect { delimiter: b',', header: true };
        layout.file.conversion = Some(played(&mapping?, &name.value));
    }
    if let Some(At { value: clients, .. }) = clients {
        let column = clients.column.as_ref()?;
        keys.push(Key::new(class.path("clients.trace.column"), column));
        keys.extend(
            clients.port_column.iter().map(|port| Key::new(class.path("clients.trace.port_column"), port)),
        );
        layout.client = Some(ClientColumns {
            address: column.value.clone(),
            port: clients.port_column.as_ref().map(|port| port.value.clone()),
            pool: clients.network.as_ref().map_or(origin::default_clients(family), |network| network.value),
        });
    }
    if let Some(At { value: destinations, .. }) = destinations {
        let column = destinations.column.as_ref()?;
        keys.push(Key::new(class.path("destinations.trace.column"), column));
        layout.destination = Some(DestinationColumn {
            address: column.value.clone(),
            pool: destinations
                .network
                .as_ref()
                .map_or(origin::default_destinations(family), |network| network.value),
        });
    }
    let speedup = raw.speedup.as_ref().map_or(1.0, |speedup| speedup.value);
    if let Some(duration) = file.run.as_ref().and_then(|run| run.value.duration.as_ref()) {
        layout.until = (duration.value.nanos() * speedup).ceil() as u64;
    }
    let tick = raw.spread.as_ref().map(|spread| spread.value.span().as_nanos());
    // Rows are spread over whole ticks, so the last one is read to its end.
    layout.until = layout.until.checked_next_multiple_of(tick.unwrap_or(0).max(1)).unwrap_or(u64::MAX);
    let trace_file = layout.file.clone();
    let resampling = Resampling { raw, class, file, factor, family };
    let scale = resampling.scale(findings)?;
    let trace = Trace::survey(layout, Way { tick, speedup }, |span| resampling.plan(scale, span));
    let trace = report(&class.path("arrivals.trace.file"), name, &trace_file, trace, &keys, findings)?;
    resampling.warn(&trace, findings);
    Some(Source::Trace(Arc::new(trace)))
}

/// Which field is what.
fn mapping(map: &At<String>, class: &Sections<'_>, findings: &mut Findings) -> Option<Mapping> {
    match map.value.parse() {
        Ok(mapping) => Some(mapping),
        Err(error) => {
            let problem = Problem::error(class.path("arrivals.trace.map"), error.to_string()).at(&map.span);
            let help =
                "for example: \"time=@timestamp:iso8601:end,client=remote_addr,duration=request_time:s\"";
            findings.report(problem.help(help));
            None
        }
    }
}

/// Whether nothing is said of columns that a log's trace has anyway.
fn is_alone(raw: &TraceArrivals, class: &Sections<'_>, map: &Range<usize>, findings: &mut Findings) -> bool {
    let others = [
        ("time", raw.time.as_ref().map(|at| &at.span)),
        ("time_format", raw.time_format.as_ref().map(|at| &at.span)),
        ("delimiter", raw.delimiter.as_ref().map(|at| &at.span)),
        ("header", raw.header.as_ref().map(|at| &at.span)),
    ];
    let mut is_alone = true;
    for (key, span) in others {
        if let Some(span) = span {
            is_alone = false;
            let path = class.path(&format!("arrivals.trace.{key}"));
            let problem = Problem::error(path, format!("found `{key}` together with `map`"));
            let help = "leave it out: the columns are those that `ipvslab trace convert` writes";
            findings.report(problem.at(span).also(map, "the map").help(help));
        }
    }
    is_alone
}
