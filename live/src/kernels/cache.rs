//! The directory that kernels are unpacked in: `kernels/<package>/`, each complete or not there.
//!
//! A package is unpacked in a staging directory beside, which takes its name when it is whole. The process that fetches holds a
//! lock, so a staging directory that is found under the lock belongs to a run that died, and is removed.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use rustix::fs::FlockOperation;

use super::{Kernel, KernelError, Origin, apt, release, tree, variable};

const STAGING: &str = ".staging";

/// Where fetched kernels are kept.
#[derive(Clone, Debug)]
pub struct Cache {
    directory: PathBuf,
}

impl Cache {
    /// A cache in `directory`, which need not exist.
    #[must_use]
    pub fn new(directory: PathBuf) -> Self {
        Self { directory }
    }

    /// The user's cache, see [`super`].
    #[must_use]
    pub fn of_the_user() -> Self {
        let named = variable("IPVSLAB_CACHE").map(PathBuf::from);
        let xdg = || variable("XDG_CACHE_HOME").map(|cache| Path::new(&cache).join("ipvslab"));
        let home = || variable("HOME").map(|home| Path::new(&home).join(".cache/ipvslab"));
        Self::new(named.or_else(xdg).or_else(home).unwrap_or_else(|| PathBuf::from("/var/cache/ipvslab")))
    }

    /// The kernels in it, newest first.
    #[must_use]
    pub fn kernels(&self) -> Vec<Kernel> {
        let packages = fs::read_dir(self.kernels_directory()).into_iter().flatten().flatten();
        let names = packages.filter_map(|entry| entry.file_name().into_string().ok());
        let mut found: Vec<Kernel> =
            names.filter(|name| !name.starts_with('.')).flat_map(|package| self.unpacked(&package)).collect();
        found.sort_by(|a, b| release::order(&b.release, &a.release));
        found
    }

    /// See [`super::fetch`].
    ///
    /// # Errors
    /// See [`KernelError`].
    pub fn fetch(&self, name: &str) -> Result<Kernel, KernelError> {
        let package =
            if name.starts_with("linux-") { name.to_owned() } else { format!("linux-image-{name}") };
        if package.contains('/') {
            return Err(KernelError::NoPackage { package });
        }
        if let Some(kernel) = self.unpacked(&package).into_iter().next() {
            return Ok(kernel);
        }
        let _lock = self.lock().map_err(|error| self.cannot(error))?;
        if let Some(kernel) = self.unpacked(&package).into_iter().next() {
            return Ok(kernel);
        }
        self.remove_staging().map_err(|error| self.cannot(error))?;
        let staging = self.kernels_directory().join(STAGING);
        let root = staging.join("root");
        fs::create_dir_all(&root).map_err(|error| self.cannot(error))?;
        let moved = apt::unpack(&package, &staging, &root).and_then(|()| {
            if tree::kernels(&root, &Origin::Installed).is_empty() {
                return Err(KernelError::NoKernelInside { package: package.clone() });
            }
            fs::rename(&root, self.kernels_directory().join(&package)).map_err(|error| self.cannot(error))
        });
        // What is left over is removed by the next fetch if it cannot be now.
        let _ = self.remove_staging();
        moved.map_err(|error| match error {
            KernelError::Failed { said, .. }
                if said.contains("No space left on device") || said.contains("enough free space") =>
            {
                KernelError::Full { cache: self.directory.clone() }
            }
            other => other,
        })?;
        self.unpacked(&package).into_iter().next().ok_or(KernelError::NoKernelInside { package })
    }

    fn unpacked(&self, package: &str) -> Vec<Kernel> {
        tree::kernels(
            &self.kernels_directory().join(package),
            &Origin::Cached { package: package.to_owned() },
        )
    }

    fn kernels_directory(&self) -> PathBuf {
        self.directory.join("kernels")
    }

    fn lock(&self) -> io::Result<File> {
        fs::create_dir_all(self.kernels_directory())?;
        let lock = File::create(self.kernels_directory().join(".lock"))?;
        rustix::fs::flock(&lock, FlockOperation::LockExclusive)?;
        Ok(lock)
    }

    fn remove_staging(&self) -> io::Result<()> {
        match fs::remove_dir_all(self.kernels_directory().join(STAGING)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn cannot(&self, source: io::Error) -> KernelError {
        let cache = self.directory.clone();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => KernelError::Full { cache },
            _ => KernelError::Cache { cache, source },
        }
    }
}
