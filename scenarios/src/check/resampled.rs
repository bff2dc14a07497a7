//! How a trace is resampled and scaled.

use super::class::Sections;
use super::farm::Family;
use super::findings::Findings;
use super::origin;
use crate::netmask::Netmask;
use crate::problem::Problem;
use crate::quantity::Duration;
use crate::quoted::{At, Quoted};
use crate::raw::{File, TraceArrivals};
use crate::trace::Resample;
use crate::trace::{Copies, Plan, Trace};

/// The part of the rows that one client may have without a word.
const GREAT_PART: f64 = 0.05;
/// Of fewer rows than this, every client has a great part.
const FEW_ROWS: u64 = 500;
/// A block is at most this part of the trace.
const BLOCKS: u64 = 20;

/// What replications draw, if the file says; classes must say the same.
pub(super) fn resample(sections: &[Sections<'_>], findings: &mut Findings) -> Option<Resample> {
    let mut given = sections.iter().filter_map(|class| {
        let trace = class.arrivals?.value.trace.as_ref()?;
        Some((class.path("arrivals.trace.resample"), trace.value.resample.as_ref()?))
    });
    let (_, first) = given.next()?;
    for (path, other) in given.filter(|(_, other)| other.value != first.value) {
        let message = "all classes are resampled in one way";
        findings.report(Problem::error(path, message).at(&other.span).also(&first.span, "the first"));
    }
    Some(first.value)
}

/// What a file says of one trace.
pub(super) struct Resampling<'a> {
    pub(super) raw: &'a TraceArrivals,
    pub(super) class: &'a Sections<'a>,
    pub(super) file: &'a File,
    /// How many times as many clients as the file says.
    pub(super) factor: f64,
    pub(super) family: Family,
}

