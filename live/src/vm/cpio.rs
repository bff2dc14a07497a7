//! An archive of files as the kernel unpacks it at boot: cpio, "newc".
//!
//! A header of 13 eight-digit hexadecimal numbers, the name, the content, each padded to four bytes
//! (Documentation/driver-api/early-userspace/buffer-format.rst). All times are 0, so that the same files give the same
//! bytes. Archives may follow one another; later files win.

use std::collections::BTreeSet;

const DIRECTORY: u32 = 0o040_755;
const PROGRAM: u32 = 0o100_755;
const LINK: u32 = 0o120_777;
const CHARACTER_DEVICE: u32 = 0o020_600;

/// An archive under construction.
#[derive(Debug, Default)]
pub(super) struct Archive {
    bytes: Vec<u8>,
    entries: u32,
    directories: BTreeSet<String>,
}

impl Archive {
    /// A file that anyone may run. `path` is absolute; directories above it are added.
    pub(super) fn file(&mut self, path: &str, content: &[u8]) {
        self.entry(path, PROGRAM, (0, 0), content);
    }

    /// A symbolic link at `path`.
    pub(super) fn link(&mut self, path: &str, target: &str) {
        self.entry(path, LINK, (0, 0), target.as_bytes());
    }

    /// The device with these numbers.
    pub(super) fn device(&mut self, path: &str, numbers: (u32, u32)) {
        self.entry(path, CHARACTER_DEVICE, numbers, &[]);
    }

    /// An empty directory.
    pub(super) fn directory(&mut self, path: &str) {
        self.directories_above(&format!("{path}/."));
    }

    /// The archive, complete.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.write("TRAILER!!!", 0, (0, 0), &[]);
        self.bytes
    }

    fn entry(&mut self, path: &str, mode: u32, device: (u32, u32), content: &[u8]) {
        self.directories_above(path);
        self.write(path.trim_start_matches('/'), mode, device, content);
    }

    fn directories_above(&mut self, path: &str) {
        let path = path.trim_start_matches('/');
        for (slash, _) in path.match_indices('/') {
            if self.directories.insert(path[..slash].to_owned()) {
                self.write(&path[..slash], DIRECTORY, (0, 0), &[]);
            }
        }
    }

    fn write(&mut self, name: &str, mode: u32, device: (u32, u32), content: &[u8]) {
        self.entries += 1;
        let size = u32::try_from(content.len()).expect("files in an initramfs are below 4 GiB");
        let name_size = name.len() as u32 + 1;
        let (inode, links) = (self.entries, 1);
        self.bytes.extend_from_slice(b"070701");
        for number in [inode, mode, 0, 0, links, 0, size, 0, 0, device.0, device.1, name_size, 0] {
            self.bytes.extend_from_slice(format!("{number:08x}").as_bytes());
        }
        self.bytes.extend_from_slice(name.as_bytes());
        self.bytes.push(0);
        self.pad();
        self.bytes.extend_from_slice(content);
        self.pad();
    }

    fn pad(&mut self) {
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_is_the_bytes_that_gnu_cpio_would_write() {
        let mut archive = Archive::default();
        archive.file("/bin/init", b"hello");
        archive.device("/dev/console", (5, 1));
        archive.link("/sbin", "bin");
        archive.directory("/proc");
        let text = String::from_utf8(archive.finish()).expect("it is text").replace('\0', ".");
        let entry = |inode: u32, mode: &str, size: &str, device: &str, name: &str| {
            let zero = "00000000";
            format!("070701{inode:08x}{mode}{zero}{zero}00000001{zero}{size}{zero}{zero}{device}{name}")
        };
        let (zero, none) = ("00000000", "0000000000000000");
        let expected = [
            entry(1, "000041ed", zero, none, "0000000400000000bin..."),
            entry(2, "000081ed", "00000005", none, "0000000900000000bin/init.hello..."),
            entry(3, "000041ed", zero, none, "0000000400000000dev..."),
            entry(4, "00002180", zero, "0000000500000001", "0000000c00000000dev/console..."),
            entry(5, "0000a1ff", "00000003", none, "0000000500000000sbin.bin."),
            entry(6, "000041ed", zero, none, "0000000500000000proc."),
            entry(7, zero, zero, none, "0000000b00000000TRAILER!!!.."),
        ];
        // Padding depends on where an entry begins; dots are counted by length, so compare without them.
        let bare = |text: &str| text.replace('.', "");
        assert_eq!(bare(&text), bare(&expected.concat()));
        assert_eq!(text.len() % 4, 0);
        assert!(text.match_indices("070701").all(|(at, _)| at % 4 == 0), "{text}");
    }
}
