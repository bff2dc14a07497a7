//! A client's packet for which there is an entry: whether the entry is the one it means (kernel spec, section 2.8).

use super::entry::{Entry, State};
use super::packet::Payload;
use crate::director::packets::sctp::SctpState;
use crate::director::tcp::TcpState;
use crate::setup::Sysctls;

/// What is to be done with the entry that was found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Reuse {
    /// The packet is of this connection.
    Keep,
    /// The packet is dropped, and the entry left alone.
    Drop,
    /// The entry goes, and the packet is looked at as if there had been none.
    Replace,
}

/// Looks at an entry, whose server has `weight` and is in its list or not.
pub(super) fn reuse(
    entry: &Entry,
    payload: Payload,
    sysctls: &Sysctls,
    weight: i32,
    available: bool,
) -> Reuse {
    let quiesced = sysctls.expire_nodest_conn != 0 && weight == 0;
    if payload.is_new() && (quiesced || is_spent(entry, sysctls)) {
        return Reuse::Replace;
    }
    match (available, sysctls.expire_nodest_conn) {
        (true, _) => Reuse::Keep,
        (false, 0) => Reuse::Drop,
        (false, _) => Reuse::Replace,
    }
}

/// Whether the connection is over, so that its addresses may be used again.
fn is_spent(entry: &Entry, sysctls: &Sysctls) -> bool {
    if sysctls.conn_reuse_mode == 0 || entry.control.is_some() {
        return false;
    }
    match entry.state {
        State::Tcp(TcpState::TimeWait | TcpState::Close) => true,
        State::Tcp(TcpState::FinWait) => sysctls.conn_reuse_mode & 2 != 0 && entry.no_output,
        State::Sctp(state) => state == SctpState::Closed,
        _ => false,
    }
}
