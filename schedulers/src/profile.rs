//! What differs from kernel to kernel, as data (kernel spec, sections 0 and 7).

use core::fmt;
use core::str::FromStr;

use crate::time::Span;
use crate::wheel::TimerClock;

/// How a kernel counts the connections of a real server; it changed in the middle of 2026.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Accounting {
    /// Overhead `256·active + inactive`: every kernel before 7.2, 6.12.104 and 6.1.183.
    Classic,
    /// Overhead `256·active + total`: 7.2, 6.12.104, 6.1.183 and later.
    Total,
}

impl Accounting {
    /// By what a server's overhead grows with `active` when `total` is held: `overhead = factor·active + total`.
    #[inline]
    pub const fn active_factor(self) -> i32 {
        match self {
            Self::Classic => 255,
            Self::Total => 256,
        }
    }
}

impl fmt::Display for Accounting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Classic => "classic",
            Self::Total => "total",
        })
    }
}

/// How the caches of `lblc` and `lblcr` are bounded.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum LocalityCache {
    /// No limit, and `lblc` counts a re-mapped entry twice (before 6.1.191, 6.12.113 and 7.2.10).
    Unbounded,
    /// No new entry beyond 24,576, and the count is right.
    Capped,
}

/// Which chains of the connection table `drop_entry` looks at; there are 1/32 of all a second.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum EntryScan {
    /// Each drawn by itself, so that one may come twice (before 7.2).
    Scattered,
    /// Neighbours, from one that is drawn.
    Consecutive,
}

/// Everything about a kernel that changes a decision.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct KernelProfile {
    /// How connections are counted.
    pub accounting: Accounting,
    /// How the locality caches are bounded.
    pub locality_cache: LocalityCache,
    /// Which part of the table `drop_entry` looks at.
    pub entry_scan: EntryScan,
    /// `sh` has 2 to the power of this many buckets (`CONFIG_IP_VS_SH_TAB_BITS`, 4..=20).
    pub sh_table_bits: u32,
    /// Which prime is the size of `mh`'s table (`CONFIG_IP_VS_MH_TAB_INDEX`, 8..=17).
    pub mh_table_index: u32,
    /// How long an unused entry of `lblc` or `lblcr` lives (the sysctl of the same name).
    pub locality_expiration: Span,
    /// How the timer runs that cleans the caches of `lblc` and `lblcr`.
    pub locality_timer: TimerClock,
}

impl KernelProfile {
    /// Kernels of 2025 and before: `classic` accounting, unbounded locality caches, chains drawn one by one.
    pub const CLASSIC: Self = Self {
        accounting: Accounting::Classic,
        locality_cache: LocalityCache::Unbounded,
        entry_scan: EntryScan::Scattered,
        sh_table_bits: 8,
        mh_table_index: 12,
        locality_expiration: Span::from_secs(86_400),
        locality_timer: TimerClock::Exact,
    };

    /// The newest kernels: `total` accounting, capped locality caches, consecutive chains.
    pub const TOTAL: Self = Self {
        accounting: Accounting::Total,
        locality_cache: LocalityCache::Capped,
        entry_scan: EntryScan::Consecutive,
        ..Self::CLASSIC
    };

    /// The profile of a kernel release `major.minor.patch`.
    ///
    /// Back-ports are known for the 6.1 and 6.12 lines only; any other line is judged by mainline's dates.
    pub fn of_release(major: u32, minor: u32, patch: u32) -> Self {
        let release = (major, minor);
        let accounting_since = match release {
            (6, 1) => patch >= 183,
            (6, 12) => patch >= 104,
            _ => release >= (7, 2),
        };
        let cap_since = match release {
            (6, 1) => patch >= 191,
            (6, 12) => patch >= 113,
            (7, 2) => patch >= 10,
            _ => release > (7, 2),
        };
        Self {
            accounting: if accounting_since { Accounting::Total } else { Accounting::Classic },
            locality_cache: if cap_since { LocalityCache::Capped } else { LocalityCache::Unbounded },
            entry_scan: if release >= (7, 2) { EntryScan::Consecutive } else { EntryScan::Scattered },
            ..Self::CLASSIC
        }
    }
}

