//! What a line of a log is.

use super::row::LogRow;

/// What a line is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Line {
    /// A request or a connection.
    Row(LogRow),
    /// A line about the log itself.
    Comment,
    /// An entry of something that no scenario is about, such as ICMP.
    Foreign,
    /// What a server says besides its requests: that it started, that another one is down, that a handshake failed.
    NoRequest,
}
