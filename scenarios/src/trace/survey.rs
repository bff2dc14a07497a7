//! The first reading of a trace: what is in it, and whether all of it can be read.

use std::net::IpAddr;
use std::sync::Arc;

use ipvslab_schedulers::{Rng, Span};

use super::blocks::Blocks;
use super::calendar::Calendar;
use super::clients::Busiest;
use super::copied::Copied;
use super::error::{Cause, TraceError};
use super::play::Play;
use super::resample::{Drawing, Plan, TraceDesign};
use super::rows::{Layout, Row, Rows};
use super::window::Window;

/// Traces of up to this many rows are kept in memory (20 MB) instead of being read once a replication.
const KEPT: usize = 1 << 18;
/// Ticks of clocks that are found without being told.
const TICKS: [u64; 2] = [1_000_000_000, 1_000_000];

/// What the first reading found.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Survey {
    /// How many rows.
    pub(crate) rows: u64,
    /// From the first row to the last one, in the trace's own nanoseconds.
    pub(crate) span: u64,
    /// The mean work of a row in nanoseconds; `None` if the trace says nothing of work.
    pub(crate) mean_work: Option<f64>,
    /// The tick of a clock of whole seconds or milliseconds, in nanoseconds; 0 of a finer one.
    pub(crate) clock: u64,
    /// The client with most rows, and at least how many it has.
    pub(crate) busiest: Option<(IpAddr, u64)>,
    /// Rows and span of the trace with what comes after the end of the run; as many rows as were looked at.
    pub(crate) whole: (u64, u64),
}

/// How the rows of a trace are put into the run's time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Way {
    /// The tick of the trace's clock in its own nanoseconds, 0 for none; `None` leaves it to what is found, of a trace that is
    /// resampled.
    pub(crate) tick: Option<u64>,
    /// How many times as fast as recorded.
    pub(crate) speedup: f64,
}

/// A trace that has been read to its end.
#[derive(Clone, Debug)]
pub(crate) struct Trace {
    layout: Layout,
    way: Way,
    plan: Plan,
    bytes: u64,
    survey: Survey,
    kept: Option<Arc<[Row]>>,
}

impl Trace {
    /// Reads all rows that a run will use; `plan` says how they are resampled, of a trace with this span.
    pub(crate) fn survey(
        layout: Layout,
        way: Way,
        plan: impl FnOnce(u64) -> Plan,
    ) -> Result<Self, TraceError> {
        let (input, bytes) = layout.file.open()?;
        let mut survey = Survey { rows: 0, span: 0, mean_work: None, clock: 0, busiest: None, whole: (0, 0) };
        let mut kept = Some(Vec::new());
        let mut work = 0.0;
        let mut busiest = Busiest::default();
        let mut ticks = TICKS.to_vec();
        let mut rows = Rows::new(&layout, input)?;
        for row in rows.by_ref() {
            let row = row?;
            survey.rows += 1;
            survey.span = row.elapsed;
            work += row.work.map_or(0.0, |work| work.as_nanos() as f64);
            row.client.into_iter().for_each(|client| busiest.see(client));
            ticks.retain(|tick| row.elapsed % tick == 0);
            match &mut kept {
                Some(rows) if rows.len() < KEPT => rows.push(row),
                rows => *rows = None,
            }
        }
        if survey.rows == 0 {
            return Err(TraceError::new(&layout.file.shown, None, Cause::Empty));
        }
        survey.mean_work = layout.work.as_ref().map(|_| work / survey.rows as f64);
        survey.clock = ticks.first().copied().filter(|_| survey.span > 0).unwrap_or(0);
        survey.busiest = busiest.found();
        survey.whole = rows.beyond(survey.rows, survey.span);
        let plan = plan(end(&layout, way, survey));
        Ok(Self { layout, way, plan, bytes, survey, kept: kept.map(Into::into) })
    }

    /// What the first reading found.
    pub(crate) fn found(&self) -> Survey {
        self.survey
    }

    /// How many times as fast as recorded it is played.
    pub(crate) fn speedup(&self) -> f64 {
        self.way.speedup
    }

    /// How it is resampled and scaled.
    pub(crate) fn plan(&self) -> Plan {
        self.plan
    }

    /// From the first row to a tick after the last one, in the trace's own nanoseconds.
    pub(crate) fn end(&self) -> u64 {
        end(&self.layout, self.way, self.survey)
    }

    /// The works of all rows in nanoseconds; `None` of a trace that is not kept in memory.
    pub(crate) fn works(&self) -> Option<Vec<f64>> {
        let rows = self.kept.as_ref()?;
        Some(rows.iter().filter_map(|row| Some(row.work?.as_nanos() as f64)).collect())
    }

    /// From the first row to a tick after the last one, in the run's time.
    pub(crate) fn span(&self) -> Span {
        let end = self.end() as f64 / self.way.speedup;
        Span::from_nanos((end as u64).max(1))
    }

    /// The tick that rows are spread over; 0 for none.
    fn tick(&self, design: TraceDesign) -> u64 {
        let found = if design == TraceDesign::Recorded { 0 } else { self.survey.clock };
        self.way.tick.unwrap_or(found)
    }

    /// The rows of a replication, by seed and number, with their arrival times.
    pub(crate) fn play(&self, design: TraceDesign, key: (u64, u32)) -> Result<Play, TraceError> {
        let window = match &self.kept {
            Some(rows) => Window::Kept { rows: Arc::clone(rows), next: 0 },
            None => {
                let (input, bytes) = self.layout.file.open()?;
                if bytes != self.bytes {
                    return Err(TraceError::new(&self.layout.file.shown, None, Cause::Changed));
                }
                Window::stream(Rows::new(&self.layout, input)?)
            }
        };
        let (tick, span) = (self.tick(design), self.end());
        if tick == 0 && design == TraceDesign::Recorded && self.plan.scale == 1.0 {
            return Ok(Play::plain(self.way.speedup, window));
        }
        let drawing = Drawing::new(self.plan, design, span, tick, key);
        let ahead = 2 * drawing.reach() + tick;
        let calendar = Calendar::new(self.survey.rows as f64 * self.plan.scale, span, ahead);
        let copied = Copied::new(window, drawing, calendar, tick, &self.layout.file.shown);
        if design == TraceDesign::Blocks {
            let draws = Rng::family(key.0, key.1, "resample/blocks");
            let blocks = Blocks::new(draws, self.plan.block, self.plan.shift, span);
            return Ok(Play::blocks(self.way.speedup, copied, blocks));
        }
        Ok(Play::copied(self.way.speedup, copied))
    }

    /// Whether arrival times are drawn within their ticks.
    pub(crate) fn is_spread(&self) -> bool {
        self.way.tick.is_some_and(|tick| tick > 0)
    }
}

/// From the first row to a tick after the last one, in the trace's own nanoseconds.
fn end(layout: &Layout, way: Way, survey: Survey) -> u64 {
    let tick = way.tick.filter(|&tick| tick > 0).unwrap_or(layout.format.unit());
    survey.span.saturating_add(tick)
}
