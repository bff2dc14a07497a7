//! Where connections come from or go to: populations of addresses.

use std::net::{IpAddr, Ipv4Addr};

use ipvslab_schedulers::Rng;

use super::Zipf;
use crate::pool::Pool;

/// Addresses and how likely each is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Population {
    /// One address only, drawn without a random number.
    One(IpAddr),
    /// The first `count` addresses of a pool, equally likely.
    Uniform { pool: Pool, count: u32 },
    /// The addresses of a pool, the first one the most popular.
    Zipf { pool: Pool, zipf: Zipf },
    /// `crowd` with probability `share`, else one of the first `count` addresses of a pool.
    Nat { share: f64, crowd: IpAddr, pool: Pool, count: u32 },
}

impl Population {
    /// Stands where the trace says the address.
    pub(crate) const FROM_TRACE: Self = Self::One(IpAddr::V4(Ipv4Addr::UNSPECIFIED));

    #[inline]
    pub(crate) fn draw(&self, draws: &mut Rng) -> IpAddr {
        match self {
            Self::One(address) => *address,
            Self::Uniform { pool, count } => pool.address(draws.below(*count)),
            Self::Zipf { pool, zipf } => pool.address(zipf.draw(draws)),
            Self::Nat { share, crowd, pool, count } => {
                if draws.unit() < *share {
                    *crowd
                } else {
                    pool.address(draws.below(*count))
                }
            }
        }
    }

    /// The addresses, each with a weight in proportion to how often it is drawn; `None` if there are more than `most`.
    pub(crate) fn shares(&self, most: u32) -> Option<Vec<(IpAddr, f64)>> {
        Some(match *self {
            Self::One(address) => vec![(address, 1.0)],
            Self::Uniform { pool, count } if count <= most => {
                (0..count).map(|member| (pool.address(member), 1.0)).collect()
            }
            Self::Zipf { pool, zipf } if zipf.count() <= most => {
                (0..zipf.count()).map(|rank| (pool.address(rank), zipf.weight(rank))).collect()
            }
            _ => return None,
        })
    }

    /// How often the most popular address is drawn; `None` if the trace says, or there are too many to add up.
    pub(crate) fn greatest_share(&self) -> Option<f64> {
        /// As many shares as are added up.
        const MOST: u32 = 1 << 20;
        match *self {
            Self::One(_) => None,
            Self::Uniform { count, .. } => Some(1.0 / f64::from(count)),
            Self::Zipf { zipf, .. } if zipf.count() <= MOST => {
                let sum: f64 = (0..zipf.count()).map(|rank| zipf.weight(rank)).sum();
                Some(zipf.weight(0) / sum)
            }
            Self::Zipf { .. } => None,
            Self::Nat { share, count, .. } => Some(share.max((1.0 - share) / f64::from(count))),
        }
    }

    /// Whether a draw is a matter of chance.
    pub(crate) fn is_random(&self) -> bool {
        !matches!(self, Self::One(_))
    }
}
