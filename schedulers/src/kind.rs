//! The 14 schedulers by their ipvsadm names, the baselines, and the rules of other data planes.

use core::fmt;
use core::str::FromStr;

use crate::planes::PlaneRule;

/// An IPVS scheduler, or what it is compared with: a baseline, or the rule of another data plane.
///
/// ```
/// use ipvslab_schedulers::SchedulerKind;
///
/// assert_eq!("wlc".parse(), Ok(SchedulerKind::Wlc));
/// assert_eq!(SchedulerKind::Wlc.full_name(), "weighted least connection");
/// assert!("least-connections".parse::<SchedulerKind>().is_err());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum SchedulerKind {
    /// Round robin.
    Rr,
    /// Weighted round robin.
    Wrr,
    /// Least connection.
    Lc,
    /// Weighted least connection, ipvsadm's default.
    Wlc,
    /// Locality-based least connection.
    Lblc,
    /// Locality-based least connection with replication.
    Lblcr,
    /// Destination hashing.
    Dh,
    /// Source hashing.
    Sh,
    /// Shortest expected delay.
    Sed,
    /// Never queue.
    Nq,
    /// Weighted failover.
    Fo,
    /// Weighted overflow.
    Ovf,
    /// Maglev hashing.
    Mh,
    /// Power of two choices.
    Twos,
    /// Baseline: any server, as kube-proxy's iptables mode chooses.
    Random,
    /// Baseline: join the shortest queue, seen as it is.
    Jsq,
    /// Baseline: the server that would finish the request soonest, given perfect knowledge of all work.
    LeastWork,
    /// Another data plane's rule.
    Plane(PlaneRule),
}

impl SchedulerKind {
    /// Those of the kernel, in the order ipvsadm's manual lists them.
    pub const ALL: [Self; 14] = [
        Self::Rr,
        Self::Wrr,
        Self::Lc,
        Self::Wlc,
        Self::Lblc,
        Self::Lblcr,
        Self::Dh,
        Self::Sh,
        Self::Sed,
        Self::Nq,
        Self::Fo,
        Self::Ovf,
        Self::Mh,
        Self::Twos,
    ];

    /// What a choice is worth; IPVS does not have them.
    pub const BASELINES: [Self; 3] = [Self::Random, Self::Jsq, Self::LeastWork];

    /// The rules of other data planes; IPVS does not have them either.
    pub const PLANES: [Self; PlaneRule::ALL.len()] = {
        let mut kinds = [Self::Rr; PlaneRule::ALL.len()];
        let mut at = 0;
        while at < kinds.len() {
            kinds[at] = Self::Plane(PlaneRule::ALL[at]);
            at += 1;
        }
        kinds
    };

    /// Everything that can be run: the kernel's, the baselines, the rules of other data planes.
    pub fn every() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().chain(Self::BASELINES).chain(Self::PLANES)
    }

    /// Whether it is one of the kernel's.
    pub const fn is_kernels(self) -> bool {
        !self.is_baseline() && !matches!(self, Self::Plane(_))
    }

    /// Whether it says what a choice is worth.
    pub const fn is_baseline(self) -> bool {
        matches!(self, Self::Random | Self::Jsq | Self::LeastWork)
    }

    /// Whether it has to be shown what no director can see: [`ServerTable::observe`](crate::ServerTable::observe).
    pub const fn needs_oracle(self) -> bool {
        matches!(self, Self::Jsq | Self::LeastWork)
    }

    /// The one of this name, whether IPVS has it or not.
    pub fn named(name: &str) -> Option<Self> {
        Self::every().find(|kind| kind.name() == name)
    }

    /// The name that `ipvsadm -s` takes, or that of what IPVS does not have.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rr => "rr",
            Self::Wrr => "wrr",
            Self::Lc => "lc",
            Self::Wlc => "wlc",
            Self::Lblc => "lblc",
            Self::Lblcr => "lblcr",
            Self::Dh => "dh",
            Self::Sh => "sh",
            Self::Sed => "sed",
            Self::Nq => "nq",
            Self::Fo => "fo",
            Self::Ovf => "ovf",
            Self::Mh => "mh",
            Self::Twos => "twos",
            Self::Random => "random",
            Self::Jsq => "jsq",
            Self::LeastWork => "least-work",
            Self::Plane(rule) => rule.name(),
        }
    }

    /// The name in words.
    pub const fn full_name(self) -> &'static str {
        match self {
            Self::Rr => "round robin",
            Self::Wrr => "weighted round robin",
            Self::Lc => "least connection",
            Self::Wlc => "weighted least connection",
            Self::Lblc => "locality-based least connection",
            Self::Lblcr => "locality-based least connection with replication",
            Self::Dh => "destination hashing",
            Self::Sh => "source hashing",
            Self::Sed => "shortest expected delay",
            Self::Nq => "never queue",
            Self::Fo => "weighted failover",
            Self::Ovf => "weighted overflow",
            Self::Mh => "Maglev hashing",
            Self::Twos => "power of two choices",
            Self::Random => "random choice (not IPVS)",
            Self::Jsq => "join the shortest queue (not IPVS)",
            Self::LeastWork => "least work, all known (not IPVS)",
            Self::Plane(rule) => rule.full_name(),
        }
    }
}

impl fmt::Display for SchedulerKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// By name.
#[cfg(feature = "serde")]
impl serde::Serialize for SchedulerKind {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.name())
    }
}

/// By name, baselines and the rules of other data planes included.
#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for SchedulerKind {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Name;

        impl serde::de::Visitor<'_> for Name {
            type Value = SchedulerKind;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a scheduler")
            }

            fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<SchedulerKind, E> {
                SchedulerKind::named(name).ok_or_else(|| E::unknown_variant(name, &[]))
            }
        }

        from.deserialize_str(Name)
    }
}

/// Not the name of an IPVS scheduler.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct UnknownScheduler;

impl fmt::Display for UnknownScheduler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected one of")?;
        for (i, kind) in SchedulerKind::ALL.iter().enumerate() {
            write!(f, "{} {kind}", if i == 0 { "" } else { "," })?;
        }
        Ok(())
    }
}

impl core::error::Error for UnknownScheduler {}

/// Of the kernel's schedulers only.
impl FromStr for SchedulerKind {
    type Err = UnknownScheduler;

    fn from_str(name: &str) -> Result<Self, UnknownScheduler> {
        Self::ALL.into_iter().find(|kind| kind.name() == name).ok_or(UnknownScheduler)
    }
}
