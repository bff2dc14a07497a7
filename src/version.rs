//! What `--version` says.

/// The version, the commit, and the kernel profiles.
pub(crate) const LONG: &str = concat!(
    env!("CARGO_PKG_VERSION"),
    "\ncommit: ",
    env!("IPVSLAB_COMMIT"),
    "\nkernel profiles: total (7.2.10 or later, 6.12.113, 6.1.191), classic (older kernels), or a release such as 6.1.170"
);
