//! The one random generator, pinned so that a seed means the same bytes in every release.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng as _, SeedableRng};

/// A stream of random numbers: Xoshiro256++ under a key of seed and name.
///
/// Streams are keyed by *name*, never by the order of creation: a new stream moves no other.
#[derive(Clone, Debug)]
pub struct Rng(Xoshiro256PlusPlus);

impl Rng {
    /// The stream called `name` of replication `replication` under `seed`.
    pub fn stream(seed: u64, replication: u32, name: &str) -> Self {
        let mut state = mix(seed ^ 0x6970_7673_6c61_6221);
        state = mix(state ^ u64::from(replication));
        for byte in name.bytes() {
            state = mix(state ^ u64::from(byte));
        }
        let mut key = [0u8; 32];
        for chunk in key.chunks_exact_mut(8) {
            state = mix(state);
            chunk.copy_from_slice(&state.to_le_bytes());
        }
        Self(Xoshiro256PlusPlus::from_seed(key))
    }

    /// The next 64 random bits.
    #[inline]
    pub fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// Uniform in `[0, 1)`, a multiple of 2⁻⁵³.
    #[inline]
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// Uniform in `(0, 1]`: what a logarithm may be taken of.
    #[inline]
    pub fn unit_positive(&mut self) -> f64 {
        ((self.bits() >> 11) + 1) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// Uniform in `0..bound`, without bias (Lemire 2019).
    ///
    /// # Panics
    /// If `bound` is zero.
    #[inline]
    pub fn below(&mut self, bound: u32) -> u32 {
        assert!(bound > 0, "an empty range has no member to draw");
        loop {
            let product = (self.bits() >> 32) * u64::from(bound);
            if product as u32 >= bound || product as u32 >= bound.wrapping_neg() % bound {
                return (product >> 32) as u32;
            }
        }
    }
}

/// SplitMix64's step and finaliser (Steele, Lea, Flood 2014).
fn mix(state: u64) -> u64 {
    let z = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_differ_by_seed_replication_and_name() {
        let first = |seed, replication, name| Rng::stream(seed, replication, name).bits();
        let base = first(1, 0, "arrivals");
        assert_eq!(base, first(1, 0, "arrivals"));
        assert_ne!(base, first(2, 0, "arrivals"));
        assert_ne!(base, first(1, 1, "arrivals"));
        assert_ne!(base, first(1, 0, "work"));
    }

    #[test]
    fn below_reaches_every_value_and_no_other() {
        let mut rng = Rng::stream(7, 0, "below");
        let mut seen = [0u32; 6];
        for _ in 0..6_000 {
            seen[rng.below(6) as usize] += 1;
        }
        assert!(seen.iter().all(|&count| (800..1200).contains(&count)), "{seen:?}");
    }
}
