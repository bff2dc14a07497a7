//! What can go wrong on the way to a kernel, and what to do about it.

use std::io;
use std::path::PathBuf;

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
    /// Apt no longer has all of the kernel.
    #[error(
        "{package}: its part {part} is no longer offered by apt; take another release, or run apt-get update"
    )]
    Pruned {
        /// What was asked for.
        package: String,
        /// What it depends on and is not there.
        part: String,
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
