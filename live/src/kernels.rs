//! Which kernels there are to boot, and where more come from: the installed ones, those unpacked in the cache, and on
//! Debian whatever apt offers.
//!
//! A kernel is an image and its tree of modules; nothing is ever installed. The cache is `$IPVSLAB_CACHE`, else
//! `$XDG_CACHE_HOME/ipvslab`, else `~/.cache/ipvslab`, and may be removed at any time.

mod apt;
mod cache;
mod error;
mod image;
mod release;
mod tree;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

pub use apt::available;
pub use cache::Cache;
pub use error::KernelError;

/// A kernel that can be booted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kernel {
    /// What `uname -r` says in it.
    pub release: String,
    /// The `bzImage`.
    pub image: PathBuf,
    /// Its `lib/modules/<release>`.
    pub modules: PathBuf,
    /// What it was built with, if that was found.
    pub config: Option<PathBuf>,
    /// Where it is from.
    pub origin: Origin,
}

/// Where a kernel is from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// It is installed on this machine.
    Installed,
    /// It was unpacked in the cache, from this package.
    Cached {
        /// The package's name.
        package: String,
    },
    /// The user named the image.
    Path,
}

/// The kernels installed on this machine, newest first.
#[must_use]
pub fn installed() -> Vec<Kernel> {
    tree::kernels(Path::new("/"), &Origin::Installed)
}

/// The kernels unpacked in the cache, newest first.
#[must_use]
pub fn cached() -> Vec<Kernel> {
    Cache::of_the_user().kernels()
}

/// Downloads a kernel's package into the cache, unless it is there, and says what is in it. `name` is a package
/// (`linux-image-6.1.0-47-cloud-amd64`, or one that depends on it) or the release in its name.
///
/// Apt is asked the ordinary way, so `APT_CONFIG` can point it at other sources or another list than the system's.
///
/// # Errors
/// See [`KernelError`].
pub fn fetch(name: &str) -> Result<Kernel, KernelError> {
    Cache::of_the_user().fetch(name)
}

/// The kernel that the user means: a path to an image, a release (`6.1.0-47-cloud-amd64`), or the beginning of one
/// (`6.12`), which takes the newest that matches: among installed and unpacked ones, else among those that apt has. The
/// name of a package is what [`fetch`] makes of it.
///
/// # Errors
/// See [`KernelError`]; among others if the kernel has no `ip_vs`.
pub fn find(spec: &str) -> Result<Kernel, KernelError> {
    if spec.starts_with("linux-") {
        return fetch(spec).and_then(with_ipvs);
    }
    let found =
        if spec.contains('/') || Path::new(spec).is_file() { at(Path::new(spec)) } else { by_version(spec) };
    found.and_then(with_ipvs)
}

fn at(image: &Path) -> Result<Kernel, KernelError> {
    let release = image::release(image)?;
    let looked_in = tree::places_for_modules(image, &release);
    match looked_in.iter().find(|place| place.is_dir()) {
        Some(modules) => Ok(Kernel {
            config: tree::config(image, &release),
            modules: modules.clone(),
            image: image.to_owned(),
            release,
            origin: Origin::Path,
        }),
        None => Err(KernelError::NoModules { image: image.to_owned(), release, looked_in }),
    }
}

fn by_version(version: &str) -> Result<Kernel, KernelError> {
    let here: Vec<Kernel> = installed().into_iter().chain(cached()).collect();
    if let Some(newest) = release::best(version, here.iter().map(|kernel| kernel.release.as_str())) {
        let found = here.iter().find(|kernel| kernel.release == newest);
        return Ok(found.expect("it was chosen from these").clone());
    }
    let offered = available()?;
    let releases = offered.iter().filter_map(|package| package.strip_prefix("linux-image-"));
    match release::best(version, releases) {
        Some(newest) => fetch(newest),
        None => Err(KernelError::Unknown { version: version.to_owned(), offered }),
    }
}

fn with_ipvs(kernel: Kernel) -> Result<Kernel, KernelError> {
    if tree::has_module(&kernel.modules, "ip_vs") {
        Ok(kernel)
    } else {
        Err(KernelError::NoIpvs { release: kernel.release, modules: kernel.modules })
    }
}

/// A variable of the environment that is set to something.
fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests;
