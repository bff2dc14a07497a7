//! Weighted least connection (`wlc`): the server with the least `overhead / weight` (kernel spec, section 1.5).
//!
//! Overhead is `256·active + inactive` or `256·active + total`, by the kernel's generation. Ties go to the earlier
//! server in the list, the one added last.
//!
//! With no connections at all every overhead is 0 and weights say nothing: the head of the list gets the first
//! connection, even with weight 1 beside 100. From 2²³ active connections on, a server's overhead wraps below zero
//! and it looks least loaded, even (as a later candidate) when it is quiesced.

use crate::least::{Least, Measure};
use crate::server::Server;

/// Weighted least connection.
pub type WeightedLeastConnection = Least<WeightedOverhead>;

/// What it compares.
#[derive(Clone, Copy, Debug)]
pub struct WeightedOverhead;

impl Measure for WeightedOverhead {
    const ZERO_ENDS_WALK: bool = false;

    #[inline]
    fn load(server: &Server) -> i64 {
        i64::from(server.overhead())
    }
}
