//! What a random script dwells on.

use ipvslab_schedulers::Rng;

use super::chance::{once_in, one_of};

/// What a script dwells on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Theme {
    /// On nothing.
    Mixed,
    /// Every service is persistent, and clients come from few networks.
    Persistence,
    /// Few flows, which begin anew again and again.
    Reuse,
    /// Servers and services come and go.
    Edits,
    /// UDP, most of it packet by packet.
    Datagrams,
    /// SCTP.
    Associations,
    /// Every server has low thresholds.
    Thresholds,
    /// Firewall marks.
    Marks,
    /// Sysctls change all the time.
    Sysctls,
}

impl Theme {
    pub(super) fn draw(draw: &mut Rng) -> Self {
        if once_in(draw, 2) {
            return Self::Mixed;
        }
        one_of(
            draw,
            &[
                Self::Persistence,
                Self::Persistence,
                Self::Reuse,
                Self::Edits,
                Self::Datagrams,
                Self::Associations,
                Self::Thresholds,
                Self::Marks,
                Self::Sysctls,
            ],
        )
    }

    /// A service is persistent once in this many times.
    pub(super) fn persistence(self) -> u32 {
        match self {
            Self::Persistence => 1,
            Self::Reuse => 6,
            _ => 3,
        }
    }

    /// Once in this many times, a packet belongs to a flow that never began.
    pub(super) fn new_flow(self) -> u32 {
        match self {
            Self::Reuse => 40,
            Self::Datagrams | Self::Persistence => 6,
            _ => 4,
        }
    }

    /// An edit comes once in this many packets.
    pub(super) fn edit(self) -> u32 {
        match self {
            Self::Edits | Self::Sysctls => 12,
            Self::Thresholds => 25,
            _ => 45,
        }
    }

    /// A server has thresholds once in this many times.
    pub(super) fn thresholds(self) -> u32 {
        match self {
            Self::Thresholds => 1,
            Self::Persistence => 3,
            _ => 6,
        }
    }

    /// An edit is of a sysctl once in this many times.
    pub(super) fn sysctl(self) -> u32 {
        match self {
            Self::Sysctls => 2,
            Self::Reuse => 3,
            _ => 6,
        }
    }
}
