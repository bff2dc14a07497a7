//! `[arrivals]`: a process, or a trace that is read once to see what is in it.

use std::path::Path;
use std::sync::Arc;

use super::class::Sections;
use super::farm::Family;
use super::file::{Key, report, table_file};
use super::{Findings, process, requests, traced};
use crate::problem::Problem;
use crate::raw::{Closed, File, Piecewise};
use crate::trace::{RateColumns, read_rates};
use crate::workload::{Process, Source};

/// What the connections of a class arrive by, `factor` times as often as the file says.
pub(super) fn source(
    file: &File,
    class: &Sections<'_>,
    factor: f64,
    base_dir: &Path,
    family: Family,
    findings: &mut Findings,
) -> Option<Source> {
    let arrivals = &class.arrivals?.value;
    if let Some(trace) = &arrivals.trace {
        return traced::trace(&trace.value, file, class, factor, base_dir, family, findings);
    }
    let process = match &arrivals.piecewise {
        Some(piecewise) => {
            self::piecewise(&class.path("arrivals.piecewise"), &piecewise.value, base_dir, findings)
        }
        None => match &arrivals.closed {
            Some(closed) => self::closed(class, &closed.value, base_dir, findings),
            None => process::process(arrivals, class, findings),
        },
    };
    process.map(|process| Source::Drawn(process.scaled(factor)))
}

fn closed(class: &Sections<'_>, raw: &Closed, base_dir: &Path, findings: &mut Findings) -> Option<Process> {
    let path = class.path("arrivals.closed");
    let think = requests::wait(&format!("{path}.think"), raw.think.as_ref(), base_dir, findings);
    Some(Process::Closed { users: raw.users.as_ref()?.value, think: think? })
}

fn piecewise(path: &str, raw: &Piecewise, base_dir: &Path, findings: &mut Findings) -> Option<Process> {
    let (time, value, bucket) = (raw.time.as_ref()?, raw.value.as_ref()?, raw.bucket.as_ref()?);
    if bucket.value.nanos() <= 0.0 {
        let message = "found zero, expected a time above zero";
        findings.report(Problem::error(format!("{path}.bucket"), message).at(&bucket.span));
        return None;
    }
    let name = raw.file.as_ref()?;
    let columns = RateColumns {
        file: table_file(name, raw.delimiter.as_ref(), raw.header.as_ref(), base_dir),
        time: time.value.clone(),
        format: raw.time_format.as_ref()?.value,
        value: value.value.clone(),
        bucket: bucket.value.nanos(),
        scale: raw.scale.as_ref().map_or(1.0, |scale| scale.value),
        speedup: raw.speedup.as_ref().map_or(1.0, |speedup| speedup.value),
    };
    let steps = read_rates(&columns);
    let keys = [Key::new(format!("{path}.time"), time), Key::new(format!("{path}.value"), value)];
    let steps = report(&format!("{path}.file"), name, &columns.file, steps, &keys, findings)?;
    Some(Process::Piecewise(Arc::new(steps)))
}
