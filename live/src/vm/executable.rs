//! What it takes to run this very program elsewhere: the executable, its loader, and the shared objects it has mapped.
//!
//! Read from `/proc/self`, so it is the program that runs, even if its file has been replaced since, and exactly the
//! objects that the loader chose. A static executable has neither loader nor objects.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use object::elf::{FileHeader64, PT_INTERP, PT_LOAD};
use object::read::elf::{Dyn, FileHeader, ProgramHeader};
use object::{Endianness, elf};

use super::cpio::Archive;

/// Where the executable is in the archive.
pub(super) const INIT: &str = "/init";

type Header = FileHeader64<Endianness>;

/// This program, as files of another root.
#[derive(Debug)]
pub(super) struct Executable {
    program: Vec<u8>,
    objects: Vec<SharedObject>,
}

#[derive(Debug)]
struct SharedObject {
    path: String,
    content: Vec<u8>,
    /// The name that it is looked up by, if the file has another.
    alias: Option<String>,
}

impl Executable {
    /// The program that runs.
    pub(super) fn ours() -> io::Result<Self> {
        let mut program = fs::read("/proc/self/exe")?;
        let mut objects = Vec::new();
        let mut taken = BTreeSet::from([identity(Path::new("/proc/self/exe"))?]);
        if let Some(loader) = interpreter(&program) {
            taken.insert(identity(Path::new(&loader))?);
            objects.push(SharedObject { content: fs::read(&loader)?, path: loader, alias: None });
        }
        for path in mapped(&fs::read_to_string("/proc/self/maps")?) {
            if !taken.insert(identity(&path)?) {
                continue;
            }
            let content = fs::read(&path)?;
            let Some(path) = path.to_str().filter(|_| content.starts_with(b"\x7fELF")) else { continue };
            objects.push(SharedObject { alias: alias(path, &content), path: path.to_owned(), content });
        }
        strip(&mut program);
        Ok(Self { program, objects })
    }

    /// Puts the program at [`INIT`] and all else at its own place.
    pub(super) fn add_to(&self, archive: &mut Archive) {
        archive.file(INIT, &self.program);
        for object in &self.objects {
            archive.file(&object.path, &object.content);
            if let Some(alias) = &object.alias {
                archive.link(alias, &object.path);
            }
        }
    }

    /// The directories that the loader has to look in, joined with colons; empty for a static executable.
    pub(super) fn library_path(&self) -> String {
        let directories: BTreeSet<&str> =
            self.objects.iter().filter_map(|object| Path::new(&object.path).parent()?.to_str()).collect();
        directories.into_iter().collect::<Vec<_>>().join(":")
    }
}

/// The files in `/proc/<pid>/maps`, in order.
fn mapped(maps: &str) -> Vec<PathBuf> {
    let mut seen = BTreeSet::new();
    // Five columns, then the path, if any: `7f0a-7f0b r-xp 00000000 fe:00 1234   /usr/lib/libc.so.6`.
    let paths = maps.lines().filter_map(|line| line.find('/').map(|start| &line[start..]));
    paths
        .filter(|path| !path.ends_with(" (deleted)") && seen.insert(*path))
        .map(PathBuf::from)
        .filter(|path| path.is_file())
        .collect()
}

fn identity(path: &Path) -> io::Result<(u64, u64)> {
    let meta = fs::metadata(path)?;
    Ok((meta.dev(), meta.ino()))
}

fn interpreter(program: &[u8]) -> Option<String> {
    let header = Header::parse(program).ok()?;
    let endian = header.endian().ok()?;
    let segments = header.program_headers(endian, program).ok()?;
    let path =
        segments.iter().find(|segment| segment.p_type(endian) == PT_INTERP)?.data(endian, program).ok()?;
    String::from_utf8(path.split(|&byte| byte == 0).next()?.to_vec()).ok()
}

/// Where the object is looked for, if its own name (`DT_SONAME`) is not the file's.
fn alias(path: &str, content: &[u8]) -> Option<String> {
    let name = soname(content)?;
    let directory = Path::new(path).parent()?.to_str()?;
    Some(format!("{directory}/{name}")).filter(|alias| alias != path)
}

fn soname(content: &[u8]) -> Option<String> {
    let header = Header::parse(content).ok()?;
    let endian = header.endian().ok()?;
    let sections = header.sections(endian, content).ok()?;
    let (entries, strings) = sections.dynamic(endian, content).ok()??;
    let strings = sections.strings(endian, content, strings).ok()?;
    let entry = entries.iter().find(|entry| entry.tag(endian) == elf::DT_SONAME)?;
    String::from_utf8(entry.string(endian, strings).ok()?.to_vec()).ok()
}

/// Cuts off what is behind the last loaded byte: symbols and debug information, most of the file.
fn strip(program: &mut Vec<u8>) {
    const SECTIONS_AT: std::ops::Range<usize> = 0x28..0x30;
    const SECTION_COUNT_AND_NAMES: std::ops::Range<usize> = 0x3c..0x40;
    let end = (|| {
        let header = Header::parse(program.as_slice()).ok()?;
        let endian = header.endian().ok()?;
        let segments = header.program_headers(endian, program.as_slice()).ok()?;
        let loaded = segments.iter().filter(|segment| segment.p_type(endian) == PT_LOAD);
        loaded.map(|segment| segment.p_offset(endian) + segment.p_filesz(endian)).max()
    })();
    if let Some(end) = end.and_then(|end| usize::try_from(end).ok()).filter(|&end| end >= 0x40) {
        program.truncate(end);
        program[SECTIONS_AT].fill(0);
        program[SECTION_COUNT_AND_NAMES].fill(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_test_can_be_run_elsewhere() {
        let ours = Executable::ours().expect("/proc is mounted");
        assert!(ours.program.starts_with(b"\x7fELF"));
        let whole = fs::metadata("/proc/self/exe").expect("it runs").len();
        assert!((ours.program.len() as u64) < whole, "symbols are left out");
        if interpreter(&ours.program).is_some() {
            assert!(
                ours.objects.iter().any(|object| object.path.contains("libc.so")),
                "{:?}",
                ours.library_path()
            );
        }
    }

    #[test]
    fn a_stripped_program_still_runs() {
        use std::os::unix::fs::PermissionsExt;
        let mut program = fs::read("/proc/self/exe").expect("it runs");
        strip(&mut program);
        let directory = tempfile::tempdir().expect("there is a temporary directory");
        let file = directory.path().join("stripped");
        fs::write(&file, program).expect("a file can be written");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).expect("it is ours");
        let output = std::process::Command::new(&file).arg("--list").output().expect("it starts");
        assert!(String::from_utf8_lossy(&output.stdout).contains("a_stripped_program_still_runs"));
    }

    #[test]
    fn only_files_are_taken_from_the_map() {
        let maps = "7f00-7f01 r--p 00000000 fe:00 12    /proc/self/exe\n7f01-7f02 rw-p 00000000 00:00 0 \n\
                    7f02-7f03 r-xp 00000000 fe:00 12    /proc/self/exe\n7f03-7f04 r--p 0 00:00 0     [vdso]\n\
                    7f04-7f05 rw-s 0 00:01 7     /memfd:x (deleted)\n";
        assert_eq!(mapped(maps), [PathBuf::from("/proc/self/exe")]);
    }
}
