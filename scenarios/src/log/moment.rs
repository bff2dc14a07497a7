//! The time that the parts of a line make together.

use super::stamp::{SECOND, Stamp};
use crate::trace::clock::offset;

/// The time that a line has told so far. A line may tell it in parts: a date, decimals of the second, a zone.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Moment {
    /// Days since 1970.
    pub(crate) day: Option<i64>,
    /// Nanoseconds of the day.
    pub(crate) of_day: Option<i64>,
    /// Nanoseconds since 1970, told in one piece.
    pub(crate) whole: Option<i64>,
    /// Decimals of the second, in nanoseconds.
    pub(crate) decimals: Option<i64>,
    /// Seconds east of Greenwich.
    pub(crate) east: i64,
}

impl Moment {
    /// Takes in a time that is told in one piece.
    pub(crate) fn put(&mut self, stamp: Stamp) {
        self.whole = Some(stamp.at);
        if stamp.tick == 0 {
            self.decimals.get_or_insert(0);
        }
    }

    /// When it was; `None` if a part is missing, or it was before 1970.
    pub(crate) fn stamp(&self) -> Option<Stamp> {
        let second = SECOND as i64;
        let at = match self.whole {
            Some(whole) => whole,
            None => {
                let of_day = self.of_day?.checked_sub(self.east * second)?;
                self.day?.checked_mul(86_400 * second)?.checked_add(of_day)?
            }
        };
        let at = at.checked_add(self.decimals.unwrap_or(0))?;
        (at >= 0).then_some(Stamp { at, tick: if self.decimals.is_some() { 0 } else { SECOND } })
    }

    /// Takes in a zone that is written by itself.
    pub(crate) fn zone(&mut self, text: &str) -> Option<()> {
        let east = match text {
            "UTC" | "GMT" => 0,
            "" => return None,
            zone => offset(zone.as_bytes())?,
        };
        self.east = east;
        Some(())
    }
}
