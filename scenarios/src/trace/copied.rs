//! The copies of a trace's rows, in the order in which they come.
//!
//! Rows are read as far ahead as one of them may be moved; what is held is the rows of twice that time, times the copies.

use super::calendar::{Calendar, Due};
use super::error::{Cause, TraceError};
use super::resample::Drawing;
use super::window::Window;

/// The most rows that are held at once.
const MOST: usize = 20_000_000;

/// Rows with their copies, spread over their ticks and moved.
#[derive(Debug)]
pub(super) struct Copied {
    pub(super) window: Window,
    pub(super) drawing: Drawing,
    calendar: Calendar,
    /// Nothing that is read later is due before.
    safe: u64,
    tick: u64,
    fault: Option<TraceError>,
    /// How many are held.
    held: usize,
    /// What messages call the trace.
    file: String,
}

impl Copied {
    pub(super) fn new(window: Window, drawing: Drawing, calendar: Calendar, tick: u64, file: &str) -> Self {
        let file = file.to_owned();
        Self { window, drawing, calendar, safe: 0, tick, fault: None, held: 0, file }
    }

    /// The next one. An error is reported after the rows before it.
    #[inline]
    pub(super) fn next(&mut self) -> Result<Option<Due>, TraceError> {
        loop {
            if let Some(due) = self.calendar.next() {
                self.held -= 1;
                return Ok(Some(due));
            }
            if self.calendar.turn(self.safe) {
                continue;
            }
            if self.safe < u64::MAX {
                self.read();
            } else if self.calendar.is_empty() {
                return self.fault.take().map_or(Ok(None), Err);
            }
        }
    }

    fn read(&mut self) {
        match self.window.read() {
            Ok(Some((number, row))) => {
                let start = if self.tick > 0 { row.elapsed - row.elapsed % self.tick } else { row.elapsed };
                self.safe = start.saturating_sub(self.drawing.reach());
                self.calendar.pass(self.safe);
                let unit = self.drawing.unit(&row, number);
                let copies = self.drawing.copies(unit);
                self.held += copies as usize;
                if self.held > MOST {
                    let fault = TraceError::new(&self.file, None, Cause::TooManyAtOnce { rows: MOST });
                    (self.fault, self.safe) = (Some(fault), u64::MAX);
                    self.held -= copies as usize;
                    return;
                }
                for copy in 0..copies {
                    let at = self.drawing.at(row.elapsed, number, unit, copy);
                    self.calendar.put(Due { at, row: number, copy });
                }
            }
            Ok(None) => self.safe = u64::MAX,
            Err(error) => {
                self.fault = Some(error);
                self.safe = u64::MAX;
            }
        }
    }

    /// Lets go of the rows that are due before a time in all their copies.
    #[inline]
    pub(super) fn release(&mut self, due: u64) {
        self.window.release(due.saturating_sub(self.drawing.reach() + self.tick));
    }
}