impl Default for KernelProfile {
    fn default() -> Self {
        Self::TOTAL
    }
}

/// Neither a generation nor a kernel release.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct UnknownProfile;

impl fmt::Display for UnknownProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected \"classic\", \"total\" or a kernel release such as \"6.1.170\"")
    }
}

impl core::error::Error for UnknownProfile {}

/// How users name a kernel whose rules they want.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum KernelName {
    /// `classic`: [`KernelProfile::CLASSIC`].
    Classic,
    /// `total`: [`KernelProfile::TOTAL`].
    Total,
    /// A release, `major.minor.patch`.
    Release(u32, u32, u32),
}

impl KernelName {
    /// Its rules.
    pub fn profile(self) -> KernelProfile {
        match self {
            Self::Classic => KernelProfile::CLASSIC,
            Self::Total => KernelProfile::TOTAL,
            Self::Release(major, minor, patch) => KernelProfile::of_release(major, minor, patch),
        }
    }

    /// The line (major and minor number) of a release whose rules are assumed: a stable or a distribution's line of before 7.2
    /// of which nobody looked which of its releases took the changes of 2026.
    pub fn assumed_line(self) -> Option<(u32, u32)> {
        let Self::Release(major, minor, _) = self else { return None };
        let line = (major, minor);
        let is_recorded = line >= (7, 2) || [(6, 1), (6, 12)].contains(&line);
        (!is_recorded).then_some(line)
    }
}

impl FromStr for KernelName {
    type Err = UnknownProfile;

    /// `classic`, `total`, or a release: `6.12`, `6.1.170`, `6.1.170-3-amd64`.
    fn from_str(text: &str) -> Result<Self, UnknownProfile> {
        match text {
            "classic" => return Ok(Self::Classic),
            "total" => return Ok(Self::Total),
            _ => {}
        }
        let version = text.split(['-', '+']).next().unwrap_or(text);
        let mut parts = [0u32; 3];
        let mut count = 0;
        for word in version.split('.') {
            let part = parts.get_mut(count).ok_or(UnknownProfile)?;
            *part = word.parse().map_err(|_| UnknownProfile)?;
            count += 1;
        }
        if count < 2 {
            return Err(UnknownProfile);
        }
        Ok(Self::Release(parts[0], parts[1], parts[2]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_fall_into_the_generation_the_spec_dates() {
        use EntryScan::{Consecutive, Scattered};
        for (release, accounting, cache, scan) in [
            ("5.15.0", Accounting::Classic, LocalityCache::Unbounded, Scattered),
            ("6.1.182", Accounting::Classic, LocalityCache::Unbounded, Scattered),
            ("6.1.183", Accounting::Total, LocalityCache::Unbounded, Scattered),
            ("6.1.191", Accounting::Total, LocalityCache::Capped, Scattered),
            ("6.12.103", Accounting::Classic, LocalityCache::Unbounded, Scattered),
            ("6.12.117+deb12-amd64", Accounting::Total, LocalityCache::Capped, Scattered),
            ("7.1.9", Accounting::Classic, LocalityCache::Unbounded, Scattered),
            ("7.2.9", Accounting::Total, LocalityCache::Unbounded, Consecutive),
            ("7.2.13", Accounting::Total, LocalityCache::Capped, Consecutive),
            ("7.3.0", Accounting::Total, LocalityCache::Capped, Consecutive),
        ] {
            let profile = release.parse::<KernelName>().expect("a release").profile();
            let found = (profile.accounting, profile.locality_cache, profile.entry_scan);
            assert_eq!(found, (accounting, cache, scan), "{release}");
        }
        for (release, line) in [
            ("6.18.60", Some((6, 18))),
            ("5.14.0-611.el9.x86_64", Some((5, 14))),
            ("7.1.13", Some((7, 1))),
            ("6.1.170", None),
            ("6.12", None),
            ("7.2.0", None),
            ("8.0.1", None),
            ("total", None),
        ] {
            assert_eq!(release.parse::<KernelName>().expect("a kernel").assumed_line(), line, "{release}");
        }
        assert!("six".parse::<KernelName>().is_err());
        assert!("6".parse::<KernelName>().is_err());
        assert!("6.1.2.3".parse::<KernelName>().is_err());
    }
}
