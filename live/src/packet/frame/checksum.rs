//! Checksums: the Internet's, of IPv4, TCP and UDP (RFC 1071), and SCTP's (RFC 9260, appendix A).

use std::net::IpAddr;

use crc::{CRC_32_ISCSI, Crc};

const CRC32C: Crc<u32> = Crc::<u32>::new(&CRC_32_ISCSI);

/// Adds 16-bit words; a last odd byte counts as the high one.
pub(super) fn sum(start: u32, bytes: &[u8]) -> u32 {
    let words =
        bytes.chunks(2).map(|word| u32::from(word[0]) << 8 | word.get(1).map_or(0, |&low| u32::from(low)));
    words.fold(start, |sum, word| sum + word)
}

/// The Internet checksum of a sum of words.
pub(super) fn internet(sum: u32) -> u16 {
    let folded = (sum >> 16) + (sum & 0xffff);
    !((folded >> 16) + folded) as u16
}

/// The sum of the pseudo-header, of which IPv4's and IPv6's have the same words; `length` in bytes.
pub(super) fn pseudo_header(source: IpAddr, destination: IpAddr, protocol: u8, length: usize) -> u32 {
    let add = |start, address| match address {
        IpAddr::V4(address) => sum(start, &address.octets()),
        IpAddr::V6(address) => sum(start, &address.octets()),
    };
    add(add(0, source), destination) + u32::from(protocol) + length as u32
}

/// The CRC32c of an SCTP packet, as it stands in the header; that place in `packet` is zero.
pub(super) fn sctp(packet: &[u8]) -> [u8; 4] {
    CRC32C.checksum(packet).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crc32c_gives_the_known_answer() {
        assert_eq!(sctp(b"123456789"), 0xe306_9283_u32.to_le_bytes());
    }

    #[test]
    fn the_internet_checksum_is_that_of_rfc_1071() {
        let bytes = [0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7];
        assert_eq!(internet(sum(0, &bytes)), !0xddf2);
    }
}
