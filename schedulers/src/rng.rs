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
        Self::keyed(key(seed, replication, name))
    }

    fn keyed(mut state: u64) -> Self {
        let mut key = [0u8; 32];
        for chunk in key.chunks_exact_mut(8) {
            state = mix(state);
            chunk.copy_from_slice(&state.to_le_bytes());
        }
        Self(Xoshiro256PlusPlus::from_seed(key))
    }

    /// The streams called `name` of replication `replication` under `seed`, one for every pair of numbers.
    pub fn family(seed: u64, replication: u32, name: &str) -> RngFamily {
        RngFamily(key(seed, replication, name))
    }

    /// The same stream, from 2¹²⁸ times `times` numbers later on.
    pub fn jumped(&self, times: u32) -> Self {
        let mut later = self.clone();
        (0..times).for_each(|_| later.0.jump());
        later
    }

    /// The next 64 random bits.
    #[inline]
    pub fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// Uniform in `[0, 1)`, a multiple of 2⁻⁵³.
    #[inline]
    pub fn unit(&mut self) -> f64 {
        unit(self.bits())
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

/// Many streams of one name: what a draw is does not depend on which were drawn before.
#[derive(Clone, Copy, Debug)]
pub struct RngFamily(u64);

impl RngFamily {
    /// The stream of a member of the family at a step of its life.
    pub fn member(self, number: u64, step: u64) -> Rng {
        Rng::keyed(self.bits(number, step))
    }

    /// 64 random bits that belong to a member at a step, where one draw is all that it takes.
    #[inline]
    pub fn bits(self, number: u64, step: u64) -> u64 {
        mix(mix(self.0 ^ number) ^ step)
    }

    /// Uniform in `[0, 1)`, of a member at a step.
    #[inline]
    pub fn unit(self, number: u64, step: u64) -> f64 {
        unit(self.bits(number, step))
    }
}

/// The upper 53 bits as a part of one.
#[inline]
fn unit(bits: u64) -> f64 {
    (bits >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
}

fn key(seed: u64, replication: u32, name: &str) -> u64 {
    let mut state = mix(seed ^ 0x6970_7673_6c61_6221);
    state = mix(state ^ u64::from(replication));
    for byte in name.bytes() {
        state = mix(state ^ u64::from(byte));
    }
    state
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
    fn members_of_a_family_differ_by_number_and_step() {
        let family = Rng::family(1, 0, "users");
        let first = |number, step| family.member(number, step).bits();
        let all = [first(0, 0), first(0, 1), first(1, 0), first(1, 1), Rng::stream(1, 0, "users").bits()];
        let mut sorted = all;
        sorted.sort_unstable();
        assert!(sorted.windows(2).all(|pair| pair[0] != pair[1]), "{all:?}");
        assert_eq!(first(7, 3), first(7, 3));
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
