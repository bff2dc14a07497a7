//! The rows of a trace that may still be due.

use std::collections::VecDeque;
use std::sync::Arc;

use super::error::TraceError;
use super::rows::{Row, Rows};

/// The rows of a trace by their number, from memory or from the file.
#[derive(Debug)]
pub(crate) enum Window {
    /// All of them.
    Kept { rows: Arc<[Row]>, next: usize },
    /// Those between two places of the file.
    Stream { rows: Box<Rows>, first: u64, held: VecDeque<Row> },
}

impl Window {
    pub(super) fn stream(rows: Rows) -> Self {
        Self::Stream { rows: Box::new(rows), first: 0, held: VecDeque::new() }
    }

    /// Reads on by a row.
    #[inline]
    pub(super) fn read(&mut self) -> Result<Option<(u64, Row)>, TraceError> {
        match self {
            Self::Kept { rows, next } => {
                let row = rows.get(*next).map(|row| (*next as u64, *row));
                *next += 1;
                Ok(row)
            }
            Self::Stream { rows, first, held } => {
                let Some(row) = rows.next().transpose()? else { return Ok(None) };
                held.push_back(row);
                Ok(Some((*first + held.len() as u64 - 1, row)))
            }
        }
    }

    /// A row that was read and not let go.
    #[inline]
    pub(super) fn row(&self, number: u64) -> &Row {
        match self {
            Self::Kept { rows, .. } => &rows[number as usize],
            Self::Stream { first, held, .. } => &held[(number - first) as usize],
        }
    }

    /// Lets go of the rows before a time.
    #[inline]
    pub(super) fn release(&mut self, before: u64) {
        if let Self::Stream { first, held, .. } = self {
            while held.front().is_some_and(|row| row.elapsed < before) {
                held.pop_front();
                *first += 1;
            }
        }
    }
}