impl Resampling<'_> {
    /// How many copies there are of each client, on average.
    pub(super) fn scale(&self, findings: &mut Findings) -> Option<f64> {
        let scale = self.factor * self.raw.scale.as_ref().map_or(1.0, |scale| scale.value);
        if scale <= Plan::MOST_COPIES {
            return Some(scale);
        }
        let message = format!("found {scale} times as many clients, expected at most {}", Plan::MOST_COPIES);
        let problem = Problem::error(self.class.path("arrivals.trace.scale"), message);
        findings.report(match &self.raw.scale {
            Some(scale) => problem.at(&scale.span),
            None => problem,
        });
        None
    }

    /// How a trace that lasts `span` nanoseconds is resampled.
    pub(super) fn plan(&self, scale: f64, span: u64) -> Plan {
        let nanos =
            |given: &Option<Quoted<Duration>>| given.as_ref().map(|given| given.value.span().as_nanos());
        let clients = self.class.clients.and_then(|clients| clients.value.trace.as_ref());
        let network = clients.and_then(|clients| clients.value.network.as_ref());
        Plan {
            scale,
            copies: self.raw.copies.as_ref().map_or(Copies::Apart, |copies| copies.value),
            block: nanos(&self.raw.block).unwrap_or_else(|| Plan::block_of(span)).clamp(1, span.max(1)),
            shift: nanos(&self.raw.shift)
                .unwrap_or_else(|| Plan::shift_of(span, clients.is_some()))
                .min(span / 2),
            prefix: self.prefix(),
            pool: network.map_or(origin::default_clients(self.family), |network| network.value),
        }
    }

    /// How many leading bits of its address persistence tells a client by.
    fn prefix(&self) -> u8 {
        let service = self.file.service.as_ref().map(|service| &service.value);
        let netmask = service
            .filter(|service| service.persistent.is_some())
            .and_then(|service| service.netmask.as_ref());
        match (netmask, self.family) {
            (Some(At { value: Netmask::Mask(prefix) | Netmask::Prefix(prefix), .. }), _) => *prefix,
            (None, Family::V4) => 32,
            (None, Family::V6) => 128,
        }
    }

    /// Warns of what resampling and scaling cannot do with this trace.
    pub(super) fn warn(&self, trace: &Trace, findings: &mut Findings) {
        let is_scaled = trace.plan().scale != 1.0;
        let is_resampled = is_scaled || self.is_resampled();
        self.warn_of_speedup(findings);
        self.warn_of_duration(trace, findings);
        if !is_resampled {
            return;
        }
        self.warn_of_lengths(trace, findings);
        self.warn_of_crowds(trace, findings);
    }

    /// Whether the file asks for replications that differ in what they draw.
    fn is_resampled(&self) -> bool {
        let replications = self
            .file
            .run
            .as_ref()
            .and_then(|run| run.value.replications.as_ref())
            .map_or(10, |count| count.value);
        match &self.raw.resample {
            Some(resample) => resample.value != Resample::None,
            None => replications > 1,
        }
    }

    fn warn_of_speedup(&self, findings: &mut Findings) {
        let Some(speedup) = self.raw.speedup.as_ref().filter(|speedup| speedup.value != 1.0) else { return };
        let times = speedup.value;
        let message = format!(
            "speedup = {times} is not {times} times the users: it squeezes time, and with it gaps between requests, timeouts, health \
             checks and the busy hour are out of scale"
        );
        let problem = Problem::warning(self.class.path("arrivals.trace.speedup"), message).at(&speedup.span);
        findings.report(
            problem.help(format!("scale = {times} plays {times} times the users at the recorded pace")),
        );
    }

    /// A duration that leaves rows out, or goes on after the last.
    fn warn_of_duration(&self, trace: &Trace, findings: &mut Findings) {
        let Some(duration) = self.file.run.as_ref().and_then(|run| run.value.duration.as_ref()) else {
            return;
        };
        let found = trace.found();
        let (rows, span) = found.whole;
        let given = duration.value.span().as_secs_f64();
        let (lasts, played) = (span as f64 / 1e9 / trace.speedup(), found.rows as f64 / rows as f64);
        let (message, help) = if played < 0.99 {
            let message = format!(
                "the trace lasts {lasts:.0} s and has {rows} rows; a duration of {given} s plays {:.2} % of it ({} rows)",
                100.0 * played,
                found.rows
            );
            (message, "leave `duration` out to play all of it")
        } else if given > 1.05 * trace.span().as_secs_f64() + 1.0 && self.raw.limit.is_none() {
            let message = format!(
                "the trace is over after {lasts:.0} s, and the run lasts {given} s: nothing of it arrives in {:.0} % of the time, and \
                 rates and loads are means over all of it",
                100.0 * (1.0 - lasts / given)
            );
            (message, "leave `duration` out, and the run ends with the trace")
        } else {
            return;
        };
        findings.report(Problem::warning("run.duration", message).at(&duration.span).help(help));
    }

    fn warn_of_lengths(&self, trace: &Trace, findings: &mut Findings) {
        let span = trace.end();
        let seconds = span as f64 / 1e9;
        if let Some(block) = &self.raw.block
            && block.value.span().as_nanos() > span / BLOCKS
        {
            let path = self.class.path("arrivals.trace.block");
            if block.value.span().as_nanos() >= span {
                let message =
                    format!("a block is not shorter than the trace of {seconds} s: nothing is drawn");
                findings.report(Problem::error(path, message).at(&block.span).help("leave `block` out"));
                return;
            }
            let count = span as f64 / block.value.nanos();
            let message =
                format!("the trace of {seconds} s has {count:.1} blocks, expected {BLOCKS} or more");
            let help = "replications are made of few stretches, and too much alike; shorter blocks, or a longer trace";
            findings.report(Problem::warning(path, message).at(&block.span).help(help));
        }
        let Some(shift) = &self.raw.shift else { return };
        let path = self.class.path("arrivals.trace.shift");
        if shift.value.nanos() == 0.0 {
            let message = "copies of a client come at one instant, which nobody has seen";
            findings.report(Problem::warning(path, message).at(&shift.span).help("leave `shift` out"));
        } else if shift.value.span().as_nanos() > span / 2 {
            let message = format!(
                "found more than half of the trace's {seconds} s, which is the most that anything is moved"
            );
            findings.report(Problem::warning(path, message).at(&shift.span));
        }
    }

    fn warn_of_crowds(&self, trace: &Trace, findings: &mut Findings) {
        let found = trace.found();
        let Some((client, rows)) = found.busiest else { return };
        let part = rows as f64 / found.rows as f64;
        if part <= GREAT_PART || found.rows < FEW_ROWS {
            return;
        }
        let message = format!(
            "the client at {client} has {:.0} % of the rows: resampling and `scale` copy it or leave it out as a whole",
            100.0 * part
        );
        let path = self.class.path("arrivals.trace");
        let clients = self.class.clients.and_then(|clients| clients.value.trace.as_ref());
        let problem = Problem::warning(path, message);
        let problem = match clients {
            Some(clients) => problem.at(&clients.span),
            None => problem,
        };
        findings.report(problem.help("if it stands for many (NAT, a proxy), name a column that tells them apart, or resample = \"blocks\""));
    }
}
