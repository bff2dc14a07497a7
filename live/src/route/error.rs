//! Why the kernel did not configure the network as asked.

use rustix::io::Errno;

use crate::netlink::{NetlinkError, Refusal};

/// Why the kernel did not configure the network as asked. `attempt` says what it was, like `add link veth0 (veth)`.
#[derive(Debug, thiserror::Error)]
pub enum RouteError {
    /// `EPERM`.
    #[error("{attempt}: not permitted; run as root (CAP_NET_ADMIN), or let --vm boot a kernel of its own")]
    NotPermitted {
        /// What was attempted.
        attempt: String,
    },
    /// `EOPNOTSUPP`: mostly a kind of device, or of rule.
    #[error("{attempt}: this kernel cannot do it ({refusal}); load the module for it, or use another kernel")]
    Unsupported {
        /// What was attempted.
        attempt: String,
        /// What the kernel said.
        refusal: Refusal,
    },
    /// `EEXIST`.
    #[error("{attempt}: it is already there; choose another name or number, or delete it first")]
    Exists {
        /// What was attempted.
        attempt: String,
    },
    /// `ENODEV`.
    #[error("{attempt}: there is no such device in this namespace; add it first")]
    NoSuchLink {
        /// What was attempted.
        attempt: String,
    },
    /// `ENETUNREACH`, `ENETDOWN`.
    #[error(
        "{attempt}: the way there is closed ({refusal}); set the device up, and add a route to the gateway first"
    )]
    Unreachable {
        /// What was attempted.
        attempt: String,
        /// What the kernel said.
        refusal: Refusal,
    },
    /// A device name that cannot be sent.
    #[error("{attempt}: a device name has 1 to 15 bytes and no NUL")]
    Name {
        /// What was attempted.
        attempt: String,
    },
    /// Any other refusal.
    #[error("{attempt}: {refusal}; check the addresses, prefixes and devices that it names")]
    Other {
        /// What was attempted.
        attempt: String,
        /// What the kernel said.
        refusal: Refusal,
    },
    /// The exchange itself failed.
    #[error("{attempt}: {source}")]
    Exchange {
        /// What was attempted.
        attempt: String,
        /// How it failed.
        source: NetlinkError,
    },
}

impl RouteError {
    /// What `error` means for `attempt`.
    pub(crate) fn from_exchange(attempt: String, error: NetlinkError) -> Self {
        let refusal = match error {
            NetlinkError::Refused(refusal) => refusal,
            source => return Self::Exchange { attempt, source },
        };
        match refusal.errno {
            Errno::PERM => Self::NotPermitted { attempt },
            Errno::OPNOTSUPP | Errno::AFNOSUPPORT => Self::Unsupported { attempt, refusal },
            Errno::EXIST => Self::Exists { attempt },
            Errno::NODEV => Self::NoSuchLink { attempt },
            Errno::NETUNREACH | Errno::NETDOWN => Self::Unreachable { attempt, refusal },
            _ => Self::Other { attempt, refusal },
        }
    }
}
