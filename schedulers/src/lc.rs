//! Least connection (`lc`): the open server with the least overhead, whatever its weight (kernel spec, section
//! 1.4).
//!
//! Overhead is `256·active + inactive` (`classic` accounting) or `256·active + total` (`total`), compared as an
//! unsigned number, which wraps at 2²⁴ active connections. Ties go to the earlier server in the list, the one added
//! last. Weight only opens (above 0) or quiesces (0) a server.
//!
//! 256 inactive connections count like one active one, so a server with many short connections in TIME_WAIT, or
//! many UDP flows, passes for busier than it is. The two accountings can disagree: 10 active ties with 9 active and
//! 256 inactive under the one, and loses under the other.

use crate::least::{Least, Measure};
use crate::server::Server;

/// Least connection.
pub type LeastConnection = Least<Overhead>;

/// What it compares.
#[derive(Clone, Copy, Debug)]
pub struct Overhead;

impl Measure for Overhead {
    const ZERO_ENDS_WALK: bool = true;

    #[inline]
    fn load(server: &Server) -> i64 {
        i64::from(server.overhead() as u32)
    }

    #[inline]
    fn weight(server: &Server) -> i64 {
        i64::from(server.weight() > 0)
    }

    #[inline]
    fn beats((load, weight): (i64, i64), (leading_load, _): (i64, i64)) -> bool {
        weight > 0 && load < leading_load
    }
}
