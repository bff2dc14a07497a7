//! A real server in the table of a virtual service: its weight, its connection counts, and whether its thresholds close it.

use crate::profile::Accounting;
use crate::table::ServerId;
use crate::thresholds::Thresholds;

/// A real server as a scheduler sees it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Server {
    pub(crate) weight: i32,
    overhead: i32,
    active: i32,
    total: i32,
    pub(crate) thresholds: Thresholds,
    pub(crate) id: ServerId,
    overloaded: bool,
}

impl Server {
    /// The weight, never negative; 0 if quiesced.
    #[inline]
    pub fn weight(&self) -> i32 {
        self.weight
    }

    /// Active connections.
    #[inline]
    pub fn active(&self) -> i32 {
        self.active
    }

    /// All connections, active and inactive.
    #[inline]
    pub fn total(&self) -> i32 {
        self.total
    }

    /// Inactive connections, as the kernel reports them (never below zero).
    #[inline]
    pub fn inactive(&self) -> i32 {
        (self.total - self.active).max(0)
    }

    /// Closed by its upper threshold.
    #[inline]
    pub fn overloaded(&self) -> bool {
        self.overloaded
    }

    /// Neither quiesced nor overloaded.
    #[inline]
    pub fn is_open(&self) -> bool {
        !self.overloaded && self.weight > 0
    }

    /// The least-connection measure: `256·active + inactive` or `256·active + total`, wrapping at 32 bits.
    #[inline]
    pub fn overhead(&self) -> i32 {
        self.overhead
    }

    pub(crate) const fn empty(id: ServerId) -> Self {
        let (weight, overhead, active, total) = (0, 0, 0, 0);
        Self { weight, overhead, active, total, thresholds: Thresholds::NONE, id, overloaded: false }
    }

    #[inline]
    pub(crate) fn bind(&mut self, accounting: Accounting) {
        self.total += 1;
        self.overhead = self.overhead.wrapping_add(1);
        self.bound(accounting);
    }

    #[inline]
    pub(crate) fn wake(&mut self, accounting: Accounting) {
        self.active += 1;
        self.overhead = self.overhead.wrapping_add(accounting.active_factor());
    }

    #[inline]
    pub(crate) fn idle(&mut self, accounting: Accounting) {
        self.active -= 1;
        self.overhead = self.overhead.wrapping_sub(accounting.active_factor());
    }

    #[inline]
    pub(crate) fn unbind(&mut self, accounting: Accounting) {
        self.total -= 1;
        self.overhead = self.overhead.wrapping_sub(1);
        self.unbound(accounting);
    }

    /// Looks at the thresholds after something was bound.
    #[inline]
    pub(crate) fn bound(&mut self, accounting: Accounting) {
        self.overloaded = self.thresholds.after_bind(accounting, self.total, self.overloaded);
    }

    /// The same after something was released.
    #[inline]
    pub(crate) fn unbound(&mut self, accounting: Accounting) {
        self.overloaded = self.thresholds.after_unbind(accounting, self.total, self.overloaded);
    }

    pub(crate) fn set_thresholds(&mut self, thresholds: Thresholds, accounting: Accounting) {
        self.overloaded = thresholds.after_edit(self.thresholds, accounting, self.total, self.overloaded);
        self.thresholds = thresholds;
    }
}
