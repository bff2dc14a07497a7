//! Where included files come from.

use std::fmt;

/// The files that a configuration may include. Paths are as keepalived would open them: absolute, or relative to where the
/// program runs.
pub trait Files {
    /// The names in a directory, but `.` and `..`; `None` if it cannot be listed.
    fn names(&self, directory: &str) -> Option<Vec<String>>;

    /// Whether there is anything at a path.
    fn exists(&self, path: &str) -> bool;

    /// The text of a file.
    ///
    /// # Errors
    /// Why keepalived would not read it, or why we cannot.
    fn text(&self, path: &str) -> Result<String, Unreadable>;
}

/// Why a file is not read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Unreadable {
    /// It is a directory.
    Directory,
    /// It is no regular file, or can be executed, which keepalived takes for a mistake.
    Irregular,
    /// Any other reason.
    Because(String),
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Directory => "it is a directory",
            Self::Irregular => "it is not a regular file, or it is executable",
            Self::Because(reason) => reason,
        })
    }
}

/// No files at all.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct NoFiles;

impl Files for NoFiles {
    fn names(&self, _: &str) -> Option<Vec<String>> {
        None
    }

    fn exists(&self, _: &str) -> bool {
        false
    }

    fn text(&self, _: &str) -> Result<String, Unreadable> {
        Err(Unreadable::Because("not found".to_owned()))
    }
}
