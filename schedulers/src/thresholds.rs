//! Connection thresholds and the OVERLOAD flag (kernel spec, section 1.1).
//!
//! A server with an upper threshold is closed for new connections once it holds that many, and opens again
//! when the count has fallen below the lower threshold (three quarters of the upper one when none is given).
//! The two accounting generations differ in *when* they look.

use crate::profile::Accounting;

/// The upper (`-x`) and lower (`-y`) connection thresholds of a real server; 0 means "not set".
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Thresholds {
    upper: u32,
    lower: u32,
}

impl Thresholds {
    /// No thresholds: the server is never closed by its connection count.
    pub const NONE: Self = Self { upper: 0, lower: 0 };

    /// `None` if `lower > upper`, which the kernel refuses with `ERANGE`.
    pub const fn new(upper: u32, lower: u32) -> Option<Self> {
        if lower <= upper { Some(Self { upper, lower }) } else { None }
    }

    /// The connection count that closes the server; 0 if none does.
    pub const fn upper(self) -> u32 {
        self.upper
    }

    /// The connection count below which the server opens again; 0 for the default of ¾ of the upper one.
    pub const fn lower(self) -> u32 {
        self.lower
    }

    /// The lower threshold in force: `lower`, or `upper − upper/4`.
    const fn effective_lower(self) -> u32 {
        if self.lower != 0 { self.lower } else { self.upper - (self.upper >> 2) }
    }

    /// The flag after a connection was bound; `total` counts it.
    #[inline]
    pub(crate) fn after_bind(self, accounting: Accounting, total: i32, flag: bool) -> bool {
        if self.upper == 0 {
            // `total` accounting reaches its update only when `total == upper`, which no bound server meets at 0.
            return flag;
        }
        let total = total as u32;
        match accounting {
            Accounting::Classic => flag || total >= self.upper,
            Accounting::Total if total == self.upper => total >= self.effective_lower(),
            Accounting::Total => flag,
        }
    }

    /// The flag after a connection was released; `total` no longer counts it.
    #[inline]
    pub(crate) fn after_unbind(self, accounting: Accounting, total: i32, flag: bool) -> bool {
        let total = total as u32;
        match accounting {
            Accounting::Classic if self.lower != 0 => flag && total >= self.lower,
            Accounting::Classic if self.upper != 0 => {
                flag && u64::from(total) * 4 >= u64::from(self.upper) * 3
            }
            Accounting::Classic => false,
            Accounting::Total if total.wrapping_add(1) == self.effective_lower() => {
                self.upper != 0 && total >= self.upper
            }
            Accounting::Total => flag,
        }
    }

    /// The flag after an administrator replaced `old` by `self`.
    pub(crate) fn after_edit(self, old: Self, accounting: Accounting, total: i32, flag: bool) -> bool {
        let total = total as u32;
        match accounting {
            Accounting::Classic => flag && self.upper != 0 && self.upper <= old.upper,
            Accounting::Total if self == old => flag,
            Accounting::Total if self.upper == 0 || total < self.effective_lower() => false,
            Accounting::Total => flag || total >= self.upper,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Rng;

    #[test]
    fn default_lower_threshold_is_three_quarters_rounded_up() {
        for (upper, keeps) in [(1, 1), (2, 2), (3, 3), (4, 3), (5, 4), (8, 6), (10, 8), (100, 75)] {
            let limits = Thresholds::new(upper, 0).expect("0 is below every upper threshold");
            assert_eq!(limits.effective_lower(), keeps);
            for accounting in [Accounting::Classic, Accounting::Total] {
                // The count falls one by one from the upper threshold; the last count that keeps the flag is `keeps`.
                let mut flag = true;
                let mut last_kept = upper;
                for total in (0..upper).rev() {
                    flag = limits.after_unbind(accounting, total as i32, flag);
                    if flag {
                        last_kept = total;
                    }
                }
                assert_eq!((accounting, last_kept), (accounting, keeps), "U = {upper}");
            }
        }
    }

    /// So that a kernel forgets a removed server some minutes after its last connection, and we do not, changes nothing.
    #[test]
    fn a_server_without_connections_is_open_whatever_was_done_to_it() {
        for accounting in [Accounting::Classic, Accounting::Total] {
            let mut rng = Rng::stream(1, 0, "thresholds");
            let (mut limits, mut total, mut flag, mut emptied) = (Thresholds::NONE, 0, false, 0);
            for step in 0..100_000 {
                match rng.below(8) {
                    0 => {
                        let upper = rng.below(8);
                        let edited = Thresholds::new(upper, rng.below(upper + 1)).expect("lower below upper");
                        flag = edited.after_edit(limits, accounting, total, flag);
                        limits = edited;
                    }
                    1..4 => {
                        total += 1;
                        flag = limits.after_bind(accounting, total, flag);
                    }
                    _ if total > 0 => {
                        total -= 1;
                        flag = limits.after_unbind(accounting, total, flag);
                        emptied += u32::from(total == 0);
                    }
                    _ => {}
                }
                assert!(total > 0 || !flag, "{accounting}, step {step}");
                let back = limits.after_edit(Thresholds::NONE, accounting, 0, false);
                assert!(!back, "a new server is open, {accounting}, step {step}");
            }
            assert!(emptied > 1_000, "{emptied}");
        }
    }

    #[test]
    fn lower_above_upper_is_refused() {
        assert_eq!(Thresholds::new(0, 5), None);
        assert_eq!(Thresholds::new(4, 5), None);
    }
}
