//! Shortest expected delay (`sed`): the server with the least `(active + 1) / weight` (kernel spec, section 1.6).
//!
//! Ties go to the earlier server in the list. Inactive connections do not count.
//!
//! UDP flows are never active, so under UDP every server looks idle and all flows go to the heaviest one. With few
//! connections a light server may get none: of weights 1 and 3, the heavy one gets the first two.

use crate::least::{Least, Measure};
use crate::server::Server;

/// Shortest expected delay.
pub type ShortestExpectedDelay = Least<Delay>;

/// What it compares.
#[derive(Clone, Copy, Debug)]
pub struct Delay;

impl Measure for Delay {
    const ZERO_ENDS_WALK: bool = false;

    #[inline]
    fn load(server: &Server) -> i64 {
        i64::from(server.active().wrapping_add(1))
    }
}
