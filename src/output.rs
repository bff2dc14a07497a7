//! The `--out` directory: complete or not there.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::args;
use crate::exit::{Exit, Failure};
use crate::interrupt::staging;

/// What tells a directory of results from any other.
const MARK: &str = "results.json";

/// A directory that results are being written into; renamed to its final name when complete.
#[derive(Debug)]
pub(crate) struct Output {
    target: PathBuf,
    stage: tempfile::TempDir,
    replaces: bool,
}

impl Output {
    /// The directory that the command line asks for, if it asks for one.
    pub(crate) fn asked(args: &args::Study) -> Result<Option<Self>, Failure> {
        args.out.as_deref().map(|target| Self::prepare(target, args.force)).transpose()
    }

    /// Makes sure, before anything is run, that the results can be written.
    fn prepare(target: &Path, force: bool) -> Result<Self, Failure> {
        let refuse = |message: String| Err(Failure::new(Exit::Output, message));
        let shown = target.display();
        let replaces = match fs::symlink_metadata(target) {
            Err(_) => false,
            Ok(found) if !found.is_dir() => {
                return refuse(format!("--out {shown}: exists and is not a directory"));
            }
            Ok(_) => {
                let is_empty = fs::read_dir(target).is_ok_and(|mut entries| entries.next().is_none());
                if !is_empty && !target.join(MARK).is_file() {
                    return refuse(format!(
                        "--out {shown}: the directory holds files that are not ipvslab's; choose another name"
                    ));
                }
                if !is_empty && !force {
                    return refuse(format!(
                        "--out {shown}: results are there already; --force replaces them"
                    ));
                }
                true
            }
        };
        let parent = match target.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let stage = fs::create_dir_all(parent)
            .and_then(|()| tempfile::Builder::new().prefix(".ipvslab-").tempdir_in(parent));
        let stage = match stage {
            Ok(stage) => stage,
            Err(error) => return refuse(format!("--out {shown}: cannot write there: {error}")),
        };
        *staging() = Some(stage.path().to_owned());
        Ok(Self { target: target.to_owned(), stage, replaces })
    }

    /// Writes one file of the results.
    pub(crate) fn write(&self, name: &str, text: &str) -> Result<(), Failure> {
        let path = self.stage.path().join(name);
        let written = fs::File::create(&path).and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        });
        written.map_err(|error| {
            let target = self.target.join(name);
            Failure::new(Exit::Output, format!("cannot write {}: {error}", target.display()))
        })
    }

    /// Gives the directory its name.
    pub(crate) fn publish(self) -> Result<(), Failure> {
        let mut staged = staging();
        let fail = |error: std::io::Error| {
            Failure::new(Exit::Output, format!("cannot write {}: {error}", self.target.display()))
        };
        // World-readable like any other directory, not 0700 like a temporary one.
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(self.stage.path(), fs::Permissions::from_mode(0o755)).map_err(fail)?;
        }
        // The old results step aside first, so that there is no moment in which both could be lost.
        let aside = self.stage.path().with_extension("old");
        if self.replaces {
            fs::rename(&self.target, &aside).map_err(fail)?;
        }
        fs::rename(self.stage.path(), &self.target).map_err(fail)?;
        if self.replaces {
            fs::remove_dir_all(&aside).map_err(fail)?;
        }
        let _renamed = self.stage.keep();
        *staged = None;
        Ok(())
    }
}
