//! MurmurHash3 x64 128 (Austin Appleby, public domain): what Cilium and Katran hash the names of servers with.

use crate::hash::murmur3_finish;

const C1: u64 = 0x87c3_7b91_1142_53d5;
const C2: u64 = 0x4cf5_ad43_2745_937f;

/// Both halves of the hash.
pub(super) fn murmur3(bytes: &[u8], seed: u32) -> [u64; 2] {
    let [mut h1, mut h2] = [u64::from(seed); 2];
    let mut blocks = bytes.chunks_exact(16);
    for block in &mut blocks {
        let (low, high) = block.split_at(8);
        h1 ^= scrambled_first(word(low));
        h1 = h1.rotate_left(27).wrapping_add(h2).wrapping_mul(5).wrapping_add(0x52dc_e729);
        h2 ^= scrambled_second(word(high));
        h2 = h2.rotate_left(31).wrapping_add(h1).wrapping_mul(5).wrapping_add(0x3849_5ab5);
    }
    let (low, high) = blocks.remainder().split_at(blocks.remainder().len().min(8));
    h2 ^= scrambled_second(word(high));
    h1 ^= scrambled_first(word(low));
    h1 ^= bytes.len() as u64;
    h2 ^= bytes.len() as u64;
    h1 = h1.wrapping_add(h2);
    h2 = h2.wrapping_add(h1);
    h1 = murmur3_finish(h1);
    h2 = murmur3_finish(h2);
    h1 = h1.wrapping_add(h2);
    [h1, h2.wrapping_add(h1)]
}

fn scrambled_first(word: u64) -> u64 {
    word.wrapping_mul(C1).rotate_left(31).wrapping_mul(C2)
}

fn scrambled_second(word: u64) -> u64 {
    word.wrapping_mul(C2).rotate_left(33).wrapping_mul(C1)
}

/// Up to 8 bytes, little endian.
fn word(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The value that SMHasher publishes to verify an implementation by: a hash of hashes of all lengths up to 255.
    #[test]
    fn verification_value_is_the_published_one() {
        let key: [u8; 256] = core::array::from_fn(|at| at as u8);
        let bytes = |[h1, h2]: [u64; 2]| {
            let mut bytes = [0; 16];
            bytes[..8].copy_from_slice(&h1.to_le_bytes());
            bytes[8..].copy_from_slice(&h2.to_le_bytes());
            bytes
        };
        let hashes = (0..256u32).flat_map(|length| bytes(murmur3(&key[..length as usize], 256 - length)));
        let hashes: alloc::vec::Vec<u8> = hashes.collect();
        assert_eq!(murmur3(&hashes, 0)[0] as u32, 0x6384_ba69);
    }
}
