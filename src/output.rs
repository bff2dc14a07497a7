//! The `--out` directory: complete or not there.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use ipvslab_reports::artifact_names;

use crate::exit::{Exit, Failure};
use crate::interrupt::staging;
use crate::print::why;

/// Files of results that `reports` does not make: counts of a validation, and what a fuzzing found.
const OTHERS: [&str; 4] = ["connections.csv", "checkpoints.csv", "fuzz.json", "fuzz.txt"];

/// Whether a directory of results may hold a file of this name. Nothing else is ever replaced.
fn is_ours(name: &str) -> bool {
    artifact_names().chain(OTHERS).any(|known| known == name)
}

/// A directory that results are being written into; renamed to its final name when complete.
#[derive(Debug)]
pub(crate) struct Output {
    target: PathBuf,
    stage: tempfile::TempDir,
    replaces: bool,
}

impl Output {
    /// The directory that the command line asks for, if it asks for one.
    pub(crate) fn asked(target: Option<&Path>, force: bool) -> Result<Option<Self>, Failure> {
        target.map(|target| Self::prepare(target, force)).transpose()
    }

    /// Makes sure, before anything is run, that the results can be written.
    pub(crate) fn prepare(target: &Path, force: bool) -> Result<Self, Failure> {
        let refuse = |message: String| {
            Err(Failure::new(Exit::Output, format!("error: --out {}: {message}", shown(target))))
        };
        let replaces = match fs::symlink_metadata(target) {
            Err(_) => false,
            Ok(found) if found.is_symlink() => {
                return refuse("it is a symbolic link; name the directory".into());
            }
            Ok(found) if !found.is_dir() => return refuse("it exists and is not a directory".into()),
            Ok(_) => match foreign_file(target) {
                Err(error) => return refuse(format!("it cannot be read: {error}")),
                Ok(Found::Nothing) => true,
                Ok(Found::Foreign(name)) => {
                    return refuse(format!("`{name}` there is not ipvslab's; choose another directory"));
                }
                Ok(Found::Results) if !force => {
                    return refuse("it already has results; --force replaces them".into());
                }
                Ok(Found::Results) => true,
            },
        };
        let parent = directory_of(target);
        if parent.exists() && !parent.is_dir() {
            return refuse(format!("{} is not a directory", shown(parent)));
        }
        let mut staged = staging();
        let stage = fs::create_dir_all(parent)
            .and_then(|()| tempfile::Builder::new().prefix(".ipvslab-").tempdir_in(parent));
        match stage {
            Ok(stage) => {
                *staged = Some(stage.path().to_owned());
                Ok(Self { target: target.to_owned(), stage, replaces })
            }
            Err(error) => refuse(format!("cannot write into {}: {}", shown(parent), why(&error))),
        }
    }

    /// Writes one file of the results.
    pub(crate) fn write(&self, name: &str, contents: &(impl AsRef<[u8]> + ?Sized)) -> Result<(), Failure> {
        debug_assert!(is_ours(name), "{name} is known as a file of the results");
        let _no_exit_meanwhile = staging();
        let written = fs::File::create(self.stage.path().join(name)).and_then(|mut file| {
            file.write_all(contents.as_ref())?;
            file.sync_all()
        });
        written.map_err(|error| self.failure(&self.target.join(name), &error))
    }

    /// Gives the directory its name.
    pub(crate) fn publish(self) -> Result<(), Failure> {
        let mut staged = staging();
        let stage = self.stage.path();
        // The old results step aside first, and come back if the new ones cannot take their place.
        let aside = stage.with_extension("old");
        let replaced = readable(stage).and_then(|()| {
            if !self.replaces {
                return fs::rename(stage, &self.target);
            }
            fs::rename(&self.target, &aside)?;
            fs::rename(stage, &self.target).inspect_err(|_| drop(fs::rename(&aside, &self.target)))?;
            fs::remove_dir_all(&aside)
        });
        replaced.map_err(|error| self.failure(&self.target, &error))?;
        let _renamed = self.stage.keep();
        *staged = None;
        Ok(())
    }

    fn failure(&self, path: &Path, error: &std::io::Error) -> Failure {
        Failure::new(Exit::Output, format!("error: cannot write {}: {error}", shown(path)))
    }
}

/// What a directory holds.
enum Found {
    Nothing,
    Results,
    Foreign(String),
}

fn foreign_file(directory: &Path) -> std::io::Result<Found> {
    let mut found = Found::Nothing;
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !is_ours(&name) || !entry.file_type()?.is_file() {
            return Ok(Found::Foreign(name.escape_debug().to_string()));
        }
        found = Found::Results;
    }
    Ok(found)
}

/// Readable for everybody like any other directory, not only for its owner like a temporary one.
fn readable(directory: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(directory, fs::Permissions::from_mode(0o755))?;
    }
    Ok(())
}

/// The directory that a path names something in.
pub(crate) fn directory_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// A path without characters that could take over a terminal.
pub(crate) fn shown(path: &Path) -> String {
    path.display().to_string().escape_debug().to_string()
}
