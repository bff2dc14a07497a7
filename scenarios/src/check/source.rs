//! `[arrivals]`: a process, or a trace that is read once to see what is in it.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use super::farm::Family;
use super::{Findings, demand, origin};
use crate::load::{error_text, near_file};
use crate::problem::Problem;
use crate::quoted::{At, Quoted};
use crate::raw::{File, Piecewise, TraceArrivals};
use crate::suggest::printable;
use crate::trace::{
    Cause, ClientColumns, DestinationColumn, Dialect, Layout, RateColumns, Trace, TraceError, TraceFile,
    read_rates,
};
use crate::words::Delimiter;
use crate::workload::{Process, Source};

/// What connections arrive by.
pub(super) fn source(
    file: &File,
    base_dir: &Path,
    family: Family,
    findings: &mut Findings,
) -> Option<Source> {
    let arrivals = &file.arrivals.as_ref()?.value;
    if let Some(poisson) = &arrivals.poisson {
        let gap = 1e9 / poisson.value.rate.as_ref()?.value.per_second();
        return Some(Source::Drawn(Process::Poisson { gap }));
    }
    if let Some(deterministic) = &arrivals.deterministic {
        let gap = 1e9 / deterministic.value.rate.as_ref()?.value.per_second();
        return Some(Source::Drawn(Process::Deterministic { gap }));
    }
    if let Some(piecewise) = &arrivals.piecewise {
        return self::piecewise(&piecewise.value, base_dir, findings);
    }
    trace(&arrivals.trace.as_ref()?.value, file, base_dir, family, findings)
}

fn piecewise(raw: &Piecewise, base_dir: &Path, findings: &mut Findings) -> Option<Source> {
    let (time, value, bucket) = (raw.time.as_ref()?, raw.value.as_ref()?, raw.bucket.as_ref()?);
    if bucket.value.nanos() <= 0.0 {
        let message = "found no time at all, expected more";
        findings.report(Problem::error("arrivals.piecewise.bucket", message).at(&bucket.span));
        return None;
    }
    let name = raw.file.as_ref()?;
    let columns = RateColumns {
        file: trace_file(name, raw.delimiter.as_ref(), raw.header.as_ref(), base_dir),
        time: time.value.clone(),
        format: raw.time_format.as_ref()?.value,
        value: value.value.clone(),
        bucket: bucket.value.nanos(),
        scale: raw.scale.as_ref().map_or(1.0, |scale| scale.value),
        speedup: raw.speedup.as_ref().map_or(1.0, |speedup| speedup.value),
    };
    let steps = read_rates(&columns);
    let keys = [Key::new("arrivals.piecewise.time", time), Key::new("arrivals.piecewise.value", value)];
    let steps = report("arrivals.piecewise.file", name, &columns.file, steps, &keys, findings)?;
    Some(Source::Drawn(Process::Piecewise(Arc::new(steps))))
}

fn trace(
    raw: &TraceArrivals,
    file: &File,
    base_dir: &Path,
    family: Family,
    findings: &mut Findings,
) -> Option<Source> {
    let clients = file.clients.as_ref().and_then(|clients| clients.value.trace.as_ref());
    let destinations = file.destinations.as_ref().and_then(|destinations| destinations.value.trace.as_ref());
    let name = raw.file.as_ref()?;
    let mut keys: Vec<Key<'_>> = raw.time.iter().map(|time| Key::new("arrivals.trace.time", time)).collect();
    if let Some(per) = file.work.as_ref().and_then(|work| work.value.trace.as_ref()?.value.per.as_ref()) {
        keys.extend(per.value.iter().map(|(column, cost)| Key {
            path: format!("work.trace.per.{column}"),
            column,
            span: &cost.span,
        }));
    }
    let mut layout = Layout {
        file: trace_file(name, raw.delimiter.as_ref(), raw.header.as_ref(), base_dir),
        time: raw.time.as_ref()?.value.clone(),
        format: raw.time_format.as_ref()?.value,
        work: demand::costs(file),
        client: None,
        destination: None,
        limit: raw.limit.as_ref().map_or(u64::MAX, |limit| limit.value),
        until: u64::MAX,
    };
    if let Some(At { value: clients, .. }) = clients {
        let column = clients.column.as_ref()?;
        keys.push(Key::new("clients.trace.column", column));
        keys.extend(clients.port_column.iter().map(|port| Key::new("clients.trace.port_column", port)));
        layout.client = Some(ClientColumns {
            address: column.value.clone(),
            port: clients.port_column.as_ref().map(|port| port.value.clone()),
            pool: clients.network.as_ref().map_or(origin::default_clients(family), |network| network.value),
        });
    }
    if let Some(At { value: destinations, .. }) = destinations {
        let column = destinations.column.as_ref()?;
        keys.push(Key::new("destinations.trace.column", column));
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
        layout.until = (duration.value.nanos() * speedup + 1.0) as u64;
    }
    let tick = raw.spread.as_ref().map_or(0, |spread| spread.value.span().as_nanos());
    // Rows are spread over whole ticks, so the last one is read to its end.
    layout.until = layout.until.checked_next_multiple_of(tick.max(1)).unwrap_or(u64::MAX);
    let trace_file = layout.file.clone();
    let trace = Trace::survey(layout, tick, speedup);
    let trace = report("arrivals.trace.file", name, &trace_file, trace, &keys, findings)?;
    Some(Source::Trace(Arc::new(trace)))
}

fn trace_file(
    name: &At<String>,
    delimiter: Option<&Quoted<Delimiter>>,
    header: Option<&At<bool>>,
    base_dir: &Path,
) -> TraceFile {
    let plain = name.value.strip_suffix(".gz").unwrap_or(&name.value);
    let usual = if plain.ends_with(".tsv") { b'\t' } else { b',' };
    let dialect = Dialect {
        delimiter: delimiter.map_or(usual, |delimiter| delimiter.value.0),
        header: header.is_none_or(|header| header.value),
    };
    TraceFile { path: base_dir.join(&name.value), shown: name.value.clone(), dialect }
}

/// A key of the scenario that names a column.
struct Key<'a> {
    path: String,
    column: &'a str,
    span: &'a Range<usize>,
}

impl<'a> Key<'a> {
    fn new(path: &str, column: &'a At<String>) -> Self {
        Self { path: path.to_owned(), column: &column.value, span: &column.span }
    }
}

/// What was read from a trace, or a problem at the key that it concerns: `keys` are those that name columns.
fn report<T>(
    path: &str,
    name: &At<String>,
    file: &TraceFile,
    read: Result<T, TraceError>,
    keys: &[Key<'_>],
    findings: &mut Findings,
) -> Option<T> {
    let error = match read {
        Ok(read) => return Some(read),
        Err(error) => error,
    };
    let mut place: (&str, &Range<usize>) = (path, &name.span);
    let mut message = error.to_string();
    let mut help = error.help();
    match error.cause() {
        Cause::NoColumn { column, .. } => {
            if let Some(key) = keys.iter().find(|key| key.column == *column) {
                place = (&key.path, key.span);
            }
        }
        Cause::Io(fault) => {
            message = format!("cannot read {}: {}", printable(&file.shown, 200), error_text(fault));
            if fault.kind() == std::io::ErrorKind::NotFound {
                help = near_file(&file.path, Path::new(&file.shown));
            }
        }
        Cause::Empty => findings.empty_trace = true,
        _ => {}
    }
    let mut problem = Problem::error(place.0, message).at(place.1);
    problem.help = help;
    findings.report(problem);
    None
}
