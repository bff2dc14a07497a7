//! How the timers of the director's kernel run.

use core::num::NonZeroU32;

/// When what is to be done after some time is done.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Timers {
    /// To the nanosecond, as in a textbook.
    Exact,
    /// By the kernel's [timer wheel](ipvslab_schedulers::Wheel): never early, and up to an eighth late.
    Wheel {
        /// Jiffies per second (`CONFIG_HZ`).
        hz: NonZeroU32,
    },
}

impl Timers {
    /// Debian's kernels, and most others.
    pub const HZ: NonZeroU32 = NonZeroU32::new(250).expect("not zero");
}

impl Default for Timers {
    fn default() -> Self {
        Self::Wheel { hz: Self::HZ }
    }
}
