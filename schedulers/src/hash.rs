//! The hash functions of `dh`, `sh`, `lblc`, `lblcr` (multiplicative) and `mh` (SipHash-1-3), and the end of MurmurHash3.
//!
//! Kernel spec, sections 1.14 and 1.15.

/// `(v · 0x61C88647) mod 2³²`, of which the upper `bits` bits are kept.
#[inline]
pub(crate) fn hash32(value: u32, bits: u32) -> usize {
    (value.wrapping_mul(0x61c8_8647) >> (32 - bits)) as usize
}

/// The finaliser of MurmurHash3 (Austin Appleby, public domain): every bit of `bits` moves every other.
pub fn murmur3_finish(mut bits: u64) -> u64 {
    bits ^= bits >> 33;
    bits = bits.wrapping_mul(0xff51_afd7_ed55_8ccd);
    bits ^= bits >> 33;
    bits = bits.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    bits ^ bits >> 33
}

/// SipHash-1-3 of the four bytes of `value` (little endian) under a 128-bit key of two equal halves; the low 32 bits.
///
/// Aumasson and Bernstein, "SipHash: a fast short-input PRF" (2012), with one compression and three final rounds.
pub(crate) fn siphash13(key: u64, value: u32) -> u32 {
    siphash::<1, 3>(key, key, 4 << 56 | u64::from(value)) as u32
}

/// SipHash of a message of less than 8 bytes, given as its only (padded) block.
fn siphash<const COMPRESSION: usize, const FINAL: usize>(k0: u64, k1: u64, block: u64) -> u64 {
    let mut v = [
        k0 ^ 0x736f_6d65_7073_6575,
        k1 ^ 0x646f_7261_6e64_6f6d,
        k0 ^ 0x6c79_6765_6e65_7261,
        k1 ^ 0x7465_6462_7974_6573,
    ];
    v[3] ^= block;
    (0..COMPRESSION).for_each(|_| round(&mut v));
    v[0] ^= block;
    v[2] ^= 0xff;
    (0..FINAL).for_each(|_| round(&mut v));
    v[0] ^ v[1] ^ v[2] ^ v[3]
}

#[inline]
fn round(v: &mut [u64; 4]) {
    v[0] = v[0].wrapping_add(v[1]);
    v[1] = v[1].rotate_left(13) ^ v[0];
    v[0] = v[0].rotate_left(32);
    v[2] = v[2].wrapping_add(v[3]);
    v[3] = v[3].rotate_left(16) ^ v[2];
    v[0] = v[0].wrapping_add(v[3]);
    v[3] = v[3].rotate_left(21) ^ v[0];
    v[2] = v[2].wrapping_add(v[1]);
    v[1] = v[1].rotate_left(17) ^ v[2];
    v[2] = v[2].rotate_left(32);
}

#[cfg(test)]
mod tests {
    use core::net::IpAddr;

    use super::*;
    use crate::flow::fold;

    #[test]
    fn hash32_matches_the_table_of_the_spec() {
        for (address, bits8, bits10, port443, port40000) in [
            ("10.0.0.1", 39, 159, 93, 203),
            ("10.0.0.2", 137, 550, 191, 45),
            ("192.168.1.1", 136, 547, 190, 44),
            ("192.168.1.100", 89, 357, 143, 253),
            ("172.16.5.9", 115, 460, 169, 23),
            ("8.8.8.8", 188, 754, 242, 96),
            ("255.255.255.255", 158, 632, 212, 66),
        ] {
            let folded = fold(address.parse::<IpAddr>().expect("an address"));
            assert_eq!(hash32(folded, 8), bits8, "{address}");
            assert_eq!(hash32(folded, 10), bits10, "{address}");
            assert_eq!(hash32(folded.wrapping_add(443), 8), port443, "{address}");
            assert_eq!(hash32(folded.wrapping_add(40_000), 8), port40000, "{address}");
        }
    }

    #[test]
    fn ipv6_addresses_fold_to_the_words_exclusive_or() {
        for (address, folded, bits8, bits10) in [
            ("2001:db8::1", 0x2001_0db9, 63, 252),
            ("2001:db8::2", 0x2001_0dba, 160, 643),
            ("fe80::1", 0xfe80_0001, 247, 989),
        ] {
            let value = fold(address.parse::<IpAddr>().expect("an address"));
            assert_eq!((value, hash32(value, 8), hash32(value, 10)), (folded, bits8, bits10), "{address}");
        }
    }

    /// The published SipHash-2-4 vector for the empty message under the key 00 01 … 0f.
    #[test]
    fn siphash_passes_the_published_vector() {
        assert_eq!(siphash::<2, 4>(0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908, 0), 0x726f_db47_dd0e_0e31);
    }
}
