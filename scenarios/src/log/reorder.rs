//! Entries put in the order of their arrivals, as far as a window reaches.
//!
//! Servers log a request when it is over, so a long one comes late. Entries are held until nothing can come before
//! them any more: until one has been read that arrived a window later. They are held second by second, and a second is sorted
//! when it is over: most of a log is in order, or nearly so.

use std::collections::BTreeMap;

use ipvslab_schedulers::Rng;

use super::error::{Cause, Place};
use super::row::LogRow;
use super::stamp::SECOND;

/// The most memory for entries that are held, in bytes: 1 GiB.
const MOST: usize = 1 << 30;

/// The entries that are held.
pub(crate) struct Reorder {
    /// Nanoseconds.
    window: u64,
    /// What spreads entries over the ticks of a coarse clock: uniformly, as arrivals of a Poisson process are.
    spread: Option<Rng>,
    /// The entries of each second since 1970.
    seconds: BTreeMap<i64, Vec<Option<LogRow>>>,
    /// Those of the earliest second, as they were read.
    due: Vec<Option<LogRow>>,
    /// When each of them arrives, with its place among them; the first one last.
    order: Vec<(i64, usize)>,
    bytes: usize,
    /// How many entries were spread.
    pub(crate) spread_rows: u64,
    /// The latest arrival, by the log's clock, and where it was read.
    latest: Option<(i64, Place)>,
}

impl Reorder {
    /// `window` in nanoseconds.
    pub(crate) fn new(window: u64, spread: Option<Rng>) -> Self {
        Self {
            window,
            spread,
            seconds: BTreeMap::new(),
            due: Vec::new(),
            order: Vec::new(),
            bytes: 0,
            spread_rows: 0,
            latest: None,
        }
    }

    /// Takes an entry in.
    ///
    /// # Errors
    /// If it comes too late, or too many are held. A late one has changed nothing.
    pub(crate) fn push(&mut self, mut row: LogRow, place: Place) -> Result<(), Cause> {
        let (latest, than) = self.latest.unwrap_or((row.at, place));
        if row.at < latest.saturating_sub_unsigned(self.window) {
            let by = latest.abs_diff(row.at);
            return Err(Cause::Late { by, than, window: self.window, enough: 0, is_whole: false });
        }
        if row.at >= latest {
            self.latest = Some((row.at, place));
        }
        if let Some(draws) = &mut self.spread
            && row.tick > 0
        {
            self.spread_rows += 1;
            let within = libm::floor(draws.unit() * row.tick as f64) as u64;
            row.at = row.at.saturating_add_unsigned(within.min(row.tick - 1));
        }
        self.bytes += row.footprint();
        self.seconds.entry(row.at.div_euclid(SECOND as i64)).or_default().push(Some(row));
        if self.bytes > MOST {
            return Err(Cause::WindowFull { bytes: MOST, window: self.window });
        }
        Ok(())
    }

    /// The latest arrival so far, by the log's clock.
    pub(crate) fn latest(&self) -> i64 {
        self.latest.map_or(i64::MIN, |(at, _)| at)
    }

    /// The next entry before which nothing can come any more.
    pub(crate) fn pop(&mut self) -> Option<LogRow> {
        if self.order.is_empty() {
            let (&second, _) = self.seconds.first_key_value()?;
            // What comes is not earlier than this.
            let least = self.latest().saturating_sub_unsigned(self.window);
            if second >= least.div_euclid(SECOND as i64) {
                return None;
            }
        }
        self.pop_any()
    }

    /// The next entry, when no more will come.
    pub(crate) fn pop_any(&mut self) -> Option<LogRow> {
        if self.order.is_empty() {
            let (_, second) = self.seconds.pop_first()?;
            let arrivals = second.iter().flatten().map(|row| row.at).enumerate();
            self.order.extend(arrivals.map(|(place, at)| (at, place)));
            // Equal arrivals keep their order.
            self.order.sort_unstable_by(|one, other| other.cmp(one));
            self.due = second;
        }
        let (_, place) = self.order.pop()?;
        let row = self.due[place].take()?;
        self.bytes -= row.footprint();
        Some(row)
    }
}

#[cfg(test)]
mod tests {
    use super::super::row::Client;
    use super::*;

    /// Seconds.
    const S: i64 = SECOND as i64;

    fn row(at: i64, tick: u64) -> LogRow {
        LogRow::new(at, tick, Client::Name("a".into()))
    }

    #[test]
    fn entries_within_the_window_come_out_in_order() {
        let mut held = Reorder::new(10 * SECOND, None);
        let mut seen = Vec::new();
        for at in [100 * S, 95 * S + 7, 95 * S, 105 * S, 99 * S, 200 * S] {
            held.push(row(at, 0), Place::Line(1)).expect("in time");
            seen.extend(std::iter::from_fn(|| held.pop()).map(|row| row.at));
        }
        assert_eq!(seen, [95 * S, 95 * S + 7, 99 * S, 100 * S, 105 * S]);
        assert_eq!(held.pop_any().map(|row| row.at), Some(200 * S));
        assert_eq!(held.bytes, 0);
    }

    #[test]
    fn an_entry_beyond_the_window_is_late_and_changes_nothing() {
        let mut held = Reorder::new(10, None);
        held.push(row(100, 0), Place::Line(7)).expect("the first");
        let Err(Cause::Late { by, than, .. }) = held.push(row(89, 0), Place::Line(8)) else { panic!("late") };
        assert_eq!((by, than), (11, Place::Line(7)));
        assert_eq!(std::iter::from_fn(|| held.pop_any()).count(), 1);
    }

    #[test]
    fn ticks_are_spread_within_themselves_the_same_way_every_time() {
        let spread = || {
            let mut held = Reorder::new(SECOND, Some(Rng::stream(1, 0, "spread")));
            for tick in [0, 0, 0, 1, 1] {
                held.push(row(tick * SECOND as i64, SECOND), Place::Line(1)).expect("in time");
            }
            std::iter::from_fn(|| held.pop_any()).map(|row| row.at).collect::<Vec<_>>()
        };
        let times = spread();
        assert!(times.is_sorted() && times.windows(2).all(|pair| pair[0] != pair[1]), "{times:?}");
        assert_eq!(times.iter().filter(|&&at| at < SECOND as i64).count(), 3);
        assert_eq!(times, spread());
    }
}
