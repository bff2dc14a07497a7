//! The rows of a trace as a replication plays them.
//!
//! A trace whose times are whole seconds has its connections arrive in bursts that never were. Given the number of
//! arrivals in an interval, those of a Poisson process are independent and uniform in it; so every row gets a uniform
//! instant of its tick.

use ipvslab_schedulers::Time;

use super::blocks::Blocks;
use super::copied::Copied;
use super::error::TraceError;
use super::rows::Row;
use super::window::Window;

/// A row of a trace, as it is played.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Played {
    /// In the run's time.
    pub(crate) at: Time,
    pub(crate) row: Row,
    /// The row's number in the trace, from 0.
    pub(crate) number: u64,
    /// Which time that row is played: what is drawn for it goes by both.
    pub(crate) occurrence: u64,
}

/// The rows of a trace with their arrival times in the run, in order of time.
#[derive(Debug)]
pub(crate) struct Play {
    speedup: f64,
    way: Way,
}

#[derive(Debug)]
enum Way {
    /// At the times that the trace has.
    Plain(Window),
    /// Spread, copied or moved.
    Copied(Box<Copied>),
    Blocks(Box<Copied>, Box<Blocks>),
}

impl Play {
    pub(super) fn plain(speedup: f64, window: Window) -> Self {
        Self { speedup, way: Way::Plain(window) }
    }

    pub(super) fn copied(speedup: f64, rows: Copied) -> Self {
        Self { speedup, way: Way::Copied(Box::new(rows)) }
    }

    pub(super) fn blocks(speedup: f64, rows: Copied, blocks: Blocks) -> Self {
        Self { speedup, way: Way::Blocks(Box::new(rows), Box::new(blocks)) }
    }

    fn at(&self, elapsed: u64) -> Time {
        if self.speedup == 1.0 {
            Time::from_nanos(elapsed)
        } else {
            Time::from_nanos((elapsed as f64 / self.speedup + 0.5) as u64)
        }
    }

    #[inline]
    fn read(&mut self) -> Result<Option<Played>, TraceError> {
        let (elapsed, row, number, occurrence) = match &mut self.way {
            Way::Plain(window) => {
                let Some((number, row)) = window.read()? else { return Ok(None) };
                window.release(row.elapsed);
                (row.elapsed, row, number, 0)
            }
            Way::Copied(rows) => {
                let Some(due) = rows.next()? else { return Ok(None) };
                let row = rows.drawing.copied(rows.window.row(due.row), due.copy);
                rows.release(due.at);
                (due.at, row, due.row, u64::from(due.copy))
            }
            Way::Blocks(rows, blocks) => {
                let Some((due, block)) = blocks.next(rows)? else { return Ok(None) };
                let row = rows.drawing.copied(rows.window.row(due.row), due.copy);
                (due.at, row, due.row, block << 32 | u64::from(due.copy))
            }
        };
        Ok(Some(Played { at: self.at(elapsed), row, number, occurrence }))
    }
}

impl Iterator for Play {
    type Item = Result<Played, TraceError>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}
