//! The files that `keepalived.conf` includes, on the disk.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use ipvslab_scenarios::table::keepalived::{Files, Unreadable};

/// The largest file.
pub(super) const LARGEST: u64 = 16 << 20;

/// Paths of a director, some of whose files may lie elsewhere here.
pub(super) struct Disk<'a> {
    /// Where its root directory is; `None` where it is ours.
    pub(super) root: Option<&'a Path>,
}

impl Disk<'_> {
    fn here(&self, path: &str) -> PathBuf {
        match (self.root, path.strip_prefix('/')) {
            (Some(root), Some(rest)) => root.join(rest),
            _ => PathBuf::from(path),
        }
    }
}

impl Files for Disk<'_> {
    fn names(&self, directory: &str) -> Option<Vec<String>> {
        let entries = fs::read_dir(self.here(directory)).ok()?;
        Some(entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect())
    }

    fn exists(&self, path: &str) -> bool {
        fs::symlink_metadata(self.here(path)).is_ok()
    }

    fn text(&self, path: &str) -> Result<String, Unreadable> {
        let path = self.here(path);
        let because = |error: std::io::Error| Unreadable::Because(error.to_string());
        let metadata = fs::metadata(&path).map_err(because)?;
        if metadata.is_dir() {
            return Err(Unreadable::Directory);
        }
        if !metadata.is_file() || metadata.permissions().mode() & 0o111 != 0 {
            return Err(Unreadable::Irregular);
        }
        if metadata.len() > LARGEST {
            return Err(Unreadable::Because("it is larger than 16 MiB".to_owned()));
        }
        fs::read_to_string(&path).map_err(|error| match error.kind() {
            ErrorKind::InvalidData => Unreadable::Because("it is not UTF-8".to_owned()),
            _ => because(error),
        })
    }
}
