//! A coarse clock made fine again: the rows of a tick are spread over it.
//!
//! A trace whose times are whole seconds has its connections arrive in bursts that never were. Given the number of
//! arrivals in an interval, those of a Poisson process are independent and uniform in it; so every row gets a uniform
//! instant of its tick, and the tick is sorted.

use ipvslab_schedulers::{Rng, Time};

use super::error::{Cause, TraceError};
use super::rows::Row;
use super::survey::Reading;

/// The most rows of one tick.
const LARGEST_TICK: usize = 10_000_000;

/// The rows of a trace with their arrival times in the run.
#[derive(Debug)]
pub(crate) struct Spread {
    rows: Reading,
    /// What messages call the trace.
    file: String,
    /// The tick in the trace's nanoseconds; 0 leaves times as they are.
    tick: u64,
    speedup: f64,
    draws: Rng,
    /// The rows of the present tick, the last one first.
    due: Vec<Row>,
    /// The first row of the next tick.
    next: Option<Row>,
}

impl Spread {
    pub(crate) fn new(rows: Reading, file: &str, tick: u64, speedup: f64, draws: Rng) -> Self {
        Self { rows, file: file.to_owned(), tick, speedup, draws, due: Vec::new(), next: None }
    }

    /// Collects the rows of the next tick. An error is reported after the rows before it.
    fn fill(&mut self) -> Result<(), TraceError> {
        let mut row = match self.next.take() {
            Some(row) => row,
            None => match self.rows.next().transpose()? {
                Some(row) => row,
                None => return Ok(()),
            },
        };
        let start = row.elapsed - row.elapsed % self.tick;
        loop {
            let within = libm::floor(self.draws.unit() * self.tick as f64) as u64;
            row.elapsed = start + within.min(self.tick - 1);
            self.due.push(row);
            if self.due.len() > LARGEST_TICK {
                return Err(TraceError::new(&self.file, None, Cause::TickTooLarge { rows: LARGEST_TICK }));
            }
            match self.rows.next().transpose()? {
                Some(next) if next.elapsed - start < self.tick => row = next,
                next => {
                    self.next = next;
                    break;
                }
            }
        }
        // Stable, and the last one first: rows at the same instant keep their order when they are popped.
        self.due.reverse();
        self.due.sort_by_key(|row| std::cmp::Reverse(row.elapsed));
        Ok(())
    }

    fn at(&self, row: &Row) -> Time {
        if self.speedup == 1.0 {
            Time::from_nanos(row.elapsed)
        } else {
            Time::from_nanos((row.elapsed as f64 / self.speedup + 0.5) as u64)
        }
    }
}

impl Iterator for Spread {
    type Item = Result<(Time, Row), TraceError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.tick == 0 {
            return Some(self.rows.next()?.map(|row| (self.at(&row), row)));
        }
        if self.due.is_empty()
            && let Err(error) = self.fill()
        {
            self.due.clear();
            return Some(Err(error));
        }
        let row = self.due.pop()?;
        Some(Ok((self.at(&row), row)))
    }
}
