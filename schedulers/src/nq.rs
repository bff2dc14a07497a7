//! Never queue (`nq`): the first idle server in the list, or else the one with the least `(active + 1) / weight`
//! (kernel spec, section 1.7).
//!
//! "Idle" is no *active* connection; inactive ones do not count. The first idle server in list order is taken, even
//! if a heavier one is idle too. Among busy servers ties go to the earlier one. With the delay of an idle server
//! counted as 0, both rules are one: nothing beats 0.
//!
//! UDP flows are never active, so under UDP the first open server in the list gets everything.

use crate::least::{Least, Measure};
use crate::server::Server;

/// Never queue.
pub type NeverQueue = Least<DelayUnlessIdle>;

/// What it compares.
#[derive(Clone, Copy, Debug)]
pub struct DelayUnlessIdle;

impl Measure for DelayUnlessIdle {
    const ZERO_ENDS_WALK: bool = true;

    #[inline]
    fn load(server: &Server) -> i64 {
        if server.active() == 0 { 0 } else { i64::from(server.active().wrapping_add(1)) }
    }
}
