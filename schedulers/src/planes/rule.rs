//! The rules by name.

use core::fmt;

/// How a data plane other than IPVS chooses a real server.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum PlaneRule {
    /// kube-proxy in iptables mode.
    IptablesRandom,
    /// The same of old releases, whose probabilities have 5 decimals.
    IptablesRandom5,
    /// kube-proxy in nftables mode.
    NftRandom,
    /// A rule of one's own, in turn.
    NftInc,
    /// A rule of one's own, by the client's address.
    NftJhash,
    /// Docker Swarm's planned rules.
    SwarmRandom,
    /// Cilium's default.
    CiliumRandom,
    /// Cilium's Maglev.
    CiliumMaglev,
    /// Katran's Maglev.
    KatranMaglev,
    /// The least loaded of two.
    LeastOf2,
    /// The same of two that differ.
    LeastOf2Distinct,
    /// The least loaded of four.
    LeastOf4,
}

impl PlaneRule {
    /// All there are.
    pub const ALL: [Self; 12] = [
        Self::IptablesRandom,
        Self::IptablesRandom5,
        Self::NftRandom,
        Self::NftInc,
        Self::NftJhash,
        Self::SwarmRandom,
        Self::CiliumRandom,
        Self::CiliumMaglev,
        Self::KatranMaglev,
        Self::LeastOf2,
        Self::LeastOf2Distinct,
        Self::LeastOf4,
    ];

    /// The data planes that have some of them.
    pub const PLANES: [&str; 5] = ["iptables", "nftables", "swarm", "cilium", "katran"];

    /// What a data plane of this name does by itself; nothing for an unknown one.
    pub fn of_plane(name: &str) -> &'static [Self] {
        match name {
            "iptables" => &[Self::IptablesRandom],
            "nftables" => &[Self::NftRandom],
            "swarm" => &[Self::SwarmRandom],
            "cilium" => &[Self::CiliumRandom, Self::CiliumMaglev],
            "katran" => &[Self::KatranMaglev],
            _ => &[],
        }
    }

    /// Its name, as files and options have it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::IptablesRandom => "iptables-random",
            Self::IptablesRandom5 => "iptables-random-5",
            Self::NftRandom => "nft-random",
            Self::NftInc => "nft-inc",
            Self::NftJhash => "nft-jhash",
            Self::SwarmRandom => "swarm-random",
            Self::CiliumRandom => "cilium-random",
            Self::CiliumMaglev => "cilium-maglev",
            Self::KatranMaglev => "katran-maglev",
            Self::LeastOf2 => "least-of-2",
            Self::LeastOf2Distinct => "least-of-2-distinct",
            Self::LeastOf4 => "least-of-4",
        }
    }

    /// The name in words.
    pub const fn full_name(self) -> &'static str {
        match self {
            Self::IptablesRandom => "random by a cascade of rules, kube-proxy iptables (not IPVS)",
            Self::IptablesRandom5 => "the same with 5 decimals, old kube-proxy (not IPVS)",
            Self::NftRandom => "random, kube-proxy nftables (not IPVS)",
            Self::NftInc => "in turn, nftables numgen inc (not IPVS)",
            Self::NftJhash => "client hashing, nftables jhash (not IPVS)",
            Self::SwarmRandom => "random by buckets, Docker Swarm on nftables (not IPVS)",
            Self::CiliumRandom => "random, Cilium (not IPVS)",
            Self::CiliumMaglev => "Maglev hashing, Cilium (not IPVS)",
            Self::KatranMaglev => "Maglev hashing, Katran (not IPVS)",
            Self::LeastOf2 => "least connection of 2 drawn, proposed for Cilium (not IPVS)",
            Self::LeastOf2Distinct => "least connection of 2 that differ (not IPVS)",
            Self::LeastOf4 => "least connection of 4 drawn, proposed for Cilium (not IPVS)",
        }
    }
}

impl fmt::Display for PlaneRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
