//! What a kernel image says about itself, in the header of the x86 boot protocol.
//!
//! `HdrS` at 0x202, and at 0x20e the place of a version string, counted from 0x200 (Documentation/arch/x86/boot.rst).
//! The string is the release, who built it, and when: `6.1.0-47-cloud-amd64 (debian-kernel@...) #1 SMP ...`.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::KernelError;

/// The setup code, in which the version is, has at most 64 sectors.
const HEAD: u64 = 0x200 + 64 * 512;

pub(super) fn release(image: &Path) -> Result<String, KernelError> {
    let unreadable = |source| KernelError::Unreadable { image: image.to_owned(), source };
    let mut head = Vec::new();
    File::open(image).map_err(unreadable)?.take(HEAD).read_to_end(&mut head).map_err(unreadable)?;
    parse(&head).map_err(|found| KernelError::NotAKernel { image: image.to_owned(), found })
}

fn parse(head: &[u8]) -> Result<String, &'static str> {
    if head.starts_with(b"\x7fELF") {
        return Err("it is an ELF file, perhaps an uncompressed vmlinux");
    }
    if head.get(0x202..0x206) != Some(b"HdrS") {
        return Err("it has no boot header");
    }
    let offset = head.get(0x20e..0x210).ok_or("its boot header is cut short")?;
    let start = usize::from(u16::from_le_bytes([offset[0], offset[1]])) + 0x200;
    let version = head.get(start..).filter(|_| start > 0x210).ok_or("its boot header names no version")?;
    let word = version.split(|&byte| byte == b' ' || byte == 0).next().unwrap_or_default();
    match std::str::from_utf8(word) {
        Ok(release)
            if release.starts_with(|first: char| first.is_ascii_digit()) && !release.contains('/') =>
        {
            Ok(release.to_owned())
        }
        _ => Err("its boot header names no version"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn head(version: &[u8]) -> Vec<u8> {
        let mut head = vec![0; 0x400];
        head[0x202..0x206].copy_from_slice(b"HdrS");
        head[0x20e..0x210].copy_from_slice(&0x100_u16.to_le_bytes());
        head[0x300..0x300 + version.len()].copy_from_slice(version);
        head
    }

    #[test]
    fn the_release_is_the_first_word_of_the_version() {
        let parsed = parse(&head(b"6.1.0-47-cloud-amd64 (debian-kernel@lists.debian.org) #1 SMP\0"));
        assert_eq!(parsed, Ok("6.1.0-47-cloud-amd64".to_owned()));
    }

    #[test]
    fn other_files_are_told_apart() {
        assert_eq!(parse(b"#!/bin/sh\n"), Err("it has no boot header"));
        assert_eq!(parse(b"\x7fELF\x02"), Err("it is an ELF file, perhaps an uncompressed vmlinux"));
        assert_eq!(parse(&head(b"../../etc")), Err("its boot header names no version"));
        assert_eq!(parse(&head(b"")), Err("its boot header names no version"));
    }

    proptest! {
        #[test]
        fn no_file_makes_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..0x500), cut in 0_usize..0x400) {
            let _ = parse(&bytes);
            let _ = parse(&head(b"6.1.0 \0")[..cut]);
        }
    }
}
