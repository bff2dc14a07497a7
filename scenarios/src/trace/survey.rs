//! The first reading of a trace: what is in it, and whether all of it can be read.

use std::sync::Arc;

use ipvslab_schedulers::{Rng, Span};

use super::error::{Cause, TraceError};
use super::rows::{Layout, Row, Rows};
use super::spread::Spread;

/// Traces of up to this many rows are kept in memory (20 MB) instead of being read once a replication.
const KEPT: usize = 1 << 18;

/// What the first reading found.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Survey {
    /// How many rows.
    pub(crate) rows: u64,
    /// From the first row to the last one, in the trace's own nanoseconds.
    pub(crate) span: u64,
    /// The mean work of a row in nanoseconds; `None` if the trace says nothing of work.
    pub(crate) mean_work: Option<f64>,
}

/// A trace that has been read to its end.
#[derive(Clone, Debug)]
pub(crate) struct Trace {
    layout: Layout,
    tick: u64,
    speedup: f64,
    bytes: u64,
    survey: Survey,
    kept: Option<Arc<[Row]>>,
}

impl Trace {
    /// Reads all rows that a run will use. `tick` is in the trace's nanoseconds; 0 for none.
    pub(crate) fn survey(layout: Layout, tick: u64, speedup: f64) -> Result<Self, TraceError> {
        let (input, bytes) = layout.file.open()?;
        let mut survey = Survey { rows: 0, span: 0, mean_work: None };
        let mut kept = Some(Vec::new());
        let mut work = 0.0;
        for row in Rows::new(&layout, input)? {
            let row = row?;
            survey.rows += 1;
            survey.span = row.elapsed;
            work += row.work.map_or(0.0, |work| work.as_nanos() as f64);
            match &mut kept {
                Some(rows) if rows.len() < KEPT => rows.push(row),
                rows => *rows = None,
            }
        }
        if survey.rows == 0 {
            return Err(TraceError::new(&layout.file.shown, None, Cause::Empty));
        }
        survey.mean_work = layout.work.as_ref().map(|_| work / survey.rows as f64);
        Ok(Self { layout, tick, speedup, bytes, survey, kept: kept.map(Into::into) })
    }

    /// What the first reading found.
    pub(crate) fn found(&self) -> Survey {
        self.survey
    }

    /// From the first row to a tick after the last one, in the run's time.
    pub(crate) fn span(&self) -> Span {
        let tick = if self.tick > 0 { self.tick } else { self.layout.format.unit() };
        let end = (self.survey.span.saturating_add(tick)) as f64 / self.speedup;
        Span::from_nanos((end as u64).max(1))
    }

    /// The rows of one replication with their arrival times.
    pub(crate) fn spread(&self, draws: Rng) -> Result<Spread, TraceError> {
        let rows = match &self.kept {
            Some(rows) => Reading::Kept { rows: Arc::clone(rows), next: 0 },
            None => {
                let (input, bytes) = self.layout.file.open()?;
                if bytes != self.bytes {
                    return Err(TraceError::new(&self.layout.file.shown, None, Cause::Changed));
                }
                Reading::Stream(Box::new(Rows::new(&self.layout, input)?))
            }
        };
        Ok(Spread::new(rows, &self.layout.file.shown, self.tick, self.speedup, draws))
    }

    /// Whether arrival times are drawn within their ticks.
    pub(crate) fn is_spread(&self) -> bool {
        self.tick > 0
    }
}

/// The rows of a trace, from memory or from the file.
#[derive(Debug)]
pub(crate) enum Reading {
    Kept { rows: Arc<[Row]>, next: usize },
    Stream(Box<Rows>),
}

impl Iterator for Reading {
    type Item = Result<Row, TraceError>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Kept { rows, next } => {
                let row = rows.get(*next)?;
                *next += 1;
                Some(Ok(*row))
            }
            Self::Stream(rows) => rows.next(),
        }
    }
}
