//! Why IPVS did not do what it was asked to (kernel spec, section 3.1, errors).

use std::fmt;
use std::net::SocketAddr;

use rustix::io::Errno;

use super::{Role, ServiceKey};
use crate::netlink::{NetlinkError, Refusal};

/// Why IPVS did not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum IpvsError {
    /// `EPERM`.
    #[error(
        "{attempt}: not permitted; IPVS needs root outside of any user namespace (CAP_NET_ADMIN), so run as root, or \
         let --vm boot a kernel of its own"
    )]
    NotPermitted {
        /// What was attempted.
        attempt: Box<Attempt>,
    },
    /// The kernel has no such family, and cannot load it.
    #[error(
        "this kernel has no IPVS: its generic netlink family is not there; run `modprobe ip_vs`, or let --vm boot a \
         kernel that has it"
    )]
    ModuleAbsent,
    /// `ENOENT` for a service.
    #[error(
        "{attempt}: the kernel has no scheduler {scheduler:?}{engine}; run `modprobe ip_vs_{scheduler}`, or choose \
         another",
        engine = .engine.as_ref().map(|engine| format!(", or no persistence engine {engine:?}")).unwrap_or_default()
    )]
    UnknownScheduler {
        /// What was attempted.
        attempt: Box<Attempt>,
        /// The scheduler.
        scheduler: String,
        /// The persistence engine, which may be what is missing; the kernel does not say.
        engine: Option<String>,
    },
    /// `EEXIST` for a service.
    #[error("{attempt}: the service is already there; edit it, or delete it first")]
    ServiceExists {
        /// What was attempted.
        attempt: Box<Attempt>,
    },
    /// `ESRCH`.
    #[error("{attempt}: there is no such service; add it first")]
    ServiceMissing {
        /// What was attempted.
        attempt: Box<Attempt>,
    },
    /// `EEXIST` for a destination.
    #[error("{attempt}: the destination is already there; edit it, or delete it first")]
    DestinationExists {
        /// What was attempted.
        attempt: Box<Attempt>,
    },
    /// `ENOENT` for a destination.
    #[error("{attempt}: the service has no such destination; add it first")]
    DestinationMissing {
        /// What was attempted.
        attempt: Box<Attempt>,
    },
    /// `EEXIST` for a sync daemon.
    #[error("{attempt}: it is running already; stop it first")]
    DaemonRuns {
        /// What was attempted.
        attempt: Box<Attempt>,
    },
    /// `ESRCH` for a sync daemon.
    #[error("{attempt}: it is not running; start it first")]
    DaemonStopped {
        /// What was attempted.
        attempt: Box<Attempt>,
    },
    /// `ENODEV` for a sync daemon.
    #[error("{attempt}: the namespace has no such device; add it first, or name another")]
    DaemonDevice {
        /// What was attempted.
        attempt: Box<Attempt>,
    },
    /// `ERANGE`.
    #[error(
        "{attempt}: out of range; a weight is at most 2147483647, a lower threshold at most the upper one, names are \
         at most 15 bytes"
    )]
    OutOfRange {
        /// What was attempted.
        attempt: Box<Attempt>,
    },
    /// `EINVAL`.
    #[error("{attempt}: invalid{}; {}", text(.refusal), .attempt.object.advice())]
    Invalid {
        /// What was attempted.
        attempt: Box<Attempt>,
        /// What the kernel said.
        refusal: Refusal,
    },
    /// `EAFNOSUPPORT`.
    #[error("{attempt}: this kernel's IPVS does not do this address family; use IPv4, or a kernel with IPv6")]
    FamilyUnsupported {
        /// What was attempted.
        attempt: Box<Attempt>,
    },
    /// A name that cannot be sent.
    #[error("{attempt}: the name {name:?} must have 1 to {limit} bytes and no NUL")]
    Name {
        /// What was attempted.
        attempt: Box<Attempt>,
        /// The name.
        name: String,
        /// The most bytes it may have.
        limit: usize,
    },
    /// Any other refusal.
    #[error("{attempt}: {refusal}; this refusal is not expected, so see the kernel's log (dmesg)")]
    Other {
        /// What was attempted.
        attempt: Box<Attempt>,
        /// What the kernel said.
        refusal: Refusal,
    },
    /// The exchange itself failed.
    #[error("{attempt}: {source}")]
    Exchange {
        /// What was attempted.
        attempt: Box<Attempt>,
        /// How it failed.
        source: NetlinkError,
    },
}

/// What the kernel was asked to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Attempt {
    /// The verb: `add`, `edit`, `delete`, `read`, `zero`, ...
    pub verb: &'static str,
    /// To what.
    pub object: Object,
}

/// What a command is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Object {
    /// IPVS as a whole.
    Ipvs,
    /// All services of the namespace.
    Services,
    /// A service.
    Service(ServiceKey),
    /// A destination of a service.
    Destination(ServiceKey, SocketAddr),
    /// All destinations of a service.
    Destinations(ServiceKey),
    /// A sync daemon.
    Daemon(Role),
    /// The sync daemons.
    Daemons,
    /// The timeouts.
    Timeouts,
}

