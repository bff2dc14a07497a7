//! Which kernels there are to boot, and where more come from: the installed ones, those unpacked in the cache, and on
//! Debian whatever apt offers.
//!
//! A kernel is an image and its tree of modules; nothing is ever installed. The cache is `$IPVSLAB_CACHE`, else
//! `$XDG_CACHE_HOME/ipvslab`, else `~/.cache/ipvslab`, and may be removed at any time.

mod apt;
mod cache;
mod image;
mod release;
mod tree;

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

pub use apt::available;
pub use cache::Cache;

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

/// Why there is no kernel to boot.
#[derive(Debug, thiserror::Error)]
pub enum KernelError {
    /// The image cannot be opened.
    #[error("{}: the kernel cannot be read: {source}", image.display())]
    Unreadable {
        /// The file that was named.
        image: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The image is something else.
    #[error(
        "{}: this is not a Linux kernel for x86-64 ({found}); name a bzImage, such as /boot/vmlinuz-6.1.0-47-cloud-amd64",
        image.display()
    )]
    NotAKernel {
        /// The file that was named.
        image: PathBuf,
        /// What is wrong with it.
        found: &'static str,
    },
    /// The image has no modules.
    #[error(
        "{}: no modules for {release} found, looked in {}; unpack the kernel's package as a whole, so that \
         lib/modules/{release} lies beside boot/",
        image.display(), list(looked_in)
    )]
    NoModules {
        /// The file that was named.
        image: PathBuf,
        /// What it says it is.
        release: String,
        /// Where modules would have been.
        looked_in: Vec<PathBuf>,
    },
    /// The kernel was built without IPVS.
    #[error(
        "{}: kernel {release} has no ip_vs module; take one built with CONFIG_IP_VS, such as Debian's cloud flavour \
         (linux-image-cloud-amd64)",
        modules.display()
    )]
    NoIpvs {
        /// What the kernel says it is.
        release: String,
        /// Where the module would be.
        modules: PathBuf,
    },
    /// No kernel answers to the version.
    #[error(
        "{version}: no such kernel here, in the cache or in apt's list{}; run apt-get update, or name an image: \
             --kernel PATH",
        a_few(offered)
    )]
    Unknown {
        /// What was asked for.
        version: String,
        /// What apt has instead.
        offered: Vec<String>,
    },
    /// This is no Debian.
    #[error(
        "{tool} is missing, so no kernel can be downloaded here (only Debian's are); name an image: --kernel PATH"
    )]
    NotDebian {
        /// The program that was not found.
        tool: &'static str,
    },
    /// Apt does not have the package.
    #[error("{package}: apt does not know this package; its list may be stale: run apt-get update")]
    NoPackage {
        /// What was asked for.
        package: String,
    },
    /// Apt or dpkg failed.
    #[error("{package}: {tool} failed; it said:\n{said}")]
    Failed {
        /// What was asked for.
        package: String,
        /// Which program failed.
        tool: &'static str,
        /// The end of its messages.
        said: String,
    },
    /// What was downloaded holds no kernel.
    #[error(
        "{package}: neither this package nor those that it depends on hold a kernel and its modules; take a \
             linux-image-VERSION-cloud-amd64"
    )]
    NoKernelInside {
        /// What was asked for.
        package: String,
    },
    /// The cache's disk is full.
    #[error("{}: the disk is full; a kernel takes 150 MB: remove kernels that are no longer used, or set \
             IPVSLAB_CACHE to a directory elsewhere", cache.display())]
    Full {
        /// The cache's directory.
        cache: PathBuf,
    },
    /// The cache cannot be used.
    #[error("{}: the cache cannot be written: {source}; set IPVSLAB_CACHE to a directory of yours", cache.display())]
    Cache {
        /// The cache's directory.
        cache: PathBuf,
        /// What the system said.
        source: io::Error,
    },
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
/// (`6.12`), which takes the newest that matches: among installed and unpacked ones, else among those that apt has.
///
/// # Errors
/// See [`KernelError`]; among others if the kernel has no `ip_vs`.
pub fn find(spec: &str) -> Result<Kernel, KernelError> {
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

fn by_version(spec: &str) -> Result<Kernel, KernelError> {
    let version = spec.strip_prefix("linux-image-").unwrap_or(spec);
    let here: Vec<Kernel> = installed().into_iter().chain(cached()).collect();
    if let Some(newest) = release::best(version, here.iter().map(|kernel| kernel.release.as_str())) {
        let found = here.iter().find(|kernel| kernel.release == newest);
        return Ok(found.expect("it was chosen from these").clone());
    }
    let offered = available()?;
    let releases = offered.iter().filter_map(|package| package.strip_prefix("linux-image-"));
    match release::best(version, releases) {
        Some(newest) => fetch(newest),
        None => Err(KernelError::Unknown { version: spec.to_owned(), offered }),
    }
}

fn with_ipvs(kernel: Kernel) -> Result<Kernel, KernelError> {
    if tree::has_module(&kernel.modules, "ip_vs") {
        Ok(kernel)
    } else {
        Err(KernelError::NoIpvs { release: kernel.release, modules: kernel.modules })
    }
}

fn list(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
}

fn a_few(packages: &[String]) -> String {
    if packages.is_empty() {
        return String::new();
    }
    let releases: Vec<_> =
        packages.iter().filter_map(|name| name.strip_prefix("linux-image-")).take(4).collect();
    format!(" (which has {} ...)", releases.join(", "))
}

/// A variable of the environment that is set to something.
fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests;
