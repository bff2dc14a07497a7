//! A file of results: complete or not there.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::exit::{Exit, Failure};
use crate::interrupt::staging;
use crate::output::{directory_of, shown};
use crate::print::why;

/// A file that is being written in a directory of its own; renamed to its final name when complete.
#[derive(Debug)]
pub(crate) struct FileOutput {
    target: PathBuf,
    /// In the target's directory, so that renaming it is one step.
    stage: tempfile::TempDir,
    file: File,
}

impl FileOutput {
    /// Makes sure, before anything is read, that the file can be written. `flag` is what asked for it.
    pub(crate) fn prepare(flag: &str, target: &Path, force: bool) -> Result<Self, Failure> {
        let refuse = |message: String| {
            Failure::new(Exit::Output, format!("error: {flag} {}: {message}", shown(target)))
        };
        match fs::symlink_metadata(target) {
            Ok(found) if !found.is_file() => return Err(refuse("it exists and is not a file".into())),
            Ok(_) if !force => return Err(refuse("it already exists; --force replaces it".into())),
            Ok(_) | Err(_) => {}
        }
        let parent = directory_of(target);
        if target.file_name().is_none() {
            return Err(refuse("it is not a file name".into()));
        }
        let mut staged = staging();
        let stage = tempfile::Builder::new().prefix(".ipvslab-").tempdir_in(parent);
        let stage = stage.and_then(|stage| Ok((File::create(stage.path().join("file"))?, stage)));
        let (file, stage) =
            stage.map_err(|error| refuse(format!("cannot write into {}: {}", shown(parent), why(&error))))?;
        *staged = Some(stage.path().to_owned());
        Ok(Self { target: target.to_owned(), stage, file })
    }

    /// Where to write.
    pub(crate) fn file(&mut self) -> &mut File {
        &mut self.file
    }

    /// Writes a text.
    pub(crate) fn write(&mut self, text: &str) -> Result<(), Failure> {
        let written = self.file.write_all(text.as_bytes());
        written.map_err(|error| self.failure(&error))
    }

    /// What messages call it.
    pub(crate) fn shown(&self) -> String {
        shown(&self.target)
    }

    /// Gives the file its name.
    pub(crate) fn publish(self) -> Result<(), Failure> {
        let mut staged = staging();
        let named =
            self.file.sync_all().and_then(|()| fs::rename(self.stage.path().join("file"), &self.target));
        named.map_err(|error| self.failure(&error))?;
        // Dropping it removes the empty directory.
        drop(self.stage);
        *staged = None;
        Ok(())
    }

    /// It could not be written.
    pub(crate) fn failure(&self, error: &std::io::Error) -> Failure {
        Failure::new(Exit::Output, format!("error: cannot write {}: {error}", self.shown()))
    }
}