impl Object {
    fn advice(&self) -> &'static str {
        match self {
            Self::Service(_) => {
                "check the netmask (an IPv6 prefix has 1 to 128 bits), and that mh gets no more destinations than its \
                 table has room for"
            }
            Self::Destination(..) => {
                "check that the namespace has an IPv4 address at all (set lo up), that the destination's is one \
                 host's (not 0.0.0.0, broadcast, multicast or link-local), that it is of the service's family unless \
                 tunnelled, that a GUE tunnel has a port, and that thresholds are at most 2147483647"
            }
            Self::Daemon(_) => {
                "check the device and the multicast group, and that no destination is of another family than its \
                 service"
            }
            Self::Timeouts => "a timeout is at most 2147483647 kernel ticks: 8589934 s at 250 a second",
            _ => "this program and the kernel disagree about the message",
        }
    }
}

impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.verb)?;
        match &self.object {
            Object::Ipvs => f.write_str("IPVS"),
            Object::Services => f.write_str("all services"),
            Object::Service(key) => write!(f, "service {key}"),
            Object::Destination(key, address) => write!(f, "destination {address} of service {key}"),
            Object::Destinations(key) => write!(f, "the destinations of service {key}"),
            Object::Daemon(role) => write!(f, "the {role} sync daemon"),
            Object::Daemons => f.write_str("the sync daemons"),
            Object::Timeouts => f.write_str("the timeouts"),
        }
    }
}

impl IpvsError {
    /// What `error` means for `attempt`.
    pub(crate) fn from_exchange(attempt: Attempt, error: NetlinkError) -> Self {
        let attempt = Box::new(attempt);
        match error {
            NetlinkError::Refused(refusal) => Self::from_refusal(attempt, refusal),
            source => Self::Exchange { attempt, source },
        }
    }

    /// The kernel's error number, if it was the kernel that refused.
    pub(crate) fn errno(&self) -> Option<i32> {
        let errno = match self {
            Self::NotPermitted { .. } => Errno::PERM,
            Self::UnknownScheduler { .. } | Self::DestinationMissing { .. } => Errno::NOENT,
            Self::ServiceExists { .. } | Self::DestinationExists { .. } | Self::DaemonRuns { .. } => {
                Errno::EXIST
            }
            Self::ServiceMissing { .. } | Self::DaemonStopped { .. } => Errno::SRCH,
            Self::DaemonDevice { .. } => Errno::NODEV,
            Self::OutOfRange { .. } => Errno::RANGE,
            Self::FamilyUnsupported { .. } => Errno::AFNOSUPPORT,
            Self::Invalid { refusal, .. } | Self::Other { refusal, .. } => refusal.errno,
            Self::ModuleAbsent | Self::Name { .. } | Self::Exchange { .. } => return None,
        };
        Some(errno.raw_os_error())
    }

    fn from_refusal(attempt: Box<Attempt>, refusal: Refusal) -> Self {
        let destination = matches!(attempt.object, Object::Destination(..));
        let daemon = matches!(attempt.object, Object::Daemon(_));
        match refusal.errno {
            Errno::PERM => Self::NotPermitted { attempt },
            Errno::SRCH if daemon => Self::DaemonStopped { attempt },
            Errno::NODEV if daemon => Self::DaemonDevice { attempt },
            Errno::EXIST if daemon => Self::DaemonRuns { attempt },
            Errno::SRCH => Self::ServiceMissing { attempt },
            Errno::EXIST if destination => Self::DestinationExists { attempt },
            Errno::EXIST if matches!(attempt.object, Object::Service(_)) => Self::ServiceExists { attempt },
            Errno::NOENT if destination => Self::DestinationMissing { attempt },
            Errno::RANGE => Self::OutOfRange { attempt },
            Errno::INVAL => Self::Invalid { attempt, refusal },
            Errno::AFNOSUPPORT => Self::FamilyUnsupported { attempt },
            _ => Self::Other { attempt, refusal },
        }
    }
}

fn text(refusal: &Refusal) -> String {
    refusal.text().map(|text| format!(" ({text})")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(object: Object, errno: Errno, text: Option<&str>) -> String {
        let refusal = Refusal { errno, text: text.map(str::to_owned) };
        IpvsError::from_exchange(Attempt { verb: "add", object }, NetlinkError::Refused(refusal)).to_string()
    }

    #[test]
    fn a_message_says_what_was_refused_and_what_to_do() {
        let key = ServiceKey::tcp("10.0.0.1:80".parse().expect("an address"));
        let server = "[fd00::1]:8080".parse().expect("an address");
        assert_eq!(
            message(Object::Service(key), Errno::EXIST, None),
            "add service TCP 10.0.0.1:80: the service is already there; edit it, or delete it first"
        );
        assert_eq!(
            message(Object::Destination(key, server), Errno::SRCH, None),
            "add destination [fd00::1]:8080 of service TCP 10.0.0.1:80: there is no such service; add it first"
        );
        assert_eq!(
            message(Object::Timeouts, Errno::INVAL, Some("too long")),
            "add the timeouts: invalid (too long); a timeout is at most 2147483647 kernel ticks: 8589934 s at 250 a \
             second"
        );
        assert_eq!(
            message(Object::Ipvs, Errno::NOMEM, None),
            "add IPVS: Cannot allocate memory (os error 12); this refusal is not expected, so see the kernel's log \
             (dmesg)"
        );
    }
}
