//! How other layer-4 data planes choose a real server, and what they remember: what leaving IPVS would change.
//!
//! None of this is IPVS. Every rule is written after the source of the program that has it (kube-proxy, Docker Swarm, nftables, Cilium,
//! Katran; `docs/data-planes.md` says which versions), decision by decision: given the random words that the program drew, the
//! server is the one that it took.
//!
//! A server is *eligible* while its weight is not 0. The rules know no connection thresholds, and but for those that say so no
//! weights and no load.

mod affinity;
mod cilium;
mod eligible;
mod jhash;
mod katran;
mod least_of;
mod lifetimes;
mod murmur;
mod numgen;
mod ring;
mod rule;
mod ruleset;
mod scheduler;
mod statistic;
mod summary;
mod swarm;

pub use affinity::{RecentClients, StickyClients};
pub use cilium::{CiliumMaglev, CiliumRandom, CiliumSeeds, estimated_connections, next_in_turn};
pub use jhash::{HashExpression, NftHash, jhash};
pub use katran::{KatranMaglev, KatranRing};
pub use least_of::{Drawing, LeastOf};
pub use lifetimes::Lifetimes;
pub use numgen::{Counter, NftCounter, NftRandom, scale, words_of};
pub use ring::maglev;
pub use rule::PlaneRule;
pub use ruleset::{RuleCount, ServiceSort, iptables_walk};
pub use scheduler::PlaneScheduler;
pub use statistic::{Cascade, Nth, Probability, shares};
pub use swarm::{EqualRuns, SwarmRandom};
