//! Running the binary in a directory of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A farm that takes a moment to simulate.
pub(crate) const SMALL: &str = r#"
title = "Small farm"
[run]
duration = "30s"
warm_up = "2s"
replications = 3
seed = 5
[service]
address = "10.0.0.1:80"
schedulers = ["rr", "wlc", "sh"]
[[servers]]
name = "old"
count = 2
slots = 4
[[servers]]
name = "new"
weight = 2
slots = 8
[arrivals.poisson]
rate = "100/s"
[work.exponential]
mean = "100ms"
[clients.uniform]
count = 1000
"#;

/// A directory that goes away with the test.
pub(crate) struct Place(tempfile::TempDir);

impl Place {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary directory"))
    }

    /// With the small farm in `farm.toml`.
    pub(crate) fn with_farm() -> Self {
        let place = Self::new();
        place.write("farm.toml", SMALL);
        place
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("a file in a temporary directory");
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ipvslab"));
        command.current_dir(self.0.path()).args(arguments).env_remove("CLICOLOR_FORCE");
        command
    }

    /// Runs it to the end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        Ended::of(self.command(arguments).output().expect("the binary runs"))
    }

    /// What the directory holds, hidden files too.
    pub(crate) fn files(&self) -> Vec<String> {
        names(self.0.path())
    }
}

pub(crate) fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).expect("a directory");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ended {
    fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("stdout is UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("stderr is UTF-8"),
        }
    }

    /// It failed with this code, printed no data, and said all of these things.
    #[track_caller]
    pub(crate) fn fails(&self, code: i32, said: &[&str]) {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert_eq!(self.stdout, "", "{self:?}");
        for said in said {
            assert!(self.stderr.contains(said), "{said:?} is not in\n{}", self.stderr);
        }
    }

    #[track_caller]
    pub(crate) fn succeeds(&self) -> &str {
        assert_eq!(self.code, Some(0), "{self:?}");
        &self.stdout
    }
}
